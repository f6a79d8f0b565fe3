"""Top-k neighbours from whole-number co-counts, in one pass and without an n x n matrix.

Columns are renumbered by popularity, so that the counters in use lie close together. Of each
column's counters a vectorised scan takes the maximum of every group; the k-th largest maximum is
a bar that at least k counters reach, and few others do: only these are sorted.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.selection import kth_largest, select, sort

Ids = NDArray[np.int32]
Similarities = NDArray[Any]
Vector = NDArray[np.float64]
Counts = NDArray[np.float32]  # whole numbers, exact to 16 million, as fast lanes want them
Lists = tuple[NDArray[Any], NDArray[Any]]
ONE = np.float32(1)
LANES = 16  # floats in the widest vector
FEW = 16  # looking at the moved counters alone pays below columns / FEW additions
SLACK = np.float32(
    1 - 1e-6
)  # single-precision screening must never drop what double precision keeps


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
    sizes = np.bincount(matrix.indices, minlength=columns)
    order = np.argsort(-sizes, kind="stable").astype(np.int32)
    rank = np.empty(columns, np.int32)
    rank[order] = np.arange(columns, dtype=np.int32)
    ids = np.full((columns, k), -1, np.int32)
    values = np.zeros((columns, k), dtype)
    if matrix.nnz and k:
        by_row, by_column = _both_ways(matrix, rank)
        weights = similarity_weights(kind, sizes[order].astype(np.float64), rows)
        groups = np.zeros(_groups(columns, k), np.float32)
        _all_columns(by_column, by_row, weights, groups, (ids, values))
    named = np.where(ids < 0, np.int32(-1), order[ids])
    return named[rank], values[rank]


def similarity_weights(kind: str, sizes: Vector, rows: int) -> tuple[Vector, Vector, Vector]:
    """n, scale and offset: similarity = scale_i * (count * scale_j - n_i * offset_j)."""
    if kind == "cosine":
        return sizes, 1 / np.sqrt(np.maximum(sizes, 1)), np.zeros(len(sizes))
    if kind == "phi":
        spread = sizes * (1 - sizes / rows)
        scale = np.where(spread > 0, 1 / np.sqrt(np.maximum(spread, 1e-300)), 0)
        return sizes, scale, sizes / rows * scale
    raise ValueError(f"unknown kind {kind!r}: cosine or phi")


def _both_ways(matrix: sparse.csr_array, rank: Ids) -> tuple[Lists, Lists]:
    """Rows as lists of renumbered columns, columns as lists of rows, in the narrowest integers."""
    narrow = np.uint16 if matrix.shape[1] <= np.iinfo(np.uint16).max else np.uint32
    renamed = rank[matrix.indices]
    ones = np.ones(matrix.nnz, np.int8)
    by_column = sparse.csr_array((ones, renamed, matrix.indptr), shape=matrix.shape).tocsc()
    members = by_column.indptr.astype(np.int64), by_column.indices.astype(np.int32)
    return (matrix.indptr.astype(np.int64), renamed.astype(narrow)), members


def _groups(columns: int, k: int) -> int:
    """How many groups: some eight per neighbour wanted keep the bar tight."""
    return min((8 * k + LANES - 1) // LANES, (columns + LANES - 1) // LANES) * LANES


@njit
def _all_columns(
    by_column: Lists,
    by_row: Lists,
    weights: tuple[Vector, Vector, Vector],
    groups: NDArray[np.float32],
    found: tuple[Ids, Similarities],
) -> None:
    columns, k = found[0].shape
    padded = (columns + len(groups) - 1) // len(groups) * len(groups)
    counts = np.zeros(padded, np.float32)
    scale = np.zeros(padded, np.float32)
    offset = np.zeros(padded if weights[2].any() else 0, np.float32)
    scale[:columns] = weights[1]
    offset[:columns] = weights[2][: len(offset)]
    chosen = np.empty(padded, np.int32)
    values = np.empty(padded, np.float64)
    for column in range(columns):
        members = by_column[1][by_column[0][column] : by_column[0][column + 1]]
        if _work(members, by_row[0]) * FEW < columns:
            reached = count_few(members, by_row, counts, chosen)
        else:
            count_many(members, by_row, counts)
            counts[column] = 0
            size = np.float32(weights[0][column])
            _group_maxima(counts, (scale, offset), size, groups)
            bar = np.float32(kth_largest(groups, k) * SLACK)
            reached = _over_the_bar(counts, (scale, offset), (size, bar), groups, chosen)
        kept = _values(column, chosen[:reached], counts, weights, values)
        _keep(chosen[:kept], values[:kept], found[0][column], found[1][column])
        counts[:] = 0


@njit
def _work(members: Ids, starts: Ids) -> int:
    total = 0
    for row in members:
        total += starts[row + 1] - starts[row]
    return total


@njit
def count_many(members: Ids, by_row: Lists, counts: Counts) -> None:
    """Add to `counts` how many of the rows `members` each column is in."""
    for row in members:
        for other in by_row[1][by_row[0][row] : by_row[0][row + 1]]:
            counts[other] += ONE


@njit
def count_few(members: Ids, by_row: Lists, counts: Counts, touched: Ids) -> int:
    """As `count_many`, noting in `touched` which counters moved; returns how many."""
    reached = 0
    for row in members:
        for other in by_row[1][by_row[0][row] : by_row[0][row + 1]]:
            if counts[other] == 0:
                touched[reached] = other
                reached += 1
            counts[other] += ONE
    return reached


@njit
def _group_maxima(
    counts: Counts,
    single: tuple[NDArray[np.float32], NDArray[np.float32]],
    size: np.float32,
    groups: NDArray[np.float32],
) -> None:
    """The largest similarity (without its constant factor) of each group, at least 0."""
    scale, offset = single
    stride = len(groups)
    groups[:] = 0
    for start in range(0, len(counts), stride):
        part = counts[start : start + stride]
        factor = scale[start : start + stride]
        if len(offset):
            shift = offset[start : start + stride]
            for place in range(stride):
                value = part[place] * factor[place] - size * shift[place]
                groups[place] = value if value > groups[place] else groups[place]
        else:
            for place in range(stride):
                value = part[place] * factor[place]
                groups[place] = value if value > groups[place] else groups[place]


@njit
def _over_the_bar(
    counts: Counts,
    single: tuple[NDArray[np.float32], NDArray[np.float32]],
    limits: tuple[np.float32, np.float32],
    groups: NDArray[np.float32],
    chosen: Ids,
) -> int:
    """Put every column that may be among the best into `chosen`, returns how many."""
    scale, offset = single
    size, bar = limits
    reached = 0
    for group in range(len(groups)):
        if groups[group] > 0 and groups[group] >= bar:
            for other in range(group, len(counts), len(groups)):
                shift = size * offset[other] if len(offset) else np.float32(0)
                if counts[other] > 0 and counts[other] * scale[other] - shift >= bar:
                    chosen[reached] = other
                    reached += 1
    return reached


@njit
def _values(
    column: int,
    chosen: Ids,
    counts: Counts,
    weights: tuple[Vector, Vector, Vector],
    values: Vector,
) -> int:
    """Similarities of the chosen columns, positive ones moved to the front; returns how many."""
    size, scale, offset = weights
    kept = 0
    for place in range(len(chosen)):
        other = chosen[place]
        shared = np.float64(counts[other]) * scale[other] - size[column] * offset[other]
        if other != column and scale[column] * shared > 0:
            chosen[kept], chosen[place] = other, chosen[kept]
            values[kept] = scale[column] * shared
            kept += 1
    return kept


@njit
def _keep(chosen: Ids, values: Vector, ids: Ids, similarities: Similarities) -> None:
    count = min(len(chosen), len(ids))
    if len(chosen) > count:
        select(chosen, values, count)
    sort(chosen[:count], values[:count])
    ids[:count] = chosen[:count]
    similarities[:count] = values[:count]
