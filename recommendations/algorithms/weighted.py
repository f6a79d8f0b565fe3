"""Top-k neighbours from sums of weighted products: sum over shared rows of left * right."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.selection import keep_best

Ids = NDArray[np.int32]
Values = NDArray[Any]
Lists = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]


def product_neighbours(
    left: sparse.csr_array,
    right: sparse.csr_array,
    k: int,
    dtype: type[np.floating[Any]] = np.float32,
) -> tuple[Ids, Values]:
    """The k largest positive off-diagonal cells of each row of left.T @ right: ids, values.

    `left` and `right` have the same shape. Both results are columns x k, best first, ties to
    the lower column; ids int32, -1 where there are fewer.
    """
    columns = left.shape[1]
    ids = np.full((columns, k), -1, np.int32)
    values = np.zeros((columns, k), dtype)
    if left.nnz and right.nnz and k:
        by_column = sparse.csr_array(left).tocsc()
        by_row = sparse.csr_array(right)
        _products(
            columnar(by_column),
            columnar(by_row),
            (ids, values),
        )
    return ids, values


def columnar(matrix: Any) -> Lists:
    """Starts, indices and values, always of the same types, so that loops compile only once."""
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
    )


@njit
def _products(by_column: Lists, by_row: Lists, found: tuple[Ids, Values]) -> None:
    columns = len(found[0])
    sums = np.zeros(columns)
    touched = np.empty(columns, np.int32)
    met = np.full(columns, -1, np.int32)
    best = np.empty(columns)
    for column in range(columns):
        reached = _accumulate(column, by_column, by_row, (sums, touched, met))
        kept = 0
        for place in range(reached):
            other = touched[place]
            if sums[other] > 0 and other != column:
                touched[kept] = other
                best[kept] = sums[other]
                kept += 1
            sums[other] = 0
        keep_best(touched[:kept], best[:kept], found[0][column], found[1][column])


@njit
def _accumulate(
    column: int, by_column: Lists, by_row: Lists, state: tuple[Values, Ids, Ids]
) -> int:
    sums, touched, met = state
    reached = 0
    for place in range(by_column[0][column], by_column[0][column + 1]):
        row, own = by_column[1][place], by_column[2][place]
        for position in range(by_row[0][row], by_row[0][row + 1]):
            other, grade = by_row[1][position], by_row[2][position]
            if met[other] != column:
                met[other] = column
                touched[reached] = other
                reached += 1
            sums[other] += own * grade
    return reached
