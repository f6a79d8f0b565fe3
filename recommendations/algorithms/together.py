"""Bought together and newly arrived: placements that need no customer."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.neighbours import Ids, Similarities, count_neighbours
from recommendations.algorithms.recommender import Codes, Scores, best


@dataclass(eq=False)
class BoughtTogether:
    """Products in the same basket: what one customer took within a day.

    Likeness is the correlation over baskets (`phi`), so that a product in every basket is no
    companion of any. With `min_baskets`, products in fewer baskets have no companions.
    """

    k: int = 50
    window_days: float | None = 365.0
    min_baskets: int = 3
    neighbours_: tuple[Ids, Similarities] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Count baskets of the window before `as_of`."""
        matrix = baskets(interactions.before(as_of), self.window_days)
        often = np.bincount(matrix.indices, minlength=matrix.shape[1]) >= self.min_baskets
        kept = often[matrix.indices]
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[kept]
        cells = (matrix.data[kept], (rows, matrix.indices[kept]))
        known = sparse.csr_array(sparse.coo_array(cells, shape=matrix.shape))
        self.neighbours_ = count_neighbours(known, self.k, "phi")
        return self

    def companions(self, cart: NDArray[Any], n: int = 10) -> tuple[Codes, Scores]:
        """The n products, not in the cart, that best go with all of it together, and scores."""
        ids, values = self.neighbours_
        total = np.zeros(len(ids), np.float32)
        for product in np.unique(np.asarray(cart)):
            if 0 <= product < len(ids):
                kept = ids[product] >= 0
                total[ids[product][kept]] += values[product][kept].astype(np.float32)
        total[np.asarray(cart)[np.asarray(cart) < len(ids)]] = 0
        items, scores = best(total[None, :], n)
        return items[0], scores[0]


def baskets(events: Interactions, window_days: float | None = None) -> sparse.csr_array:
    """Baskets x products, 0/1: a basket is what one customer took on one day (UTC)."""
    if not len(events):
        return sparse.csr_array(np.zeros((0, events.shape[1]), np.float32))
    end = float(events.days[-1])
    recent = events if window_days is None else events.between(end - window_days, np.inf)
    days = np.floor(recent.days).astype(np.int64)
    keys = recent.customers.astype(np.int64) * (int(days.max()) + 1) + days
    _, rows = np.unique(keys, return_inverse=True)
    pairs = np.unique(rows * recent.shape[1] + recent.products)
    cells = (np.ones(len(pairs), np.float32), np.divmod(pairs, recent.shape[1]))
    return sparse.csr_array(sparse.coo_array(cells, shape=(rows.max() + 1, recent.shape[1])))


def new_arrivals(
    interactions: Interactions, as_of: Moment | float, n: int = 10, within_days: float = 60
) -> Codes:
    """Products first taken within the last days, those with most customers first (codes)."""
    past = interactions.before(as_of)
    if not len(past):
        return np.empty(0, np.int32)
    first = np.full(past.shape[1], np.inf)
    first[past.products[::-1]] = past.days[::-1]
    matrix = past.matrix(as_of=np.inf)
    customers = np.bincount(matrix.indices, minlength=past.shape[1])
    newest = float(past.days[-1])
    fresh = np.flatnonzero((first >= newest - within_days) & (first < np.inf))
    return fresh[np.lexsort((fresh, -customers[fresh]))][:n].astype(np.int32)
