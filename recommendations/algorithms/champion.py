"""The one model to serve: blend, learned ranker, both together or a single model, by the past.

What is chosen among was trained on earlier periods and judged on the latest one before `as_of`;
then the winner is trained again on all of them. Where nothing beats the naive models beyond
noise, the better naive one is served.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.blend import WeightedBlend
from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.panel import (
    Candidates,
    Models,
    Panel,
    candidates,
    flat_ndcg,
    max_normalised,
    past_questions,
)
from recommendations.algorithms.ranker import LearnedRanker
from recommendations.algorithms.recommender import Recommender, Scores

Lesson = tuple[Panel, Candidates]
BLEND, RANKER, BOTH = "blend", "ranker", "blend and ranker"
NOISE = 1.645  # one-sided 95 %


@dataclass(eq=False)
class Champion(Recommender):
    """`choice_`: what is served; `judged_`: mean NDCG@10 of each entrant on the latest period."""

    models: Models
    objective: str = "discover"
    horizon_days: float = 30
    folds: int = 4
    min_buyers: int = 5
    naive: tuple[str, ...] = ("popularity", "personal")
    random_state: int = 0
    choice_: str = field(init=False)
    judged_: dict[str, float] = field(init=False, repr=False)
    panel_: Panel = field(init=False, repr=False)
    served_: list[Recommender] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Train the models in each past period and at `as_of`, choose, train the choice."""
        cut = as_days(as_of)
        asked = past_questions(
            interactions, cut, self.objective, self.horizon_days, self.folds, self.min_buyers
        )
        lessons = []
        for fold, question in asked:
            panel = Panel.fit(self.models, interactions, fold.cut)
            lessons.append((panel, candidates(panel, question)))
        return self.fit_lessons(lessons, Panel.fit(self.models, interactions, cut))

    def fit_lessons(self, lessons: list[Lesson], panel: Panel) -> Self:
        """As `fit`, from panels of past periods, latest first, with their candidates."""
        self.panel_ = panel
        self.seen_ = panel.events.matrix(as_of=panel.cut)
        self.choice_ = self._choose(lessons, panel)
        self.served_ = [
            maker.fit_lessons(lessons, panel)
            for name, maker in self._learners().items()
            if self.choice_ in (name, BOTH)
        ] or [panel.models[self.choice_]]
        return self

    def _learners(self) -> dict[str, Any]:
        return {
            BLEND: WeightedBlend(self.models, self.objective),
            RANKER: LearnedRanker(
                self.models,
                self.objective,
                self.horizon_days,
                min_buyers=self.min_buyers,
                random_state=self.random_state,
            ),
        }

    def _choose(self, lessons: list[Lesson], panel: Panel) -> str:
        """Judge everything on the latest period; learners know only what lies before it."""
        names = [name for name in self.naive if name in self.models] or [next(iter(self.models))]
        if not lessons:
            self.judged_ = {}
            return names[0]
        earlier, (shown, table) = split(lessons)
        flat = {name: table.scores[:, place] for place, name in enumerate(self.models)}
        learnt = {
            name: learner.fit_lessons(earlier, panel).flat_scores(shown, table)
            for name, learner in self._learners().items()
        }
        flat |= learnt
        flat[BOTH] = together(table.starts, list(learnt.values()))
        values = {
            name: flat_ndcg(table.starts, finite(scores), table.taken, table.relevant, 10)
            for name, scores in flat.items()
        }
        self.judged_ = {name: float(each.mean()) for name, each in values.items()}
        best = max(self.judged_, key=lambda name: self.judged_[name])
        plain = max(names, key=lambda name: self.judged_[name])
        gain = values[best] - values[plain]
        noise = NOISE * float(gain.std()) / np.sqrt(max(len(gain), 1))
        return best if gain.mean() > noise else plain

    def scores(self, customers: NDArray[Any]) -> Scores:
        """The choice's scores; blend and ranker are added, each divided by its best."""
        if len(self.served_) == 1:
            return self.served_[0].scores(customers)
        total = np.zeros((len(customers), self.seen_.shape[1]), np.float32)
        for model in self.served_:
            total += max_normalised(model.scores(customers))
        return total


def split(lessons: list[Lesson]) -> tuple[list[Lesson], Lesson]:
    """The latest period to judge on, the rest to learn from; a single one is cut by customer."""
    if len(lessons) > 1:
        return lessons[1:], lessons[0]
    panel, table = lessons[0]
    even = np.arange(len(table.customers)) % 2 == 0
    return [(panel, table.of(~even))], (panel, table.of(even))


def together(starts: NDArray[np.int64], scores: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Sum of flat scores, each divided by its largest per customer."""
    total = np.zeros(int(starts[-1]), np.float32)
    sizes = np.diff(starts)
    for values in scores:
        known = np.where(np.isfinite(values), values, 0)
        top = np.zeros(len(sizes), np.float32)
        np.maximum.at(top, np.repeat(np.arange(len(sizes)), sizes), np.abs(known))
        total += known / np.repeat(np.where(top > 0, top, 1), sizes)
    return total


def finite(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """No reason to recommend ranks last."""
    return np.where(np.isfinite(scores), scores, np.float32(-1)).astype(np.float32)
