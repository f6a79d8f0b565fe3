"""Item-item models cut down to what serving holds: a few weights per product.

What is judged is then what is stored: scores come from the lists alone.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.content import VectorProfile
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.item_knn import ItemKNN, neighbour_matrix
from recommendations.algorithms.neighbours import Ids, Similarities
from recommendations.algorithms.recommender import ItemToItem, Recommender, batches, best

Lists = tuple[Ids, Similarities]


@dataclass(eq=False)
class Listed(ItemToItem):
    """Of each product the `k` largest positive weights on others (content: on itself too).

    `model` is an item-item model: neighbours, EASE, SLIM, RP3beta, content or description. It
    stays unfitted; half-life and history are its own. `ready`: lists that no event can change.
    """

    model: Recommender
    k: int = 100
    ready: Lists | None = None
    lists_: Lists = field(init=False, repr=False)

    @property
    def half_life_days(self) -> float | None:
        """At scoring an event of age a counts 0.5 ** (a / half-life)."""
        found: float | None = getattr(self.model, "half_life_days", None)
        return found

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Fit a copy of the model and keep the heads of its rows."""
        ids, similarities = self.ready or self._lists(interactions, as_of)
        self.lists_ = ids, np.ascontiguousarray(similarities, np.float32)
        self.weights_ = neighbour_matrix(*self.lists_)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self

    def _lists(self, interactions: Interactions, as_of: Moment | float) -> Lists:
        fitted: Any = copy.copy(self.model).fit(interactions, as_of)
        return lists_of(fitted, self.k)

    def prepared(self, interactions: Interactions) -> Self:
        """With the lists made once, where they rest on what products are and on no event."""
        if isinstance(self.model, VectorProfile):
            self.ready = self._lists(interactions, np.inf)
        return self


def lists_of(fitted: Any, k: int) -> Lists:
    """Ids (-1: none) and weights, products x k, best first, of a fitted item-item model."""
    if isinstance(fitted, ItemKNN):
        ids, similarities = fitted.neighbours_
        return ids[:, :k], similarities[:, :k]
    if isinstance(fitted, EASE):
        return _spread(fitted, k)
    if isinstance(fitted, VectorProfile):
        vectors = fitted.vectors_
        turned = sparse.csr_array(vectors.T)
        return top_rows(lambda rows: (vectors[rows] @ turned).toarray(), vectors.shape[0], k)
    weights: sparse.csr_array = fitted.weights_
    return top_rows(lambda rows: weights[rows].toarray(), weights.shape[0], k)


def top_rows(rows_of: Callable[[NDArray[Any]], NDArray[Any]], count: int, k: int) -> Lists:
    """The k best of each row; `rows_of` gives some rows as a dense block."""
    ids = np.full((count, k), -1, np.int32)
    values = np.zeros((count, k), np.float32)
    for start, rows in batches(np.arange(count)):
        block = np.asarray(rows_of(rows), np.float32)
        ids[start : start + len(rows)], values[start : start + len(rows)] = best(block, k)
    return ids, values


def _spread(fitted: EASE, k: int) -> Lists:
    """EASE knows some products only; its lists speak of all."""
    own, values = top_rows(lambda rows: fitted.weights_[rows], len(fitted.products_), k)
    count = fitted.history_.shape[1]
    ids = np.full((count, k), -1, np.int32)
    weights = np.zeros((count, k), np.float32)
    if len(own):
        named = fitted.products_.astype(np.int32)[np.maximum(own, 0)]
        ids[fitted.products_] = np.where(own >= 0, named, np.int32(-1))
        weights[fitted.products_] = values
    return ids, weights
