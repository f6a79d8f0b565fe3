"""Top-k neighbours from whole-number co-counts, in one pass and without an n x n matrix."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.cocounts import Layout, Lists, Weights, bounds_of, each_column

Ids = NDArray[np.int32]
Similarities = NDArray[Any]
Vector = NDArray[np.float64]
GROUPS_PER_NEIGHBOUR = 4


def count_neighbours(
    matrix: sparse.csr_array,
    k: int,
    kind: str = "cosine",
    dtype: type[np.floating[Any]] = np.float32,
) -> tuple[Ids, Similarities]:
    """The k most similar columns of each column, whatever the values stored: ids, similarities.

    Both are columns x k, best first; ids are int32 with -1 where fewer than k share a row, ties go
    to the more popular column. `cosine`: shared / sqrt(n_i n_j); `phi`: Pearson's correlation
    over the whole 0/1 columns, positive ones only.
    """
    rows, columns = matrix.shape
    ids = np.full((columns, k), -1, np.int32)
    values = np.zeros((columns, k), dtype)
    if not matrix.nnz or not k:
        return ids, values
    sizes = np.bincount(matrix.indices, minlength=columns)
    order = np.argsort(-sizes, kind="stable").astype(np.int32)
    layout, place = _layout(order, k)
    scale, offset = similarity_weights(kind, sizes.astype(np.float64), rows)
    at = order[np.minimum(layout.ranks, columns - 1)]
    weights = Weights(sizes.astype(np.float64), scale, scale[at], offset[at])
    by_counter = layout, weights, bounds_of(layout, weights)
    lists = _both_ways(matrix, place)
    for some, kind_of_count in _by_counter(sizes):
        counts = np.zeros(len(at), kind_of_count)
        each_column(some, lists, by_counter, counts, (ids, values))
    return ids, values


def _by_counter(sizes: NDArray[Any]) -> Iterator[tuple[Ids, type[np.unsignedinteger[Any]]]]:
    """Columns by the narrowest counter that holds their size, which no shared count exceeds.

    Most columns are of few rows: their counters of one byte stay in the cache.
    """
    below = 0
    for counter in (np.uint8, np.uint16, np.uint32):
        most = np.iinfo(counter).max
        some = np.flatnonzero((sizes > below) & (sizes <= most)).astype(np.int32)
        if len(some):
            yield some, counter
        below = most


def similarity_weights(kind: str, sizes: Vector, rows: int) -> tuple[Vector, Vector]:
    """Scale and offset: similarity = scale_i * (count * scale_j - n_i * offset_j)."""
    if kind == "cosine":
        return 1 / np.sqrt(np.maximum(sizes, 1)), np.zeros(len(sizes))
    if kind == "phi":
        spread = sizes * (1 - sizes / rows)
        scale = np.where(spread > 0, 1 / np.sqrt(np.maximum(spread, 1e-300)), 0)
        return scale, sizes / rows * scale
    raise ValueError(f"unknown kind {kind!r}: cosine or phi")


def _layout(order: Ids, k: int) -> tuple[Layout, Ids]:
    """Where the counters lie: groups of about as popular columns; and each column's place."""
    columns = len(order)
    members = max(columns // (GROUPS_PER_NEIGHBOUR * k), 1)
    groups = (columns + members - 1) // members
    ranks = np.arange(groups * members, dtype=np.int32).reshape(groups, members).T.ravel()
    place = np.empty(columns, np.int32)
    used = np.flatnonzero(ranks < columns)
    place[order[ranks[used]]] = used
    return Layout(members, ranks, place, order), place


def _both_ways(matrix: sparse.csr_array, place: Ids) -> tuple[Lists, Lists]:
    """Columns as lists of rows, rows as lists of counters, in the narrowest integers."""
    ones = np.ones(matrix.nnz, np.int8)
    by_column = sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape).tocsc()
    members = by_column.indptr.astype(np.int64), by_column.indices.astype(np.int32)
    counters = place.astype(_narrow(int(place.max())))[matrix.indices]
    return members, (matrix.indptr.astype(np.int64), counters)


def _narrow(largest: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if largest <= np.iinfo(np.uint16).max else np.uint32
