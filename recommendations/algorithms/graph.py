"""RP3beta: three random steps on the customer-product graph, less drawn to the popular.

Paudel et al. (2017), "Updatable, accurate, diverse, and scalable recommendations".
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.item_knn import neighbour_matrix
from recommendations.algorithms.recommender import ItemToItem
from recommendations.algorithms.weighted import product_neighbours


@dataclass(eq=False)
class RP3Beta(ItemToItem):
    """P(product -> customer -> product) ** alpha, divided by popularity ** beta, best k kept."""

    alpha: float = 0.8
    beta: float = 0.4
    k: int = 100
    window_days: float | None = None
    half_life_days: float | None = None
    history_cap: int | None = None

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Two transition matrices, their product by neighbour lists, the popularity penalty."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        ones = sparse.csr_array(
            (np.ones(learned.nnz), learned.indices, learned.indptr), shape=learned.shape
        )
        buyers = np.maximum(np.bincount(ones.indices, minlength=ones.shape[1]), 1)
        taken = np.maximum(np.diff(ones.indptr), 1)
        penalty = buyers.astype(np.float64) ** -self.beta
        to_customer = ones @ sparse.diags_array(buyers**-self.alpha)
        to_product = sparse.diags_array(taken**-self.alpha) @ ones @ sparse.diags_array(penalty)
        lists = product_neighbours(
            sparse.csr_array(to_customer), sparse.csr_array(to_product), self.k
        )
        self.weights_ = neighbour_matrix(*lists)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self
