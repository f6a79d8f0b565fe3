"""Top-k neighbours from graded co-rated entries: one pass, six sums per pair, no n x n matrix.

The sums over the rows shared by columns x and y: n, sum x, sum y, sum xx, sum yy, sum xy.
`pearson` as in Surprise (Hug 2020), `significance` as in Herlocker et al. (1999), `shrinkage`
as in Bell & Koren (2007): similarity * (n - 1) / (n - 1 + shrinkage).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.selection import select, sort
from recommendations.algorithms.weighted import columnar

KINDS = {"pearson": 0, "euclidean": 1, "msd": 2, "cosine": 3}
Ids = NDArray[np.int32]
Values = NDArray[Any]
Lists = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]


@dataclass(frozen=True)
class Corated:
    """Which similarity over the shared rows, and how little overlap is trusted.

    `pearson`: correlation; `euclidean`: 1 / (1 + distance); `msd`: 1 / (1 + mean squared
    difference); `cosine`. Pairs sharing fewer than `min_support` rows count as unlike;
    `significance` m multiplies by min(n, m) / m.
    """

    kind: str = "pearson"
    min_support: int = 1
    significance: int = 0
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; known: {', '.join(KINDS)}")


def corated_neighbours(
    matrix: sparse.csr_array,
    k: int,
    measure: Corated,
    dtype: type[np.floating[Any]] = np.float32,
) -> tuple[Ids, Values]:
    """The k most similar columns of each column (positive similarities): ids, similarities.

    Both columns x k, best first, ties to the lower column; ids int32, -1 where there are fewer.
    Stored zeros count as grades; what is not stored is unknown.
    """
    columns = matrix.shape[1]
    ids = np.full((columns, k), -1, np.int32)
    values = np.zeros((columns, k), dtype)
    if matrix.nnz and k:
        by_row = sparse.csr_array(matrix)
        by_column = by_row.tocsc()
        limits = (measure.min_support, measure.significance, measure.shrinkage)
        _corated(
            columnar(by_column),
            columnar(by_row),
            (KINDS[measure.kind], *limits),
            (ids, values),
        )
    return ids, values


@njit
def _corated(
    by_column: Lists, by_row: Lists, measure: tuple[int, int, int, float], found: tuple[Ids, Values]
) -> None:
    columns, k = found[0].shape
    sums = np.zeros((columns, 6))
    touched = np.empty(columns, np.int32)
    likeness = np.empty(columns)
    for column in range(columns):
        reached = _accumulate(column, by_column, by_row, sums, touched)
        kept = 0
        for place in range(reached):
            other = touched[place]
            value = similarity(sums[other], measure)
            if value > 0 and other != column:
                touched[kept], touched[place] = other, touched[kept]
                likeness[kept] = value
                kept += 1
        for place in range(reached):
            sums[touched[place]] = 0
        best = min(k, kept)
        if kept > k:
            select(touched[:kept], likeness[:kept], k)
        sort(touched[:best], likeness[:best])
        found[0][column, :best] = touched[:best]
        found[1][column, :best] = likeness[:best]


@njit
def _accumulate(column: int, by_column: Lists, by_row: Lists, sums: Values, touched: Ids) -> int:
    reached = 0
    for place in range(by_column[0][column], by_column[0][column + 1]):
        row, own = by_column[1][place], by_column[2][place]
        for position in range(by_row[0][row], by_row[0][row + 1]):
            other, grade = by_row[1][position], by_row[2][position]
            cell = sums[other]
            if cell[0] == 0:
                touched[reached] = other
                reached += 1
            cell[0] += 1
            cell[1] += own
            cell[2] += grade
            cell[3] += own * own
            cell[4] += grade * grade
            cell[5] += own * grade
    return reached


@njit
def similarity(sums: Values, measure: tuple[int, int, int, float]) -> float:
    """One pair's similarity from its six sums n, x, y, xx, yy, xy."""
    kind, support, significance, shrinkage = measure
    n = sums[0]
    if n < support:
        return 0.0
    if kind == 0:
        value = _pearson(sums)
    elif kind == 3:
        product = sums[3] * sums[4]
        value = sums[5] / np.sqrt(product) if product > 0 else 0.0
    else:
        squared = max(sums[3] + sums[4] - 2 * sums[5], 0.0)
        value = 1 / (1 + np.sqrt(squared)) if kind == 1 else 1 / (1 + squared / n)
    if significance > 0:
        value *= min(n, significance) / significance
    if shrinkage > 0:
        value *= (n - 1) / (n - 1 + shrinkage)
    return value


@njit
def _pearson(sums: Values) -> float:
    n = sums[0]
    one, other = n * sums[3] - sums[1] ** 2, n * sums[4] - sums[2] ** 2
    # Equal grades leave only rounding: they have no correlation, not a random one.
    if one <= 1e-9 * n * sums[3] or other <= 1e-9 * n * sums[4]:
        return 0.0
    return np.float64((n * sums[5] - sums[1] * sums[2]) / np.sqrt(one * other))
