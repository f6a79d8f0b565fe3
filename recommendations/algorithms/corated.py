"""Top-k neighbours from graded co-rated entries: one pass, six sums per pair, no n x n matrix.

Grades a few whole or half steps apart, as stars are, take a shorter way to the same answer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.corated_sums import KINDS, Ids, Measure, Values, similarity
from recommendations.algorithms.selection import keep_best
from recommendations.algorithms.weighted import columnar
from recommendations.algorithms.whole_grades import fill, steps_of

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

    @property
    def numbers(self) -> Measure:
        """The same as numbers, for compiled loops."""
        return KINDS[self.kind], self.min_support, self.significance, self.shrinkage


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
        numbers = measure.numbers
        graded = None if measure.kind == "cosine" else steps_of(by_row)
        if graded is None:
            _corated(columnar(by_row.tocsc()), columnar(by_row), numbers, (ids, values))
        else:
            fill(by_row, graded, numbers, (ids, values))
    return ids, values


@njit
def _corated(by_column: Lists, by_row: Lists, measure: Measure, found: tuple[Ids, Values]) -> None:
    columns = len(found[0])
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
        keep_best(touched[:kept], likeness[:kept], found[0][column], found[1][column])


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
