"""Several models as one: weighted sums of normalised scores, and reciprocal-rank fusion."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.panel import (
    Candidates,
    Models,
    Panel,
    candidates,
    flat_ndcg,
    past_questions,
)
from recommendations.algorithms.recommender import Recommender, Scores

GRID = (0.0, 0.05, 0.15, 0.3, 0.6, 1.0, 1.6)
THIN = 50.0


@dataclass(eq=False)
class WeightedBlend(Recommender):
    """Sum of weight * score / best score per customer.

    Without `weights` they are fitted on the `folds` periods of `horizon_days` before `as_of`:
    the models are trained before each period, the weights climb the mean NDCG@10 of all periods
    one coordinate at a time (`search="coordinate"`) or over the whole grid ("grid", for three
    models or fewer). With few customers in those periods the weights shrink towards `anchor`.
    """

    models: Models
    objective: str = "discover"
    weights: dict[str, float] | None = None
    anchor: str = "popularity"
    horizon_days: float = 30
    folds: int = 2
    min_buyers: int = 5
    search: str = "coordinate"
    weights_: dict[str, float] = field(init=False, repr=False)
    validated_: float = field(init=False, repr=False)
    panel_: Panel = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Fit the weights on the past, then the models on all of it."""
        cut = as_days(as_of)
        tables = []
        if self.weights is None:
            asked = past_questions(
                interactions, cut, self.objective, self.horizon_days, self.folds, self.min_buyers
            )
            for fold, question in asked:
                panel = Panel.fit(self.models, interactions, fold.cut)
                tables.append(candidates(panel, question))
        return self.fit_tables(tables, Panel.fit(self.models, interactions, cut))

    def fit_lessons(self, lessons: list[tuple[Panel, Candidates]], panel: Panel) -> Self:
        """As `fit`, from past periods, latest first, of which the `folds` latest count."""
        return self.fit_tables([table for _, table in lessons[: self.folds]], panel)

    def fit_tables(self, tables: list[Candidates], panel: Panel) -> Self:
        """As `fit`, from candidates of past periods and models fitted already."""
        names = list(self.models)
        self.panel_ = panel
        self.seen_ = panel.events.matrix(as_of=panel.cut)
        if self.weights is not None:
            self.weights_ = {name: self.weights.get(name, 0.0) for name in names}
            self.validated_ = float("nan")
            return self
        anchor = np.array([float(name == self.anchor) for name in names])
        if not anchor.any():
            anchor[:] = 1 / len(names)
        climb = grid_search if self.search == "grid" else coordinate_ascent
        weights = climb(tables, anchor) if tables else anchor
        customers = sum(len(table.customers) for table in tables)
        weights = shrink(weights, anchor, customers)
        self.weights_ = dict(zip(names, weights.tolist(), strict=True))
        self.validated_ = mean_ndcg(tables, weights) if tables else float("nan")
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Weighted sum; for *discover*, products already taken hold -inf."""
        seen = self.seen_[customers] if self.objective == "discover" else None
        total = np.zeros((len(customers), self.seen_.shape[1]), np.float32)
        for weight, scores in zip(
            self.weights_.values(), self.panel_.scores(customers, seen), strict=True
        ):
            if weight:
                total += np.float32(weight) * scores
        return total

    def flat_scores(self, panel: Panel, table: Candidates) -> NDArray[np.float32]:
        """Weighted sum per row of candidates of another period (`panel` is not needed)."""
        weights = np.array(list(self.weights_.values()), np.float32)
        return np.asarray(_finite(table.scores) @ weights, np.float32)


@dataclass(eq=False)
class ReciprocalRank(Recommender):
    """Sum over models of weight / (60 + rank), Cormack, Clarke & Büttcher (2009)."""

    models: Models
    weights: dict[str, float] | None = None
    constant: float = 60.0
    depth: int = 200
    panel_: Panel = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Fit each model."""
        cut = as_days(as_of)
        self.panel_ = Panel.fit(self.models, interactions, cut)
        self.seen_ = self.panel_.events.matrix(as_of=cut)
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Fused reciprocal ranks of the best `depth` products of each model."""
        total = np.zeros((len(customers), self.seen_.shape[1]), np.float32)
        rows = np.arange(len(customers))[:, None]
        for name, scores in zip(self.models, self.panel_.scores(customers), strict=True):
            weight = 1.0 if self.weights is None else self.weights.get(name, 0.0)
            order = np.argsort(-scores, axis=1, kind="stable")[:, : self.depth]
            gains = weight / (self.constant + 1 + np.arange(order.shape[1]))
            total[rows, order] += np.where(scores[rows, order] > 0, gains, 0).astype(np.float32)
        return total


def mean_ndcg(tables: list[Candidates], weights: NDArray[np.float64]) -> float:
    """NDCG@10 of the weighted sum, mean over the periods."""
    used = weights.astype(np.float32)
    return float(
        np.mean(
            [
                flat_ndcg(t.starts, _finite(t.scores) @ used, t.taken, t.relevant, 10).mean()
                for t in tables
            ]
        )
    )


def _finite(scores: Scores) -> Scores:
    return np.where(np.isfinite(scores), scores, np.float32(-1))


def coordinate_ascent(
    tables: list[Candidates], start: NDArray[np.float64], sweeps: int = 3
) -> NDArray[np.float64]:
    """Set one weight after the other to its best value of the grid, `sweeps` times."""
    weights = start.copy()
    highest = mean_ndcg(tables, weights)
    for _ in range(sweeps):
        before = highest
        for place in range(len(weights)):
            for value in GRID:
                trial = weights.copy()
                trial[place] = value
                reached = mean_ndcg(tables, trial)
                if reached > highest:
                    weights, highest = trial, reached
        if highest <= before:
            break
    return weights


def grid_search(tables: list[Candidates], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best point of the whole grid (its size is 7 to the number of models)."""
    if len(start) > 3:
        raise ValueError("the whole grid is for three models or fewer: use coordinate")
    points = [np.array(point) for point in product(GRID, repeat=len(start)) if any(point)]
    return max([start, *points], key=lambda point: mean_ndcg(tables, point))


def shrink(
    weights: NDArray[np.float64], anchor: NDArray[np.float64], customers: int, thin: float = THIN
) -> NDArray[np.float64]:
    """Weighted mean of fitted weights and anchor: half each at `thin` customers."""
    total = max(float(weights.sum()), 1e-12)
    trust = customers / (customers + thin)
    return np.asarray(trust * weights / total + (1 - trust) * anchor)
