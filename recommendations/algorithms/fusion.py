"""A team's models as one: reciprocal ranks with weights, or trees that learn what to put first.

Both are taught by the months before the one they are judged on, as the weighted sum is.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.ascent import climb
from recommendations.algorithms.blend import shrink
from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.panel import Candidates, Panel
from recommendations.algorithms.ranker import LearnedRanker
from recommendations.algorithms.recommender import Recommender, Scores, best
from recommendations.algorithms.team import Team

CONSTANT = 60.0


@dataclass(eq=False)
class TeamRanker(LearnedRanker):
    """The learned ranker over a team's models, which are fitted already."""

    team: Team = field(default_factory=Team)

    def fit(self, _interactions: Interactions, _as_of: Moment | float) -> Self:
        """Train the trees on the team's lessons."""
        return self.fit_lessons(self.team.taught(self.objective), self.team.this_month())


@dataclass(eq=False)
class RankFusion(Recommender):
    """Sum over the team's models of weight / (60 + rank), of the best `depth` products of each.

    Cormack, Clarke & Büttcher (2009); the weights climb the NDCG@10 of the last `folds` lessons,
    and shrink towards `anchor` where these are thin.
    """

    team: Team
    objective: str = "discover"
    anchor: str = "popularity"
    folds: int = 2
    constant: float = CONSTANT
    weights_: dict[str, float] = field(init=False, repr=False)
    panel_: Panel = field(init=False, repr=False)

    @property
    def depth(self) -> int:
        """As many as a lesson holds of each model."""
        return self.team.per_model

    def fit(self, _interactions: Interactions, _as_of: Moment | float) -> Self:
        """Fit the weights on the team's lessons."""
        self.panel_ = self.team.this_month()
        self.seen_ = self.panel_.events.matrix(as_of=self.panel_.cut)
        names = list(self.panel_.models)
        lessons = self.team.taught(self.objective)[: self.folds]
        tables = [in_ranks(table, self.depth, self.constant) for _panel, table in lessons]
        anchor = np.array([float(name == self.anchor) for name in names])
        if not anchor.any():
            anchor[0] = 1.0
        weights = climb(tables, anchor) if tables else anchor
        customers = sum(len(table.customers) for table in tables)
        found = shrink(weights, anchor, customers)
        self.weights_ = dict(zip(names, found.tolist(), strict=True))
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Fused reciprocal ranks; for *discover*, products already taken have no rank."""
        seen = self.seen_[customers] if self.objective == "discover" else None
        total = np.zeros((len(customers), self.seen_.shape[1]), np.float32)
        gains = reciprocal(np.arange(self.depth), self.constant)
        scored = self.panel_.scores(customers, seen)
        for weight, scores in zip(self.weights_.values(), scored, strict=True):
            if weight:
                items = best(scores, self.depth)[0]
                row, place = np.nonzero(items >= 0)
                total[row, items[row, place]] += np.float32(weight) * gains[place]
        return total


def reciprocal(ranks: NDArray[np.integer], constant: float = CONSTANT) -> NDArray[np.float32]:
    """What a rank (0 = first) adds."""
    return np.asarray(1 / (constant + 1 + ranks), np.float32)


def in_ranks(table: Candidates, depth: int, constant: float = CONSTANT) -> Candidates:
    """A lesson with each model's score replaced by what its rank adds; 0 beyond `depth`."""
    sizes = np.diff(table.starts)
    customer = np.repeat(np.arange(len(sizes)), sizes)
    first = np.repeat(table.starts[:-1], sizes)
    gains = np.zeros(table.scores.shape, np.float32)
    for column, scores in enumerate(table.scores.T):
        order = np.lexsort((table.products, -scores, customer))
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order)) - first
        counts = (scores > 0) & (ranks < depth)
        gains[:, column] = np.where(counts, reciprocal(ranks, constant), 0)
    return replace(table, scores=gains)
