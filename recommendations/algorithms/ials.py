"""Implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren & Volinsky (2008); frequency-scaled regularisation as in Rendle et al. (2021).
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.recommender import Recommender, Scores

Factors = NDArray[np.float64]
Pattern = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


@dataclass(eq=False)
class IALS(Recommender):
    """Minimise the squared error on taken pairs plus `unobserved` times the squared scores.

    The penalty of a row is l2 * (its pairs + unobserved * the other side's rows) ** nu.
    After the last sweep customers are solved once more on their decayed history.
    """

    factors: int = 64
    l2: float = 0.01
    unobserved: float = 0.1
    nu: float = 1.0
    sweeps: int = 10
    window_days: float | None = None
    half_life_days: float | None = None
    history_cap: int | None = None
    random_state: int = 0
    customer_factors_: Factors = field(init=False, repr=False)
    product_factors_: Factors = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Alternate between customers and products for `sweeps` rounds."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        learned.data[:] = 1
        by_product = sparse.csr_array(learned.T)
        rng = np.random.default_rng(self.random_state)
        scale = 0.1 / np.sqrt(self.factors)
        products = rng.normal(0, scale, (learned.shape[1], self.factors))
        products[np.diff(by_product.indptr) == 0] = 0
        for _ in range(self.sweeps):
            customers = self._solve(learned, products)
            products = self._solve(by_product, customers)
        history = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.product_factors_ = products
        self.customer_factors_ = self._solve(history, products)
        self.seen_ = history
        return self

    def _solve(self, matrix: sparse.csr_array, other: Factors) -> Factors:
        gram = self.unobserved * (other.T @ other)
        taken = np.diff(matrix.indptr) + self.unobserved * len(other)
        penalty = self.l2 * taken**self.nu
        return _solve_rows((matrix.indptr, matrix.indices, matrix.data), other, gram, penalty)

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Products of the factors."""
        return np.asarray(self.customer_factors_[customers] @ self.product_factors_.T, np.float32)


@njit
def _solve_rows(
    pattern: Pattern, other: Factors, gram: Factors, penalty: NDArray[np.float64]
) -> Factors:
    indptr, indices, data = pattern
    size = other.shape[1]
    solved = np.zeros((len(indptr) - 1, size))
    for row in range(len(indptr) - 1):
        start, end = indptr[row], indptr[row + 1]
        if start == end:
            continue
        system = gram.copy()
        target = np.zeros(size)
        for place in range(start, end):
            vector, weight = other[indices[place]], data[place]
            for one in range(size):
                target[one] += weight * vector[one]
                scaled = weight * vector[one]
                for two in range(size):
                    system[one, two] += scaled * vector[two]
        for one in range(size):
            system[one, one] += penalty[row]
        solved[row] = np.linalg.solve(system, target)
    return solved
