"""Every recommender by name, with the settings that serve most shops."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from recommendations.algorithms.content import ContentBased, DescriptionBased
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.graph import RP3Beta
from recommendations.algorithms.ials import IALS
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import Recommender
from recommendations.algorithms.sequence import SequentialRules
from recommendations.algorithms.slim import SLIM
from recommendations.algorithms.user_knn import UserKNN

Maker = Callable[..., Recommender]
RECENT: dict[str, Any] = {"window_days": 60, "half_life_days": 60}

FROM_EVENTS: dict[str, Maker] = {
    "popularity": Popularity,
    "personal": PersonalFrequency,
    "user_pearson": partial(UserKNN, "pearson", half_life_days=60),
    "user_phi": partial(UserKNN, "phi", half_life_days=60),
    "user_euclidean": partial(UserKNN, "euclidean", half_life_days=60),
    "user_cosine": partial(UserKNN, "cosine", half_life_days=60),
    "item_cosine": partial(ItemKNN, "cosine", **RECENT),
    "item_euclidean": partial(ItemKNN, "euclidean", **RECENT),
    "item_adjusted_cosine": partial(ItemKNN, "adjusted_cosine", **RECENT),
    "item_pearson": partial(ItemKNN, "pearson", **RECENT),
    "item_tfidf": partial(ItemKNN, "tfidf", **RECENT),
    "item_bm25": partial(ItemKNN, "bm25", **RECENT),
    "rp3beta": partial(RP3Beta, **RECENT),
    "sequential_rules": partial(SequentialRules, **RECENT),
    "ease": partial(EASE, **RECENT),
    "slim": partial(SLIM, l1=0.5, l2=100.0, **RECENT),
    "ials": partial(IALS, factors=48, sweeps=5, half_life_days=60),
}
FROM_PRODUCTS: dict[str, Maker] = {
    "content": ContentBased,
    "description_words": DescriptionBased,
    "description_characters": partial(DescriptionBased, analyzer="characters"),
}
NAMES = (*FROM_EVENTS, *FROM_PRODUCTS)


def make(name: str, products: pd.DataFrame | None = None, **parameters: object) -> Recommender:
    """The named model, unfitted. Content models need the table of `products` (product_id, title,
    description, category, brand, price, as far as known)."""
    if name in FROM_EVENTS:
        return FROM_EVENTS[name](**parameters)
    if name not in FROM_PRODUCTS:
        raise ValueError(f"unknown recommender {name!r}; known: {', '.join(NAMES)}")
    if products is None:
        raise ValueError(f"{name} needs the table of products")
    return FROM_PRODUCTS[name](products, **parameters)


def team(products: pd.DataFrame | None = None) -> dict[str, Recommender]:
    """The models that a blend or the learned ranker combines; the first is the naive one."""
    chosen: dict[str, Recommender] = {
        "popularity": Popularity(7),
        "trend": Popularity(2),
        "month": Popularity(30),
        "personal": PersonalFrequency(180),
        "recent": PersonalFrequency(30),
        "always": PersonalFrequency(None),
        "item_tfidf": make("item_tfidf"),
        "item_cosine": ItemKNN("cosine", window_days=365, half_life_days=30),
        "rp3beta": make("rp3beta"),
        "user_phi": make("user_phi"),
        "ease": make("ease"),
        "ease_all": EASE(500, None, 120),
        "ials": make("ials"),
    }
    if products is not None and "title" in products:
        chosen["description"] = DescriptionBased(products)
    if products is not None and {"category", "brand"} & set(products.columns):
        chosen["content"] = ContentBased(products)
    return chosen


def sequence_team(products: pd.DataFrame | None = None) -> dict[str, Recommender]:
    """As `team`, where time is the place in a short sequence and the last items say most."""
    chosen: dict[str, Recommender] = {
        "popularity": Popularity(None),
        "item_cosine": ItemKNN("cosine", half_life_days=2),
        "item_bm25": ItemKNN("bm25", half_life_days=2),
        "sequential_rules": SequentialRules(half_life_days=1.5),
        "ease": EASE(100, None, 2, max_bytes=4_000_000_000),
    }
    if products is not None and "title" in products:
        chosen["description"] = DescriptionBased(products, half_life_days=2)
    if products is not None and {"category", "brand"} & set(products.columns):
        chosen["content"] = ContentBased(products, half_life_days=2)
    return chosen
