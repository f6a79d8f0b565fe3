"""Item-based collaborative filtering: products taken by the same customers.

Sarwar et al. (2001), "Item-based collaborative filtering recommendation algorithms".
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.neighbours import Ids, Similarities
from recommendations.algorithms.recommender import Codes, ItemToItem, Scores
from recommendations.algorithms.similarity import nearest_columns


@dataclass(eq=False)
class ItemKNN(ItemToItem):
    """Score = sum over the customer's decayed history of the similarity to each product.

    `similarity` is a name of `similarity.NAMES`. Similarities are learned on events younger than
    `window_days`, of each customer the last `history_cap` products; at scoring, an event of age
    a counts 0.5 ** (a / half_life_days).
    """

    similarity: str = "cosine"
    k: int = 100
    window_days: float | None = None
    half_life_days: float | None = None
    history_cap: int | None = None
    shrinkage: float = 0.0
    neighbours_: tuple[Ids, Similarities] = field(init=False, repr=False)
    product_ids_: NDArray[Any] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Find each product's k nearest products."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        self.neighbours_ = nearest_columns(learned, self.k, self.similarity, self.shrinkage)
        self.weights_ = neighbour_matrix(*self.neighbours_)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        self.product_ids_ = interactions.product_ids
        return self

    def similar_items(self, items: NDArray[Any], n: int = 10) -> tuple[Codes, Scores]:
        """The n nearest products of each, and the similarities."""
        ids, similarities = self.neighbours_
        return ids[items, :n], similarities[items, :n]


def neighbour_matrix(ids: Ids, similarities: Similarities) -> sparse.csr_array:
    """Square sparse matrix from neighbour lists, without the empty places."""
    kept = ids >= 0
    starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    parts = (similarities[kept], ids[kept], starts)
    return sparse.csr_array(parts, shape=(len(ids), len(ids)))
