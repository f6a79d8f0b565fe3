"""Which recommender serves which placement: a contest on the shop's own past."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.evaluation import OBJECTIVES
from recommendations.algorithms.ials import IALS
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.judging import NDCG, Result, lift
from recommendations.algorithms.listed import Listed
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import Recommender
from recommendations.algorithms.session import LastVisits
from recommendations.algorithms.tournament import BLEND, Entrant, Terms, play
from recommendations.combined import COMBINED, Combined, combined, merged
from recommendations.entrants import (
    ANCHORS,
    COSINE,
    NAIVE,
    NEIGHBOURS,
    POPULAR,
    TUNED_SHARE,
    Settings,
    entrants,
    tuned,
)

FOLDS = 4
LESSONS = 2
FOLD_DAYS = 30
BUDGET_SECONDS = 270.0
WARM_SHARE = 0.4  # compiling, on the first night of all
FITTING_SHARE = 0.1  # of the winners, on everything
WARMING = 300
GRAM = " gram"
CONTENT = ("content", "description words", "description characters")
Recipe = dict[str, Any]
Part = dict[str, Any]


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
    customers judged per objective. ``left_out``: models that the budget had no time for.
    """

    winners: Mapping[str, Winner]
    similar: Winner
    popular: Winner
    table: pd.DataFrame
    cases: Mapping[str, int] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    left_out: Sequence[str] = ()


