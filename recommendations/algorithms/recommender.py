"""What every recommender shares: score all products for some customers, keep the best."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.interactions import Interactions, Moment

BATCH = 512
Scores = NDArray[np.float32]
Codes = NDArray[np.int32]


class Recommender(ABC):
    """Fit on the events before `as_of`, then score products for customers, all by code."""

    seen_: sparse.csr_array

    @abstractmethod
    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Learn from the events strictly before `as_of`."""

    @abstractmethod
    def scores(self, customers: NDArray[Any]) -> Scores:
        """Float32 scores, customers x products; 0 or less means no reason to recommend."""

    def recommend(
        self, customers: NDArray[Any], n: int = 10, *, exclude_seen: bool = True
    ) -> tuple[Codes, Scores]:
        """The best n products per customer and their scores, both customers x n.

        Ties go to the lower product code. Places that cannot be filled hold -1 and score 0.
        """
        items = np.full((len(customers), n), -1, np.int32)
        values = np.zeros((len(customers), n), np.float32)
        for start, rows in batches(np.asarray(customers)):
            scores = self.scores(rows)
            if exclude_seen:
                hide_seen(scores, self.seen_[rows])
            part = slice(start, start + len(rows))
            items[part], values[part] = best(scores, n)
        return items, values


class ItemToItem(Recommender):
    """Scores are the customers' decayed histories times the weights from product to product."""

    history_: sparse.csr_array
    weights_: sparse.csr_array

    def scores(self, customers: NDArray[Any]) -> Scores:
        """What the products of the history add to each product."""
        return np.asarray((self.history_[customers] @ self.weights_).toarray(), np.float32)


def batches(customers: NDArray[Any], size: int = BATCH) -> Iterator[tuple[int, NDArray[Any]]]:
    """Start position and rows of each slice small enough to score densely."""
    for start in range(0, len(customers), size):
        yield start, customers[start : start + size]


def hide_seen(scores: Scores, seen: sparse.csr_array) -> None:
    """Write -inf over every product the customer already has, in place."""
    rows = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
    scores[rows, seen.indices] = -np.inf


def best(scores: Scores, n: int) -> tuple[Codes, Scores]:
    """The n highest positive scores of each row, highest first, ties to the lower code."""
    items = np.full((len(scores), n), -1, np.int32)
    values = np.zeros((len(scores), n), np.float32)
    if n > 0:
        _best_rows(np.ascontiguousarray(scores, np.float32), items, values)
    return items, values


@njit
def _best_rows(scores: Scores, items: Codes, values: Scores) -> None:
    n = items.shape[1]
    for row in range(scores.shape[0]):
        found = 0
        for item in range(scores.shape[1]):
            score = scores[row, item]
            if not score > 0.0 or (found == n and score <= values[row, n - 1]):
                continue
            place = found if found < n else n - 1
            while place > 0 and values[row, place - 1] < score:
                values[row, place] = values[row, place - 1]
                items[row, place] = items[row, place - 1]
                place -= 1
            values[row, place] = score
            items[row, place] = item
            found = min(found + 1, n)
