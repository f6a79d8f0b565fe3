"""The pairs of a day that were not known before, and the co-counts that they raise by one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit

Ids = NDArray[np.int32]
Lists = tuple[NDArray[Any], NDArray[Any]]  # starts, members


def ones(matrix: sparse.csr_array) -> sparse.csr_array:
    """The same pattern, each entry once, as 1, in narrow indices."""
    matrix.sum_duplicates()
    starts, members = lists(matrix)
    return sparse.csr_array((np.ones(matrix.nnz, np.int8), members, starts), shape=matrix.shape)


def lists(matrix: Any) -> Lists:
    """Starts and members, always of the same types."""
    starts, members = matrix.indptr, matrix.indices
    return starts.astype(np.int32, copy=False), members.astype(np.int32, copy=False)


def unknown(
    pairs: tuple[NDArray[Any], NDArray[Any]], base: sparse.csr_array, added: sparse.csr_array
) -> sparse.csr_array:
    """The pairs (rows, columns) that neither of the two matrices holds."""
    cells = (np.ones(len(pairs[0]), np.int8), pairs)
    given = ones(sparse.coo_array(cells, shape=base.shape).tocsr())
    starts, kept = _without(lists(given), lists(base), lists(added))
    return sparse.csr_array((np.ones(len(kept), np.int8), kept, starts), shape=base.shape)


@njit
def _without(given: Lists, base: Lists, added: Lists) -> Lists:
    """The given entries that are in neither of the other two patterns."""
    starts = np.zeros_like(given[0])
    kept = np.empty_like(given[1])
    count = 0
    for row in range(len(starts) - 1):
        for column in given[1][given[0][row] : given[0][row + 1]]:
            known = False
            for lists in (base, added):
                for other in lists[1][lists[0][row] : lists[0][row + 1]]:
                    known |= other == column
            if not known:
                kept[count] = column
                count += 1
        starts[row + 1] = count
    return starts, kept[:count]


@njit
def _history(row: int, lists: tuple[Lists, Lists]) -> Ids:
    base, added = lists
    first = base[1][base[0][row] : base[0][row + 1]]
    second = added[1][added[0][row] : added[0][row + 1]]
    both = np.empty(len(first) + len(second), np.int32)
    both[: len(first)] = first
    both[len(first) :] = second
    return both


@njit
def raised(base: Lists, added: Lists, fresh: Lists, rows: Ids, columns: int) -> Lists:
    """For each column, the columns whose count with it grows by one, once per growth."""
    starts = np.zeros(columns + 1, np.int64)
    for row in rows:
        old = _history(row, (base, added))
        new = fresh[1][fresh[0][row] : fresh[0][row + 1]]
        for column in old:
            starts[column + 1] += len(new)
        for column in new:
            starts[column + 1] += len(old) + len(new) - 1
    starts = np.cumsum(starts)
    place = starts[:-1].copy()
    partners = np.empty(starts[-1], np.int32)
    for row in rows:
        old = _history(row, (base, added))
        new = fresh[1][fresh[0][row] : fresh[0][row + 1]]
        for column in new:
            _note(column, old, (place, partners))
            _note(column, new, (place, partners))
        for column in old:
            _note(column, new, (place, partners))
    return starts, partners


@njit
def _note(column: int, others: Ids, lists: tuple[NDArray[np.int64], Ids]) -> None:
    place, partners = lists
    for other in others:
        if other != column:
            partners[place[column]] = other
            place[column] += 1
