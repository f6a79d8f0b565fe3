"""EASE: an item-item linear model in closed form (Steck 2019, arXiv 1905.03375)."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.recommender import Recommender, Scores

MOST_DOUBLE = 2000  # products; above, single precision halves time and memory
CELLS = 3  # the inverse, its lower half and that half turned


def ease_memory(products: int) -> int:
    """Bytes that fitting on so many products takes at its peak."""
    return products * products * CELLS * (8 if products <= MOST_DOUBLE else 4)


def most_products(max_bytes: int) -> int:
    """How many products can be fitted in so many bytes."""
    single = int(np.sqrt(max_bytes / (CELLS * 4)))
    return single if single > MOST_DOUBLE else int(np.sqrt(max_bytes / (CELLS * 8)))


@dataclass(eq=False)
class EASE(Recommender):
    """P = inverse of (X'X + l2 I); weights -P / diag(P) without the diagonal.

    X holds 0/1 of the window. Only products taken by `min_customers` in it get weights; if
    even these need more than `max_bytes`, the most popular that fit are kept, and
    `left_out_` counts the rest, which score 0 and are left to the other models of a blend.
    """

    l2: float = 200.0
    window_days: float | None = 120.0
    half_life_days: float | None = 60.0
    history_cap: int | None = None
    min_customers: int = 1
    max_bytes: int = 2_000_000_000
    products_: NDArray[np.int64] = field(init=False, repr=False)
    weights_: NDArray[np.float32] = field(init=False, repr=False)
    history_: sparse.csr_array = field(init=False, repr=False)
    left_out_: int = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Choose the products that fit the memory, then invert once."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        learned.data[:] = 1
        self.products_ = self._affordable(learned)
        precise = len(self.products_) <= MOST_DOUBLE
        chosen = learned[:, self.products_].astype(np.float64 if precise else np.float32)
        self.weights_ = ease_weights((chosen.T @ chosen).toarray(), self.l2)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self

    def _affordable(self, learned: sparse.csr_array) -> NDArray[np.int64]:
        customers = np.bincount(learned.indices, minlength=learned.shape[1])
        usable = np.flatnonzero(customers >= max(self.min_customers, 1))
        most = most_products(self.max_bytes)
        popular = usable[np.argsort(-customers[usable], kind="stable")[:most]]
        self.left_out_ = len(usable) - len(popular)
        return np.sort(popular)

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Decayed history times the weights."""
        history = self.history_[customers]
        found = np.zeros(history.shape, np.float32)
        found[:, self.products_] = history[:, self.products_] @ self.weights_
        return found


def ease_weights(gram: NDArray[np.floating[Any]], l2: float) -> NDArray[np.float32]:
    """Item-item weights (float32, zero diagonal) from the Gram matrix, which is overwritten.

    Computed in the precision of `gram`: l2 keeps its condition number far below what single
    precision bears.
    """
    if not len(gram):
        return np.zeros((0, 0), np.float32)
    places = np.diag_indices(len(gram))
    gram[places] += l2
    double = gram.dtype == np.float64
    factorise = linalg.lapack.dpotrf if double else linalg.lapack.spotrf
    invert = linalg.lapack.dpotri if double else linalg.lapack.spotri
    # A symmetric matrix is its own transpose: in Fortran's order nothing need be copied.
    factor, failed = factorise(gram.T, lower=1, overwrite_a=1)
    if failed:
        raise ValueError("the Gram matrix is not positive definite: raise l2")
    inverse, _ = invert(factor, lower=1, overwrite_c=1)
    weights = np.tril(inverse, -1)
    weights += weights.T.copy()
    weights /= -inverse.diagonal()
    return np.asarray(weights, np.float32)
