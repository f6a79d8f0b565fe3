"""Exact co-counts: of some pairs of columns, and of a column with all others."""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.growth import Ids, Lists

LOOK_UP = 40  # a search in a sorted list costs about as much as so many rows marked
ONE = np.uint64(1)
Bits = NDArray[np.uint64]
Sizes = NDArray[np.int64]
Both = tuple[Lists, Lists]  # the lists at the last fit, and what came since


@njit
def count_pairs(pairs: tuple[Ids, Ids], by_column: Both, sizes: Sizes, rows: int) -> Ids:
    """Rows that each pair of columns shares: the shorter list is looked up in the longer one."""
    shorter, starts, order = _by_longer(pairs, sizes)
    shared = np.zeros(len(shorter), np.int32)
    marked = np.zeros(rows // 64 + 1, np.uint64)
    met, known = np.full(len(sizes), -1, np.int32), np.empty(len(sizes), np.int32)
    for column in range(len(sizes)):
        own = order[starts[column] : starts[column + 1]]
        if len(own) == 0:
            continue
        is_marked = sizes[shorter[own]].sum() * LOOK_UP >= sizes[column]
        if is_marked:
            _mark(column, by_column, marked)
        for pair in own:
            other = shorter[pair]
            if met[other] != column:  # a pair may be asked for both ways round
                met[other] = column
                if is_marked:
                    known[other] = _marked_members(other, by_column, marked)
                else:
                    known[other] = _found(other, column, by_column)
            shared[pair] = known[other]
        if is_marked:
            _unmark(column, by_column, marked)
    return shared


@njit
def _by_longer(pairs: tuple[Ids, Ids], sizes: Sizes) -> tuple[Ids, NDArray[np.int64], Ids]:
    """The shorter column of each pair; where each longer column's pairs start, and those pairs."""
    count = len(pairs[0])
    shorter, longer = np.empty(count, np.int32), np.empty(count, np.int32)
    starts = np.zeros(len(sizes) + 2, np.int64)
    for pair in range(count):
        one, other = pairs[0][pair], pairs[1][pair]
        is_shorter = sizes[one] < sizes[other]
        shorter[pair], longer[pair] = (one, other) if is_shorter else (other, one)
        starts[longer[pair] + 2] += 1
    starts = np.cumsum(starts)
    order = np.empty(count, np.int32)
    for pair in range(count):
        order[starts[longer[pair] + 1]] = pair
        starts[longer[pair] + 1] += 1
    return shorter, starts, order


@njit
def _found(column: int, other: int, by_column: Both) -> int:
    shared = 0
    for mine in by_column:
        for row in mine[1][mine[0][column] : mine[0][column + 1]]:
            for lists in by_column:
                members = lists[1][lists[0][other] : lists[0][other + 1]]
                place = np.searchsorted(members, row)
                shared += place < len(members) and members[place] == row
    return shared


@njit
def _mark(column: int, by_column: Both, marked: Bits) -> None:
    for lists in by_column:
        for row in lists[1][lists[0][column] : lists[0][column + 1]]:
            marked[row >> 6] |= ONE << np.uint64(row & 63)


@njit
def _unmark(column: int, by_column: Both, marked: Bits) -> None:
    for lists in by_column:
        for row in lists[1][lists[0][column] : lists[0][column + 1]]:
            marked[row >> 6] = 0


@njit
def _marked_members(column: int, by_column: Both, marked: Bits) -> int:
    shared = np.uint64(0)
    for lists in by_column:
        for row in lists[1][lists[0][column] : lists[0][column + 1]]:
            shared += (marked[row >> 6] >> np.uint64(row & 63)) & ONE
    return int(shared)


@njit
def count_column(column: int, by_column: Both, by_row: Both, shared: Ids, touched: Ids) -> int:
    """Count a column with all others into `shared`, those met into `touched`; returns how many."""
    found = 0
    for members in by_column:
        for row in members[1][members[0][column] : members[0][column + 1]]:
            for lists in by_row:
                for other in lists[1][lists[0][row] : lists[0][row + 1]]:
                    if other == column:
                        continue
                    if shared[other] == 0:
                        touched[found] = other
                        found += 1
                    shared[other] += 1
    return found
