"""Decayed popularity: the naive model that every other one must beat."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.recommender import Recommender, Scores


@dataclass(eq=False)
class Popularity(Recommender):
    """Every customer gets the products bought most of late.

    An event of age a days counts 0.5 ** (a / half_life_days); None counts all alike.
    """

    half_life_days: float | None = 7.0
    window_days: float | None = None
    popularity_: NDArray[np.float32] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Sum the decayed events of each product."""
        matrix = interactions.matrix(self.window_days, self.half_life_days, as_of=as_of)
        self.popularity_ = np.asarray(matrix.sum(axis=0), np.float32)
        self.seen_ = interactions.matrix(as_of=as_of)
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """The same row for each customer."""
        return np.tile(self.popularity_, (len(customers), 1))
