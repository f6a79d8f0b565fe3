"""SLIM: each product as a sparse non-negative mix of others (Ning & Karypis 2011)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.item_knn import neighbour_matrix
from recommendations.algorithms.neighbours import Ids, count_neighbours
from recommendations.algorithms.recommender import ItemToItem

Grams = NDArray[np.float64]


@dataclass(eq=False)
class SLIM(ItemToItem):
    """Coordinate descent on |x_j - X w|^2 / 2 + l1 |w| + l2 |w|^2 / 2 with w >= 0.

    Only the `candidates` products with the highest cosine may explain a product, so memory
    stays products x candidates and EASE's n x n matrix is never needed.
    """

    l1: float = 2.0
    l2: float = 50.0
    candidates: int = 150
    sweeps: int = 10
    window_days: float | None = None
    half_life_days: float | None = None
    history_cap: int | None = None

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Solve each product's small regression on its candidates."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        ids, _ = count_neighbours(learned, self.candidates)
        ones = np.ones(learned.nnz, np.float32)
        taken = sparse.csr_array((ones, learned.indices, learned.indptr), shape=learned.shape)
        by_product = taken.tocsc()
        weights = np.zeros(ids.shape, np.float32)
        _solve_products(
            (by_product.indptr, by_product.indices),
            (taken.indptr, taken.indices),
            ids,
            (self.l1, self.l2, self.sweeps),
            weights,
        )
        # Row j of the lists explains product j, so the history is multiplied by the transpose.
        kept = np.where(weights > 0, ids, np.int32(-1))
        self.weights_ = sparse.csr_array(neighbour_matrix(kept, weights).T)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self


@njit
def _solve_products(
    by_product: tuple[Ids, Ids],
    by_customer: tuple[Ids, Ids],
    ids: Ids,
    settings: tuple[float, float, int],
    weights: NDArray[np.float32],
) -> None:
    products, most = ids.shape
    place_of = np.full(products, -1, np.int32)
    for product in range(products):
        count = 0
        while count < most and ids[product, count] >= 0:
            place_of[ids[product, count]] = count
            count += 1
        chosen = ids[product, :count]
        gram = _candidate_gram(by_product, by_customer, chosen, place_of)
        target = _shared(by_product, by_customer, product, place_of, count)
        weights[product, :count] = _descend(gram, target, settings)
        place_of[chosen] = -1


@njit
def _shared(
    by_product: tuple[Ids, Ids],
    by_customer: tuple[Ids, Ids],
    product: int,
    place_of: Ids,
    count: int,
) -> NDArray[np.float64]:
    """Customers that the product shares with each candidate."""
    shared = np.zeros(count)
    for customer in by_product[1][by_product[0][product] : by_product[0][product + 1]]:
        for other in by_customer[1][by_customer[0][customer] : by_customer[0][customer + 1]]:
            if place_of[other] >= 0:
                shared[place_of[other]] += 1
    return shared


@njit
def _candidate_gram(
    by_product: tuple[Ids, Ids], by_customer: tuple[Ids, Ids], chosen: Ids, place_of: Ids
) -> Grams:
    gram = np.empty((len(chosen), len(chosen)))
    for place in range(len(chosen)):
        gram[place] = _shared(by_product, by_customer, chosen[place], place_of, len(chosen))
    return gram


@njit
def _descend(
    gram: Grams, target: NDArray[np.float64], settings: tuple[float, float, int]
) -> NDArray[np.float64]:
    l1, l2, sweeps = settings
    weights = np.zeros(len(target))
    slope = target.copy()
    for _ in range(sweeps):
        largest = 0.0
        for place in range(len(target)):
            pull = slope[place] + gram[place, place] * weights[place]
            value = max(pull - l1, 0.0) / (gram[place, place] + l2)
            change = value - weights[place]
            if change != 0:
                slope -= change * gram[place]
                weights[place] = value
                largest = max(largest, abs(change))
        if largest < 1e-4:
            break
    return weights
