"""Personal frequency: what a customer takes again and again."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.recommender import Recommender, Scores

TIE_BREAK = 1e-3


@dataclass(eq=False)
class PersonalFrequency(Recommender):
    """The customer's own decayed purchases; popularity breaks ties and fills the rest."""

    half_life_days: float | None = 180.0
    window_days: float | None = None
    history_: sparse.csr_array = field(init=False, repr=False)
    popularity_: NDArray[np.float32] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Sum the decayed events of each customer and product."""
        self.history_ = interactions.matrix(self.window_days, self.half_life_days, as_of=as_of)
        popularity = np.asarray(self.history_.sum(axis=0), np.float32)
        self.popularity_ = popularity * (TIE_BREAK / max(float(popularity.max(initial=0)), 1e-9))
        self.seen_ = interactions.matrix(as_of=as_of)
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Own decayed frequency plus at most 0.001 of popularity."""
        own = self.history_[customers].toarray()
        return np.asarray(own + self.popularity_, np.float32)
