"""Which recommender serves which placement: a contest on the shop's own past."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.blend import WeightedBlend
from recommendations.algorithms.evaluation import (
    OBJECTIVES,
    choose,
    compare,
    question,
    rolling_folds,
)
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import Recommender

FOLDS = 4
FOLD_DAYS = 30
NEIGHBOURS = 50
NAIVE = ("popularity", "personal frequency")
POPULAR = NAIVE[0]
SHOWN = ("ndcg@10", "recall@10", "hit_rate@10", "coverage@10")
Recipe = dict[str, list[dict[str, object]]]


def entrants() -> dict[str, Recommender]:
    """The recommenders that compete, by name."""
    return {
        POPULAR: Popularity(half_life_days=7),
        "popularity over 30 days": Popularity(half_life_days=30),
        "personal frequency": PersonalFrequency(half_life_days=180),
        "item cosine, last 60 days": _item_cosine(60),
        "item cosine, last 120 days": _item_cosine(120),
        "item cosine, all history": _item_cosine(None),
        "blend for discovery": _blend("discover"),
        "blend for repeats": _blend("all"),
    }


def _item_cosine(window_days: float | None) -> ItemKNN:
    return ItemKNN(k=NEIGHBOURS, window_days=window_days, half_life_days=60, history_cap=100)


def _blend(objective: str) -> WeightedBlend:
    """Popularity, own frequency and item cosine, weighted by what won in the months before."""
    parts: dict[str, Recommender] = {
        POPULAR: Popularity(half_life_days=7),
        "personal frequency": PersonalFrequency(half_life_days=180),
        "item cosine": _item_cosine(60),
    }
    return WeightedBlend(parts, objective=objective, horizon_days=FOLD_DAYS)


@dataclass(frozen=True)
class Winner:
    """A fitted model ready to be stored: its name, how to score with it, and its arrays."""

    model: str
    recipe: Recipe
    artefact: Artefact


@dataclass(frozen=True)
class Outcome:
    """``winners`` by objective (discover, all), the neighbour lists and the popular list.

    ``table``: objective, model, metric, value, low, high: means over the folds. ``cases``:
    customers judged per objective.
    """

    winners: Mapping[str, Winner]
    similar: Winner
    popular: Winner
    table: pd.DataFrame
    cases: Mapping[str, int] = field(default_factory=dict)


def hold(interactions: Interactions, *, as_of: date) -> Outcome:
    """Judge the entrants on the last folds, and fit the winners on everything before ``as_of``."""
    models = entrants()
    comparison = compare(models, interactions, as_of, fold_days=FOLD_DAYS, folds=FOLDS)
    chosen = choose(comparison) if len(comparison) else {}
    table = _means(comparison)
    nearest = _best(table, [name for name, model in models.items() if isinstance(model, ItemKNN)])
    popular = _best(
        table, [name for name, model in models.items() if isinstance(model, Popularity)]
    )
    named = {objective: chosen.get(objective, POPULAR) for objective in OBJECTIVES}
    fitted = {
        name: models[name].fit(interactions, as_of)
        for name in sorted({*named.values(), nearest, popular})
    }
    ready = {name: _ready(name, fitted, popular, interactions) for name in fitted}
    return Outcome(
        winners={objective: ready[name] for objective, name in named.items()},
        similar=ready[nearest],
        popular=ready[popular],
        table=table,
        cases=_cases(interactions, as_of),
    )


def _means(comparison: pd.DataFrame) -> pd.DataFrame:
    """Means over the folds; the noise of a mean of k folds is the root of their squares over k."""
    shown = comparison[comparison["metric"].isin(SHOWN)]
    spread = ((shown["high"] - shown["low"]) / 2) ** 2
    groups = shown.assign(spread=spread).groupby(["objective", "model", "metric"], sort=True)
    table = groups.agg(value=("value", "mean"), spread=("spread", "sum"), folds=("value", "size"))
    noise = np.sqrt(table["spread"].astype("float64")) / table["folds"]
    table["low"], table["high"] = table["value"] - noise, table["value"] + noise
    return table.drop(columns=["spread", "folds"]).reset_index()


def _best(table: pd.DataFrame, names: list[str]) -> str:
    """Of these, the one that discovers best; the first where none was judged."""
    judged = table[(table["objective"] == "discover") & (table["metric"] == "ndcg@10")]
    values = judged.set_index("model")["value"].reindex(names)
    return names[0] if values.isna().all() else str(values.idxmax())


def _ready(
    name: str, fitted: Mapping[str, Recommender], popular: str, interactions: Interactions
) -> Winner:
    """Arrays and recipe of a model; a blend's parts come with their weights."""
    model, everybody = fitted[name], fitted[popular]
    weighted = {name: (model, 1.0)}
    if isinstance(model, WeightedBlend):
        parts = model.panel_.models
        weighted = {part: (parts[part], weight) for part, weight in model.weights_.items()}
    products = len(interactions.product_ids)
    neighbours = np.zeros((products, 0), np.int32), np.zeros((products, 0), np.float32)
    popularity = everybody.popularity_ if isinstance(everybody, Popularity) else np.zeros(products)
    recipe: Recipe = {"parts": []}
    for part, weight in weighted.values():
        if isinstance(part, ItemKNN):
            neighbours = part.neighbours_
        elif isinstance(part, Popularity):
            popularity = part.popularity_
        if weight > 0:
            recipe["parts"].append(_part(part, weight))
    arrays = Artefact(interactions.product_ids, *neighbours, popularity.astype(np.float32))
    return Winner(name, recipe, arrays)


def _part(model: Recommender, weight: float) -> dict[str, object]:
    if isinstance(model, ItemKNN):
        return {
            "kind": "neighbours",
            "weight": weight,
            "half_life_days": model.half_life_days,
        }
    if isinstance(model, PersonalFrequency):
        return {"kind": "personal", "weight": weight, "half_life_days": model.half_life_days}
    return {"kind": "popularity", "weight": weight}


def _cases(interactions: Interactions, as_of: date) -> dict[str, int]:
    cases = dict.fromkeys(OBJECTIVES, 0)
    for fold in rolling_folds(as_of, FOLD_DAYS, FOLDS):
        seen = interactions.before(fold.end)
        for objective in OBJECTIVES:
            asked = question(seen, fold, objective)
            cases[objective] += 0 if asked is None else len(asked.customers)
    return cases
