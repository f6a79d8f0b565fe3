"""A learned ranker over the models' scores: gradient-boosted trees, LambdaMART.

Burges (2010), "From RankNet to LambdaRank to LambdaMART".
"""

from dataclasses import dataclass, field
from typing import Any, Self

import lightgbm
import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.features import Context
from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.panel import (
    Candidates,
    Models,
    Panel,
    candidates,
    past_questions,
    union_of_best,
)
from recommendations.algorithms.recommender import Recommender, Scores

SETTINGS: dict[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambdarank_truncation_level": 20,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


@dataclass(eq=False)
class LearnedRanker(Recommender):
    """Trees learn, on the `folds` periods of `horizon_days` before `as_of`, what to put first.

    In each period the models are trained before it; their best `per_model` products per customer
    are the candidates, described by the models' scores and by `features.Context`. At `as_of`
    the models are trained on everything and the trees rank their candidates; products that are
    no candidate score 0. With fewer than `min_hits` candidates taken, `models[0]` ranks alone.
    """

    models: Models
    objective: str = "discover"
    horizon_days: float = 30
    folds: int = 4
    per_model: int = 50
    min_buyers: int = 5
    rounds: int = 200
    min_hits: int = 200
    threads: int = 0
    random_state: int = 0
    panel_: Panel = field(init=False, repr=False)
    context_: Context = field(init=False, repr=False)
    trees_: lightgbm.Booster | None = field(init=False, repr=False)
    sellable_: NDArray[np.bool_] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Train the models in each past period and at `as_of`, then the trees."""
        cut = as_days(as_of)
        asked = past_questions(
            interactions, cut, self.objective, self.horizon_days, self.folds, self.min_buyers
        )
        lessons = []
        for fold, question in asked:
            panel = Panel.fit(self.models, interactions, fold.cut)
            lessons.append((panel, candidates(panel, question, self.per_model)))
        return self.fit_lessons(lessons, Panel.fit(self.models, interactions, cut))

    def fit_lessons(self, lessons: list[tuple[Panel, Candidates]], panel: Panel) -> Self:
        """As `fit`, from panels of past periods with their candidates, fitted already."""
        self.panel_ = panel
        self.seen_ = panel.events.matrix(as_of=panel.cut)
        buyers = np.bincount(self.seen_.indices, minlength=self.seen_.shape[1])
        self.sellable_ = buyers >= self.min_buyers
        self.context_ = Context.at(panel.events, panel.cut, self.horizon_days)
        taken = sum(int(table.taken.sum()) for _, table in lessons)
        self.trees_ = self._train(lessons) if taken >= self.min_hits else None
        return self

    def _train(self, lessons: list[tuple[Panel, Candidates]]) -> lightgbm.Booster:
        tables, labels, groups = [], [], []
        for panel, table in lessons:
            context = Context.at(panel.events, panel.cut, self.horizon_days)
            chosen = table.of(table.hits() > 0)  # a list without a hit teaches no order
            tables.append(described(context, chosen.rows(), chosen.products, chosen.scores))
            labels.append(chosen.taken)
            groups.append(np.diff(chosen.starts))
        data = lightgbm.Dataset(
            np.concatenate(tables),
            np.concatenate(labels).astype(np.int8),
            group=np.concatenate(groups),
        )
        extra = {"seed": self.random_state, "num_threads": self.threads}
        return lightgbm.train({**SETTINGS, **extra}, data, self.rounds)

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Positive scores in the trees' order for candidates, 0 for the rest."""
        seen = self.seen_[customers] if self.objective == "discover" else None
        scored = self.panel_.scores(customers, seen)
        if self.trees_ is None:
            return scored[0]
        for scores in scored:
            scores[:, ~self.sellable_] = -np.inf
        row, product = np.nonzero(union_of_best(scored, self.per_model))
        total = np.zeros(scored[0].shape, np.float32)
        if len(row):
            values = np.stack([scores[row, product] for scores in scored], axis=1)
            table = described(self.context_, np.asarray(customers)[row], product, values)
            total[row, product] = np.exp(np.asarray(self.trees_.predict(table)))
        return total

    def flat_scores(self, panel: Panel, table: Candidates) -> NDArray[np.float32]:
        """Scores per row of candidates of another period, whose models are in `panel`."""
        if self.trees_ is None:
            return table.scores[:, 0]
        context = Context.at(panel.events, panel.cut, self.horizon_days)
        rows = described(context, table.rows(), table.products, table.scores)
        return np.asarray(np.exp(np.asarray(self.trees_.predict(rows))), np.float32)


def described(
    context: Context, customers: NDArray[Any], products: NDArray[Any], scores: Scores
) -> NDArray[np.float32]:
    """Rows x (models' scores, then the context's features)."""
    known = np.where(np.isfinite(scores), scores, np.float32(np.nan))
    return np.concatenate([known, context.rows(customers, products)], axis=1, dtype=np.float32)
