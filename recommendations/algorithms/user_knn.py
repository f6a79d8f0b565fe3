"""User-based collaborative filtering: what customers with the same taste took.

Resnick et al. (1994), GroupLens; Herlocker et al. (1999) for significance weighting.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.item_knn import neighbour_matrix
from recommendations.algorithms.neighbours import Ids, Similarities
from recommendations.algorithms.recommender import Recommender, Scores
from recommendations.algorithms.similarity import nearest_columns


@dataclass(eq=False)
class UserKNN(Recommender):
    """Score = sum over the k nearest customers of similarity times their decayed purchases.

    Not divided by the sum of similarities: on purchases the mean would put rare products first.
    `phi` is Pearson's correlation over the whole 0/1 vector, `pearson` over shared products.
    """

    similarity: str = "phi"
    k: int = 100
    window_days: float | None = None
    half_life_days: float | None = None
    history_cap: int | None = None
    shrinkage: float = 0.0
    neighbours_: tuple[Ids, Similarities] = field(init=False, repr=False)
    weights_: sparse.csr_array = field(init=False, repr=False)
    history_: sparse.csr_array = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Find each customer's k nearest customers."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        by_product = sparse.csr_array(learned.T)
        self.neighbours_ = nearest_columns(by_product, self.k, self.similarity, self.shrinkage)
        self.weights_ = neighbour_matrix(*self.neighbours_)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Neighbours' decayed purchases, weighed by similarity."""
        return np.asarray((self.weights_[customers] @ self.history_).toarray(), np.float32)
