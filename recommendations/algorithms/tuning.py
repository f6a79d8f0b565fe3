"""Window, half-life and cap of a model, chosen on the shop's past within a budget in seconds."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recommendations.algorithms.evaluation import Fold, Question
from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.metrics import ranking_metrics
from recommendations.algorithms.panel import past_questions
from recommendations.algorithms.recommender import Recommender

GRID: dict[str, Sequence[float | None]] = {
    "window_days": (60, 30, 120, 365, None),
    "half_life_days": (60, 30, 180, None),
    "history_cap": (None, 50, 100),
}


@dataclass(frozen=True)
class Search:
    """What to try and how it is judged.

    `grid`: parameter -> values, the most promising first; the search improves one parameter at
    a time, in this order, so that a budget cut short still returns the best seen. `clock`
    returns seconds.
    """

    grid: Mapping[str, Sequence[float | None]] = field(default_factory=lambda: GRID)
    objective: str = "discover"
    horizon_days: float = 30
    folds: int = 2
    budget_seconds: float = 60
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Tuned:
    """The best setting, its mean NDCG@10 on the past (nan: none was tried to the end), every trial,
    and was the grid finished?
    """

    parameters: dict[str, Any]
    value: float
    trials: tuple[tuple[dict[str, Any], float], ...]
    complete: bool


def tune(model: Recommender, interactions: Interactions, as_of: Moment, search: Search) -> Tuned:
    """Coordinate search over the periods before `as_of`, until the budget ends it.

    The clock is read before every fit; a trial that is cut off does not count, and without any the
    first setting stays. Parameters that the model does not have are skipped. The model itself is
    not changed.
    """
    deadline = search.clock() + search.budget_seconds
    asked = past_questions(
        interactions, as_days(as_of), search.objective, search.horizon_days, search.folds
    )
    grid = {name: values for name, values in search.grid.items() if hasattr(model, name)}
    best: dict[str, Any] = {name: values[0] for name, values in grid.items()}
    trials: list[tuple[dict[str, Any], float]] = []
    for name, value in [("", None), *((n, v) for n, values in grid.items() for v in values[1:])]:
        if trials and not asked:
            return Tuned(best, _top(trials), tuple(trials), complete=False)
        trial = {**best, name: value} if name else dict(best)
        reached = _judged(model, interactions, asked, trial, (deadline, search.clock))
        if reached is None:
            return Tuned(best, _top(trials), tuple(trials), complete=False)
        trials.append((trial, reached))
        best = dict(max(trials, key=lambda pair: pair[1])[0])
    return Tuned(best, _top(trials), tuple(trials), complete=True)


def _judged(
    model: Recommender,
    interactions: Interactions,
    asked: list[tuple[Fold, Question]],
    parameters: Mapping[str, Any],
    until: tuple[float, Callable[[], float]],
) -> float | None:
    """Mean NDCG@10 over the periods, nan without any; None where time runs out before the end."""
    deadline, clock = until
    found = []
    for fold, question in asked:
        if clock() >= deadline:
            return None
        trial = copy.deepcopy(model)
        for name, value in parameters.items():
            setattr(trial, name, value)
        items = question.answer(trial.fit(interactions.before(fold.end), fold.cut), 10)
        found.append(ranking_metrics(items, question.truth, (10,))["ndcg@10"].mean())
    return float(np.mean(found)) if found else float("nan")


def _top(trials: list[tuple[dict[str, Any], float]]) -> float:
    return max((value for _, value in trials), default=float("nan"))