def hold(
    interactions: Interactions,
    *,
    as_of: date,
    products: pd.DataFrame,
    champions: Mapping[str, str] | None = None,
    budget_seconds: float = BUDGET_SECONDS,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Outcome:
    """Judge the entrants on the last folds, and fit the winners on everything before ``as_of``.

    ``champions``: the model served today per objective; it stays unless another is better by
    more than noise. The budget is a hard stop: when it is spent no model is compiled, tuned or
    fitted for the first time any more, and only those that are needed go on; even without a second
    the simple rules are judged, and one of them is served.
    """
    started = time.monotonic()
    _warm(entrants(products, Settings()), interactions, started + WARM_SHARE * budget_seconds)
    settings = tuned(
        interactions,
        as_of=as_of,
        held_back_days=FOLDS * FOLD_DAYS,
        budget_seconds=TUNED_SHARE * budget_seconds,
    )
    everybody = [_prepared(one, interactions) for one in entrants(products, settings)]
    together = combined(everybody)
    spent = time.monotonic() - started
    terms = Terms(
        folds=FOLDS,
        lessons=LESSONS,
        fold_days=FOLD_DAYS,
        budget_seconds=max((1 - FITTING_SHARE) * budget_seconds - spent, 0),
        anchors=ANCHORS,
    )
    played = play(together.entrants, interactions, as_days(as_of), terms, on_progress)
    result = merged(played)
    table = means(result.table)
    named = _named(everybody, result, table, champions or {})
    fitting = _Fitting(everybody, together, interactions, as_of, result)
    return Outcome(
        winners={objective: fitting.winner(name, objective) for objective, name in named.items()},
        similar=fitting.similar(_best(table, _neighbour_models(everybody, result))),
        popular=fitting.winner(_best(table, [POPULAR, "popularity over 30 days"]), ""),
        table=table,
        cases=result.cases,
        settings=settings,
        left_out=result.left_out,
    )


def _prepared(one: Entrant, interactions: Interactions) -> Entrant:
    if isinstance(one.model, Listed):
        one.model.prepared(interactions)
    return one


def _warm(everybody: list[Entrant], interactions: Interactions, until: float) -> None:
    """Compile every model's loops on a few events, so that no model pays for it in the contest."""
    few = interactions.take(np.arange(min(len(interactions), WARMING)))
    for one in everybody:
        if time.monotonic() < until:
            copy.copy(one.model).fit(few, np.inf)


def _named(
    everybody: list[Entrant], result: Result, table: pd.DataFrame, champions: Mapping[str, str]
) -> dict[str, str]:
    """The model to serve per objective: the champion, unless one that can be served is better."""
    served = [one.name for one in everybody if one.is_served] + [BLEND, *COMBINED]
    return {
        objective: promoted(result, table, objective, served, champions.get(objective, POPULAR))
        for objective in OBJECTIVES
    }


def promoted(
    result: Result, table: pd.DataFrame, objective: str, served: Sequence[str], champion: str
) -> str:
    """The best of ``served`` where its lift over the champion is clear, else the champion.

    A champion that did not compete gives way to what is popular.
    """
    holder = champion if (objective, champion) in result.ndcg else POPULAR
    best = _best(table, served, objective)
    return best if lift(result, objective, best, holder).is_clear else holder


def means(comparison: pd.DataFrame) -> pd.DataFrame:
    """Means over the folds; the noise of a mean of k folds is the root of their squares over k."""
    spread = ((comparison["high"] - comparison["low"]) / 2) ** 2
    groups = comparison.assign(spread=spread).groupby(["objective", "model", "metric"], sort=True)
    table = groups.agg(value=("value", "mean"), spread=("spread", "sum"), folds=("value", "size"))
    noise = np.sqrt(table["spread"].astype("float64")) / table["folds"]
    table["low"], table["high"] = table["value"] - noise, table["value"] + noise
    return table.drop(columns=["spread", "folds"]).reset_index()


def _best(table: pd.DataFrame, names: Sequence[str], objective: str = "discover") -> str:
    """Of these, the one with the highest mean; the first where none was judged."""
    judged = table[(table["objective"] == objective) & (table["metric"] == NDCG)]
    values = judged.set_index("model")["value"].reindex(list(names))
    return names[0] if values.isna().all() else str(values.idxmax())


def _neighbour_models(everybody: list[Entrant], result: Result) -> list[str]:
    """Models that say what goes with a product because the same customers bought it."""
    found = [
        one.name
        for one in everybody
        if isinstance(one.model, Listed)
        and one.name not in (*CONTENT, *result.left_out)
        and one.name != COSINE
    ]
    return [COSINE, *found]


class _Fitting:
    """Fits models on all that is known, each once, and makes arrays and recipes of them."""

    def __init__(
        self,
        everybody: list[Entrant],
        together: Combined,
        interactions: Interactions,
        as_of: date,
        result: Result,
    ) -> None:
        self.models = {one.name: one.model for one in everybody}
        self.together = together
        self.events = interactions
        self.cut = as_days(as_of)
        self.result = result
        self.fitted: dict[str, Recommender] = {}

    def model(self, name: str) -> Recommender:
        if name not in self.fitted:
            self.fitted[name] = self.models[name].fit(self.events, self.cut)
        return self.fitted[name]

    def winner(self, name: str, objective: str) -> Winner:
        """A single model, the blend with its weights of today, or what else combines the parts."""
        if name in COMBINED:
            return self.combined(name, objective)
        weights = self.result.weights[objective] if name == BLEND else {name: 1.0}
        fitted = {part: (self.model(part), w) for part, w in weights.items() if w > 0}
        return stored(name, fitted, self.popularity(), self.events)

    def combined(self, name: str, objective: str) -> Winner:
        """The parts, and how they are combined: by weighted ranks or by trees."""
        names = [part for part in self.together.parts if part not in self.result.left_out]
        parts = {part: self.model(part) for part in names}
        fused = self.together.fitted(name, objective, parts, self.events, self.cut)
        used = {part: (parts[part], weight) for part, weight in fused.weights.items() if weight > 0}
        found = stored(name, used, self.popularity(), self.events)
        arrays = replace(found.artefact, tables={**found.artefact.tables, **fused.tables})
        return Winner(name, {**found.recipe, **fused.recipe}, arrays)

    def similar(self, name: str) -> Winner:
        """Neighbours by purchases, and by what products are for those nobody bought yet."""
        fitted = {name: (self.model(name), 1.0), "content": (self.model("content"), 1.0)}
        found = stored(name, fitted, self.popularity(), self.events)
        bought, content = found.recipe["parts"]
        return Winner(name, {"parts": [bought], "cold": [content]}, found.artefact)

    def popularity(self) -> NDArray[np.float32]:
        everybody: Any = self.model(POPULAR)
        found: NDArray[np.float32] = everybody.popularity_
        return found


def stored(
    name: str,
    fitted: Mapping[str, tuple[Recommender, float]],
    popularity: NDArray[np.float32],
    interactions: Interactions,
) -> Winner:
    """Arrays and recipe of fitted models and their weights."""
    count = len(interactions.product_ids)
    arrays = Artefact(
        interactions.product_ids,
        np.zeros((count, 0), np.int32),
        np.zeros((count, 0), np.float32),
        popularity.astype(np.float32),
        lists={},
        tables={},
    )
    parts = [_part(part, model, weight, arrays) for part, (model, weight) in fitted.items()]
    return Winner(name, {"parts": parts}, arrays)


def _part(name: str, model: Recommender, weight: float, arrays: Artefact) -> Part:
    """How serving scores with a model; its arrays go into ``arrays`` under its name."""
    lists: Any = arrays.lists
    tables: Any = arrays.tables
    part: Part = {"weight": weight, "half_life_days": getattr(model, "half_life_days", None)}
    if isinstance(model, Listed | LastVisits):
        lists[name] = model.lists_
        part |= {"kind": "neighbours", "lists": name}
        part |= {"why": "content"} if name in CONTENT else {}
        return part | ({"decay": model.decay} if isinstance(model, LastVisits) else {})
    if isinstance(model, PersonalFrequency):
        tables[name] = model.popularity_
        return part | {"kind": "personal", "table": name}
    if isinstance(model, IALS):
        factors, gram = model.product_factors_, name + GRAM
        tables[name] = factors.astype(np.float32)
        tables[gram] = (factors.T @ factors).astype(np.float32)
        settings = {"l2": model.l2, "unobserved": model.unobserved, "nu": model.nu}
        return part | {"kind": "factors", "table": name, "gram": gram, **settings}
    if isinstance(model, Popularity):
        tables[name] = model.popularity_
        return part | {"kind": "popularity", "table": name}
    raise TypeError(f"{name} cannot be served")


__all__ = ["NAIVE", "NEIGHBOURS", "Outcome", "Recipe", "Winner", "hold"]
