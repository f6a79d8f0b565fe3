"""Who competes: every recommender by name, tuned on the shop's past, with what serving can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from recommendations.algorithms.content import ContentBased, DescriptionBased
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.graph import RP3Beta
from recommendations.algorithms.ials import IALS
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.listed import Listed
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import Recommender
from recommendations.algorithms.sequence import SequentialRules
from recommendations.algorithms.session import LastVisits
from recommendations.algorithms.slim import SLIM
from recommendations.algorithms.tournament import Entrant
from recommendations.algorithms.tuning import GRID, Search, tune
from recommendations.algorithms.user_knn import UserKNN

POPULAR = "popularity"
PERSONAL = "personal frequency"
NAIVE = (POPULAR, PERSONAL)
COSINE = "item cosine"
ANCHORS = {"discover": POPULAR, "all": PERSONAL}
NEIGHBOURS = 50
LONG = 100
EASE_BYTES = 500_000_000
TUNED_SHARE = 0.15


@dataclass(frozen=True)
class Settings:
    """Tuned parameters: of the neighbour models, of popularity and of personal frequency.

    ``is_complete``: the budget let every value be tried.
    """

    recent: Mapping[str, Any] = field(
        default_factory=lambda: {"window_days": 60, "half_life_days": 60, "history_cap": None}
    )
    popular_days: float | None = 7
    personal_days: float | None = 180
    is_complete: bool = True

    def as_result(self) -> dict[str, object]:
        """For the job's result."""
        return {
            **self.recent,
            "popular_days": self.popular_days,
            "personal_days": self.personal_days,
            "is_complete": self.is_complete,
        }


def tuned(
    interactions: Interactions, *, as_of: date, held_back_days: int, budget_seconds: float
) -> Settings:
    """Window, half-lives and cap, chosen on the months before those that will be judged."""
    moment = as_of - timedelta(days=held_back_days)
    short = {"half_life_days": (7, 14, 2)}
    long = {"half_life_days": (180, 60, 365, None)}
    plans: list[tuple[Recommender, Search]] = [
        (Popularity(), Search(grid=short, budget_seconds=0.15 * budget_seconds)),
        (
            PersonalFrequency(),
            Search(grid=long, objective="all", budget_seconds=0.15 * budget_seconds),
        ),
        (ItemKNN(k=NEIGHBOURS), Search(grid=GRID, budget_seconds=0.7 * budget_seconds)),
    ]
    popular, personal, recent = [
        tune(model, interactions, moment, search) for model, search in plans
    ]
    return Settings(
        recent=recent.parameters,
        popular_days=popular.parameters["half_life_days"],
        personal_days=personal.parameters["half_life_days"],
        is_complete=popular.complete and personal.complete and recent.complete,
    )


def entrants(products: pd.DataFrame, settings: Settings) -> list[Entrant]:
    """Everybody, the simple rules first, then what the blend is made of, then the rest.

    ``products``: product_id, title, description, category, brand, price. Models that need all
    customers' data to answer one are judged, and shown as not served.
    """
    return [*_simple(settings), *_parts(products, settings), *_others(products, settings)]


def _simple(settings: Settings) -> list[Entrant]:
    models: dict[str, Recommender] = {
        POPULAR: Popularity(settings.popular_days),
        PERSONAL: PersonalFrequency(settings.personal_days),
        "popularity over 30 days": Popularity(30),
        "popularity over 2 days": Popularity(2),
        "personal frequency, lately": PersonalFrequency(30),
        "personal frequency, always": PersonalFrequency(None),
    }
    return [Entrant(name, model, is_part=True, is_needed=True) for name, model in models.items()]


def _parts(products: pd.DataFrame, settings: Settings) -> list[Entrant]:
    """Item cosine keeps no cap on history: it is the one that grows with every purchase."""
    recent = settings.recent
    models: dict[str, Recommender] = {
        COSINE: Listed(ItemKNN(k=LONG, **{**recent, "history_cap": None}), LONG),
        "content": Listed(ContentBased(products), NEIGHBOURS),
        "description words": Listed(DescriptionBased(products), NEIGHBOURS),
        "item tf-idf": Listed(ItemKNN("tfidf", LONG, **recent), LONG),
        "ease": Listed(EASE(200, **recent, max_bytes=EASE_BYTES), LONG),
        "rp3beta": Listed(RP3Beta(**recent), LONG),
        "ials": IALS(factors=48, sweeps=5, half_life_days=60),
        "ease, all history": Listed(EASE(500, None, 120, max_bytes=EASE_BYTES), LONG),
        "item cosine, last year": Listed(
            ItemKNN("cosine", LONG, window_days=365, half_life_days=30), LONG
        ),
    }
    needed = (COSINE, "content")
    return [
        Entrant(name, model, is_part=True, is_needed=name in needed)
        for name, model in models.items()
    ]


def _others(products: pd.DataFrame, settings: Settings) -> list[Entrant]:
    recent = settings.recent
    served: dict[str, Recommender] = {
        "slim": Listed(SLIM(l1=0.5, l2=100.0, **recent), LONG),
        "last visits": LastVisits(
            LONG, window_days=recent["window_days"], history_cap=recent["history_cap"]
        ),
        "sequential rules": Listed(
            SequentialRules(
                window_days=recent["window_days"], half_life_days=recent["half_life_days"]
            ),
            LONG,
        ),
        "item pearson": Listed(ItemKNN("pearson", LONG, **recent), LONG),
        "item phi": Listed(ItemKNN("phi", LONG, **recent), LONG),
        "item adjusted cosine": Listed(ItemKNN("adjusted_cosine", LONG, **recent), LONG),
        "item bm25": Listed(ItemKNN("bm25", LONG, **recent), LONG),
        "item euclidean": Listed(ItemKNN("euclidean", LONG, **recent), LONG),
        "description characters": Listed(
            DescriptionBased(products, analyzer="characters"), NEIGHBOURS
        ),
    }
    judged: dict[str, Recommender] = {
        f"user {name}": UserKNN(name, half_life_days=recent["half_life_days"])
        for name in ("phi", "cosine", "pearson", "euclidean")
    }
    return [
        *(Entrant(name, model) for name, model in served.items()),
        *(Entrant(name, model, is_served=False) for name, model in judged.items()),
    ]


NOT_SERVED = ("user phi", "user cosine", "user pearson", "user euclidean")
