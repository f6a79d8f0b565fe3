"""Models in one team: each fitted once a month, whoever builds on it, and taught by past months.

A contest walks the months oldest first. When it comes to a new month, what was taken in the one
before is known: that is the lesson for whoever combines the models. Nothing later is ever seen.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.evaluation import OBJECTIVES, Fold, question
from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.panel import Candidates, Panel, candidates
from recommendations.algorithms.recommender import Recommender, Scores

Lesson = tuple[Panel, Candidates]


@dataclass(eq=False)
class Team:
    """`panel`: this month's models in the order they joined; `lessons`: of the last `kept` months,
    oldest first, with the names of the models that were there.

    `per_model` candidates of each model for at most `most_taught` customers make a lesson.
    """

    per_model: int = 30
    most_taught: int = 500
    kept: int = 4
    min_buyers: int = 5
    panel: Panel | None = None
    lessons: dict[str, list[tuple[tuple[str, ...], Lesson]]] = field(default_factory=dict)

    def join(self, name: str, model: Recommender, events: Interactions, cut: float) -> None:
        """A model fitted on the events before `cut`; the first of a new month closes the last."""
        if self.panel is None or self.panel.cut != cut:
            if self.panel is not None:
                self._learn(self.panel, events.before(cut), cut)
            self.panel = Panel({}, plain(events.before(cut)), cut)
        self.panel.models[name] = model

    def _learn(self, panel: Panel, events: Interactions, cut: float) -> None:
        for objective in OBJECTIVES:
            asked = question(events, Fold(panel.cut, cut), objective, self.min_buyers)
            if asked is None:
                continue
            table = candidates(panel, asked, self.per_model, self.most_taught)
            known = self.lessons.setdefault(objective, [])
            known.append((tuple(panel.models), (Panel({}, panel.events, panel.cut), table)))
            del known[: -self.kept]

    def this_month(self) -> Panel:
        """The models that have joined; ValueError before the first one has."""
        if self.panel is None:
            raise ValueError("no model has joined the team yet")
        return self.panel

    def taught(self, objective: str) -> list[Lesson]:
        """Lessons on the models of this month, latest first."""
        names = tuple(self.this_month().models)
        return [
            (panel, _columns(table, [there.index(name) for name in names]))
            for there, (panel, table) in reversed(self.lessons.get(objective, []))
            if set(names) <= set(there)
        ]


def _columns(table: Candidates, chosen: Sequence[int]) -> Candidates:
    return replace(table, scores=np.ascontiguousarray(table.scores[:, chosen]))


def plain(events: Interactions) -> Interactions:
    """The same events as one unit each at the product's mean price: all that serving knows."""
    count = events.shape[1]
    money = np.bincount(events.products, weights=events.amounts, minlength=count)
    units = np.bincount(events.products, weights=events.quantities, minlength=count)
    price = money / np.where(units > 0, units, 1)
    ones = np.ones(len(events), np.float32)
    return replace(events, quantities=ones, amounts=price[events.products])


@dataclass(eq=False)
class Member(Recommender):
    """A model of a team: it scores each batch of customers once, and gives out copies."""

    name: str
    model: Recommender
    team: Team
    fitted_: Recommender = field(init=False, repr=False)
    last_: tuple[NDArray[Any], Scores] | None = field(init=False, default=None, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Fit a copy of the model and join."""
        cut = as_days(as_of)
        self.fitted_ = copy.copy(self.model).fit(interactions, cut)
        self.seen_, self.last_ = self.fitted_.seen_, None
        self.team.join(self.name, self, interactions, cut)
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Those of the model."""
        if self.last_ is None or not np.array_equal(self.last_[0], customers):
            self.last_ = np.array(customers), self.fitted_.scores(customers)
        return self.last_[1].copy()
