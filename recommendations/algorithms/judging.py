"""What a contest found: each model's metrics by month with their noise, and who is better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommendations.algorithms import metrics
from recommendations.algorithms.ascent import Weights
from recommendations.algorithms.evaluation import Question
from recommendations.algorithms.recommender import Codes

NDCG = "ndcg@10"
PerCustomer = dict[tuple[str, str], list[NDArray[np.float64]]]


@dataclass
class Result:
    """`table`: objective, model, fold (0 = oldest), metric, value, low, high (95 % bootstrap over
    customers). `ndcg`: per objective and model, one array over customers per fold, for paired
    comparison. `weights`: of the blend of today, per objective. `left_out`: for want of time.
    `cases`: customers judged per objective.
    """

    table: pd.DataFrame
    ndcg: PerCustomer
    weights: dict[str, Weights]
    left_out: tuple[str, ...] = ()
    cases: dict[str, int] = field(default_factory=dict)


def judged(
    asked: Question, lists: Mapping[str, Codes]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Per model and metric one value per customer."""
    buyers = np.bincount(asked.past.indices, minlength=asked.past.shape[1])
    known = int((np.diff(asked.past.indptr) > 0).sum())
    found = {}
    for model, items in lists.items():
        values = metrics.ranking_metrics(items, asked.truth)
        values["revenue@10"] = metrics.revenue(items[:, :10], asked.truth, asked.money)
        values["novelty@10"] = metrics.novelty(items[:, :10], buyers, known)
        found[model] = values
    return found


def result_rows(
    objective: str,
    fold: int,
    asked: Question,
    lists: Mapping[str, Codes],
    values: Mapping[str, Mapping[str, NDArray[np.float64]]],
    random_state: int,
) -> list[dict[str, Any]]:
    """Rows of a result's table for one month: each model's metrics with their intervals."""
    keys = [(model, metric) for model, found in values.items() for metric in found]
    columns = np.stack([values[model][metric] for model, metric in keys], axis=1)
    low, high = intervals(columns, np.random.default_rng(random_state))
    means = columns.mean(axis=0)
    rows = [
        _row(objective, fold, key, (float(means[n]), float(low[n]), float(high[n])))
        for n, key in enumerate(keys)
    ]
    for model, items in lists.items():
        shown = metrics.coverage(items[:, :10], int(asked.candidates.sum()))
        rows.append(_row(objective, fold, (model, "coverage@10"), (shown, shown, shown)))
    return rows


def _row(
    objective: str, fold: int, key: tuple[str, str], value: tuple[float, float, float]
) -> dict[str, Any]:
    figures = dict(zip(("value", "low", "high"), value, strict=True))
    return {"objective": objective, "model": key[0], "fold": fold, "metric": key[1], **figures}


def intervals(
    columns: NDArray[np.float64], rng: np.random.Generator, rounds: int = 500, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Percentile bootstrap of the mean of each column, rows drawn with replacement together."""
    count = len(columns)
    drawn = rng.multinomial(count, np.full(count, 1 / count), rounds) / count
    low, high = np.quantile(drawn @ columns, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


@dataclass(frozen=True)
class Lift:
    """Mean paired difference of NDCG@10 over the folds, and the half-width of its 95 % noise."""

    value: float
    noise: float

    @property
    def is_clear(self) -> bool:
        """Better, and by more than chance would explain."""
        return self.value > self.noise


def lift(result: Result, objective: str, model: str, champion: str) -> Lift:
    """How much better a model is than another, customer by customer; 0 where either is unknown."""
    ours = result.ndcg.get((objective, model), [])
    theirs = result.ndcg.get((objective, champion), [])
    if not ours or len(ours) != len(theirs) or model == champion:
        return Lift(0.0, 0.0)
    rng = np.random.default_rng(0)
    found = [
        (float(gain.mean()), *_edges(gain, rng))
        for gain in (one - other for one, other in zip(ours, theirs, strict=True))
    ]
    noise = np.sqrt(sum(((high - low) / 2) ** 2 for _mean, low, high in found)) / len(found)
    return Lift(float(np.mean([mean for mean, _low, _high in found])), float(noise))


def _edges(gain: NDArray[np.float64], rng: np.random.Generator) -> tuple[float, float]:
    low, high = intervals(gain[:, None], rng)
    return float(low[0]), float(high[0])
