"""Cosine neighbours kept up to date by the day's new pairs, equal to a full refit."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import growth
from recommendations.algorithms.candidates import Candidates, admit, best, raise_counts, recount
from recommendations.algorithms.neighbours import Ids, Similarities, count_neighbours
from recommendations.algorithms.shared_rows import count_pairs

SPARE = 2


@dataclass(eq=False)
class IncrementalCosine:
    """Neighbours of the columns of a growing 0/1 matrix of fixed shape (rows x columns).

    `added_` holds the pairs since the last `fit`; they are merged into it at the next.
    """

    k: int = 100
    base_: Any = field(init=False, repr=False)
    added_: Any = field(init=False, repr=False)
    base_columns_: Any = field(init=False, repr=False)
    sizes_: NDArray[np.int64] = field(init=False, repr=False)
    candidates_: Ids = field(init=False, repr=False)
    counts_: Ids = field(init=False, repr=False)
    bars_: NDArray[np.float64] = field(init=False, repr=False)
    recounted_: int = field(init=False, default=0)

    def fit(self, matrix: sparse.csr_array) -> Self:
        """Count everything once."""
        self.base_ = growth.ones(matrix)
        self.added_ = sparse.csr_array(matrix.shape, dtype=np.int8)
        self.base_columns_ = self.base_.tocsc()
        self.sizes_ = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.int64)
        found = count_neighbours(matrix, SPARE * self.k, dtype=np.float64)
        self.candidates_ = np.ascontiguousarray(found[0])
        roots = np.sqrt(self.sizes_.astype(np.float64))
        shared = found[1] * roots[:, None] * roots[found[0]]
        self.counts_ = np.where(found[0] >= 0, np.rint(shared), 0).astype(np.int32)
        last = self.counts_[:, -1:] / np.maximum(roots[found[0][:, -1:]], 1)
        self.bars_ = np.where(found[0][:, -1:] >= 0, last, 0).max(axis=1, initial=0)
        return self

    def update(self, rows: NDArray[Any], columns: NDArray[Any]) -> Self:
        """Add pairs (row, column); pairs known already change nothing."""
        pairs = np.asarray(rows, np.int32), np.asarray(columns, np.int32)
        fresh = growth.unknown(pairs, self.base_, self.added_)
        self.recounted_ = 0
        if fresh.nnz:
            raised = self._add(fresh)
            self._reconsider(raised, np.bincount(fresh.indices, minlength=len(self.sizes_)))
        return self

    def neighbours(self) -> tuple[Ids, Similarities]:
        """Ids and float32 similarities, columns x k, as `neighbours.count_neighbours` gives."""
        ids = np.empty((len(self.sizes_), self.k), np.int32)
        values = np.empty(ids.shape, np.float32)
        best(self._state, 1 / np.sqrt(np.maximum(self.sizes_, 1)), ids, values)
        return ids, values

    @property
    def _state(self) -> Candidates:
        return Candidates(self.candidates_, self.counts_, self.bars_)

    def _add(self, fresh: sparse.csr_array) -> growth.Lists:
        """Take the pairs in; returns by column the columns whose count with it grows."""
        rows = np.unique(fresh.nonzero()[0])
        known = growth.lists(self.base_), growth.lists(self.added_)
        raised = growth.raised(*known, growth.lists(fresh), rows, fresh.shape[1])
        self.added_ = growth.ones(sparse.csr_array(self.added_ + fresh))
        return raised

    def _reconsider(self, raised: growth.Lists, more: NDArray[np.integer]) -> None:
        """Raise counts, and look at what may have become a neighbour."""
        roots = np.sqrt(self.sizes_)
        self.sizes_ = self.sizes_ + more
        scale = 1 / np.sqrt(np.maximum(self.sizes_, 1))
        suspects = raise_counts(self._state, raised, (roots, scale), self.k)
        by_column = growth.lists(self.base_columns_), growth.lists(self.added_.tocsc())
        counted = np.flatnonzero(self.bars_[suspects.columns] > 0)
        pairs = suspects.columns[counted], suspects.names[counted]
        suspects.counts[counted] = count_pairs(pairs, by_column, self.sizes_, self.base_.shape[0])
        stale = admit(self._state, suspects, scale)
        by_row = growth.lists(self.base_), growth.lists(self.added_)
        recount(stale, self._state, by_column, by_row, scale)
        self.recounted_ = len(stale)
