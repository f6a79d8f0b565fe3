"""Cosine neighbours kept up to date by the day's new pairs, equal to a full refit.

Each product keeps its co-counts with twice as many candidates as are asked for, and a bar that no
other product's count / sqrt(size) exceeded. Sizes only grow, so an untouched product stays under
the bar for ever; a touched one gains at most what the day added to its count. Only where that
could lift an outsider over the k-th best candidate is its count taken exactly.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.neighbours import Ids, Similarities, count_neighbours
from recommendations.algorithms.selection import before, kth_largest, select

SPARE = 2
LOOK_UP = 40  # a search in a sorted list costs about as much as so many marks read
Lists = tuple[NDArray[Any], NDArray[Any]]
State = tuple[Ids, Ids, NDArray[np.float64]]  # candidates, counts, bars


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
        self.base_ = _ones(matrix)
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
        fresh = self._unknown(np.asarray(rows, np.int32), np.asarray(columns, np.int32))
        if not fresh.nnz:
            self.recounted_ = 0
            return self
        before = self.sizes_.copy()
        self.sizes_ += np.bincount(fresh.indices, minlength=len(before))
        old = _both(self.base_), _both(self.added_)
        pairs = _new_pairs(*old, _both(fresh), np.unique(fresh.nonzero()[0]), len(before))
        self.added_ = _ones(sparse.csr_array(self.added_ + fresh))
        added_columns = self.added_.tocsc()
        by_column = _both(self.base_columns_), _both(added_columns)
        stale = _apply(
            pairs,
            by_column,
            (self.candidates_, self.counts_, self.bars_),
            (before.astype(np.float64), self.sizes_.astype(np.float64)),
            self.k,
        )
        self.recounted_ = len(stale)
        _recount(
            stale,
            by_column,
            (_both(self.base_), _both(self.added_)),
            (self.candidates_, self.counts_, self.bars_),
            self.sizes_.astype(np.float64),
        )
        return self

    def neighbours(self) -> tuple[Ids, Similarities]:
        """Ids and float32 similarities, columns x k, as `neighbours.count_neighbours` gives."""
        ids = np.full((len(self.sizes_), self.k), -1, np.int32)
        values = np.zeros(ids.shape, np.float32)
        _best(self.candidates_, self.counts_, self.sizes_.astype(np.float64), ids, values)
        return ids, values

    def _unknown(self, rows: NDArray[Any], columns: NDArray[Any]) -> sparse.csr_array:
        ones = np.ones(len(rows), np.int8)
        given = sparse.coo_array((ones, (rows, columns)), shape=self.base_.shape).tocsr()
        starts, kept = _without(_both(_ones(given)), _both(self.base_), _both(self.added_))
        return sparse.csr_array((np.ones(len(kept), np.int8), kept, starts), shape=self.base_.shape)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix.sum_duplicates()
    parts = (np.ones(matrix.nnz, np.int8), matrix.indices, matrix.indptr)
    return sparse.csr_array(parts, shape=matrix.shape)


def _both(matrix: Any) -> Lists:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)


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
def _new_pairs(base: Lists, added: Lists, fresh: Lists, rows: Ids, columns: int) -> Lists:
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


@njit
def _apply(
    pairs: Lists,
    by_column: tuple[Lists, Lists],
    state: State,
    sizes: tuple[NDArray[np.float64], NDArray[np.float64]],
    k: int,
) -> NDArray[np.int64]:
    """Bring candidates up to date; returns the rows whose bar lies above their k-th candidate."""
    columns, room = state[0].shape
    gained = np.zeros(columns, np.int32)
    outsiders = np.empty(columns, np.int32)
    values = np.empty(room)
    marked = np.zeros(_most(by_column), np.bool_)
    roots = np.sqrt(sizes[0]), np.sqrt(np.maximum(sizes[1], 1.0))
    stale = np.zeros(columns, np.bool_)
    for column in range(columns):
        partners = pairs[1][pairs[0][column] : pairs[0][column + 1]]
        found = _raise_counts(column, partners, state, (gained, outsiders))
        filled = _candidate_values(column, state, roots[1], values)
        bar = _weakest(values[:filled], k)  # at most the k-th largest, and mostly good enough
        complete = state[2][column] == 0  # every partner is a candidate: outsiders counted 0
        suspects = _suspects(column, outsiders[:found], (gained, filled), state, roots, bar)
        if state[2][column] > bar:
            bar = kth_largest(values[:filled], k)
        if suspects and not complete:
            _count_shared(column, outsiders[:suspects], by_column, marked, gained)
        _admit_all(column, outsiders[:suspects], gained, state, (values[:filled], roots[1], k))
        for other in outsiders[:found]:
            gained[other] = 0
        stale[column] = state[2][column] > bar
    return np.flatnonzero(stale)


@njit
def _count_shared(
    column: int,
    others: Ids,
    by_column: tuple[Lists, Lists],
    marked: NDArray[np.bool_],
    shared: Ids,
) -> None:
    """Set `shared` of the others to how many rows they have in common with the column."""
    _mark(column, by_column, marked, np.True_)
    for other in others:
        shared[other] = _shared(column, other, by_column, marked)
    _mark(column, by_column, marked, np.False_)


@njit
def _admit_all(
    column: int,
    others: Ids,
    shared: Ids,
    state: State,
    known: tuple[NDArray[np.float64], NDArray[np.float64], int],
) -> None:
    """Let the others in for weaker candidates, which lie nearly in order: the last goes first."""
    candidates, counts, bars = state
    values, roots, k = known
    last = len(values) - 1
    for other in others:
        value = shared[other] / roots[other]
        if len(values) < candidates.shape[1] or last < k:
            _admit(column, other, shared[other], state, roots)
        elif value > values[last]:
            bars[column] = max(bars[column], values[last])
            candidates[column, last], counts[column, last] = other, shared[other]
            last -= 1
        else:
            bars[column] = max(bars[column], value)


@njit
def _most(by_column: tuple[Lists, Lists]) -> int:
    """One more than the highest row in use."""
    highest = 0
    for lists in by_column:
        for row in lists[1]:
            highest = max(highest, row)
    return highest + 1


@njit
def _raise_counts(column: int, partners: Ids, state: State, scratch: tuple[Ids, Ids]) -> int:
    """Count the day's growth; what is no candidate goes to the outsiders. Returns how many."""
    candidates, counts, _ = state
    gained, outsiders = scratch
    if len(partners) == 0:
        return 0
    for other in partners:
        gained[other] += 1
    for spot in range(_filled(candidates[column])):
        other = candidates[column, spot]
        counts[column, spot] += gained[other]
        gained[other] = 0
    found = 0
    for other in partners:
        if gained[other] > 0:
            outsiders[found] = other
            found += 1
            gained[other] = -gained[other]  # noted once
    for other in outsiders[:found]:
        gained[other] = -gained[other]
    return found


@njit
def _candidate_values(
    column: int, state: State, roots: NDArray[np.float64], values: NDArray[np.float64]
) -> int:
    candidates, counts, _ = state
    filled = _filled(candidates[column])
    for spot in range(filled):
        values[spot] = counts[column, spot] / roots[candidates[column, spot]]
    return filled


@njit
def _filled(candidates: Ids) -> int:
    """How many places are taken; empty ones come last."""
    filled = len(candidates)
    while filled > 0 and candidates[filled - 1] < 0:
        filled -= 1
    return filled


@njit
def _weakest(values: NDArray[np.float64], k: int) -> float:
    """The least of the first k values, 0 where there are fewer."""
    if len(values) < k:
        return np.float64(0)
    least = values[0]
    for place in range(k):
        least = min(least, values[place])
    return np.float64(least)


@njit
def _suspects(
    column: int,
    outsiders: Ids,
    known: tuple[Ids, int],
    state: State,
    roots: tuple[NDArray[np.float64], NDArray[np.float64]],
    bar: float,
) -> int:
    """Move the outsiders that may beat the k-th candidate to the front; returns how many.

    The others lift the bar to the most that they can have reached.
    """
    candidates, _, bars = state
    gained, filled = known
    old_bar = bars[column] * (1 + 1e-12)
    suspects = 0
    for spot in range(len(outsiders)):
        other = outsiders[spot]
        most = (np.floor(old_bar * roots[0][other]) + gained[other]) / roots[1][other]
        if most > bar or filled < candidates.shape[1]:
            outsiders[suspects], outsiders[spot] = other, outsiders[suspects]
            suspects += 1
        else:
            bars[column] = max(bars[column], most)
    return suspects


@njit
def _mark(
    column: int, by_column: tuple[Lists, Lists], marked: NDArray[np.bool_], value: np.bool_
) -> None:
    for lists in by_column:
        for row in lists[1][lists[0][column] : lists[0][column + 1]]:
            marked[row] = value


@njit
def _shared(
    column: int, other: int, by_column: tuple[Lists, Lists], marked: NDArray[np.bool_]
) -> int:
    """Rows in both columns: the shorter list is looked up in the longer one."""
    own, theirs = _size(column, by_column), _size(other, by_column)
    if theirs < own * LOOK_UP:
        return _marked_members(other, by_column, marked)
    shared = 0
    for mine in by_column:
        for row in mine[1][mine[0][column] : mine[0][column + 1]]:
            for lists in by_column:
                members = lists[1][lists[0][other] : lists[0][other + 1]]
                place = np.searchsorted(members, row)
                shared += place < len(members) and members[place] == row
    return shared


@njit
def _size(column: int, by_column: tuple[Lists, Lists]) -> int:
    rows = 0
    for starts, _ in by_column:
        rows += starts[column + 1] - starts[column]
    return rows


@njit
def _marked_members(column: int, by_column: tuple[Lists, Lists], marked: NDArray[np.bool_]) -> int:
    shared = 0
    for lists in by_column:
        for row in lists[1][lists[0][column] : lists[0][column + 1]]:
            shared += marked[row]
    return shared


@njit
def _admit(column: int, other: int, shared: int, state: State, roots: NDArray[np.float64]) -> None:
    """Give the outsider an empty place or the weakest candidate's; the loser lifts the bar."""
    candidates, counts, bars = state
    value = shared / roots[other]
    weakest, lowest = -1, value
    for spot in range(candidates.shape[1]):
        if candidates[column, spot] < 0:
            candidates[column, spot] = other
            counts[column, spot] = shared
            return
        held = counts[column, spot] / roots[candidates[column, spot]]
        if held < lowest:
            weakest, lowest = spot, held
    if weakest >= 0:
        candidates[column, weakest] = other
        counts[column, weakest] = shared
    bars[column] = max(bars[column], lowest)


@njit
def _recount(
    stale: NDArray[np.int64],
    by_column: tuple[Lists, Lists],
    by_row: tuple[Lists, Lists],
    state: State,
    sizes: NDArray[np.float64],
) -> None:
    candidates, counts, bars = state
    columns, room = candidates.shape
    shared = np.zeros(columns, np.int32)
    touched = np.empty(columns, np.int32)
    values = np.empty(columns)
    roots = np.sqrt(np.maximum(sizes, 1.0))
    for column in stale:
        found = _count(column, by_column, by_row, shared, touched)
        for spot in range(found):
            values[spot] = shared[touched[spot]] / roots[touched[spot]]
        kept = min(found, room)
        bars[column] = 0
        if found > room:
            select(touched[:found], values[:found], room)
            bars[column] = values[room:found].max()
        candidates[column, :kept] = touched[:kept]
        candidates[column, kept:] = -1
        counts[column, kept:] = 0
        for spot in range(kept):
            counts[column, spot] = shared[touched[spot]]
        for other in touched[:found]:
            shared[other] = 0


@njit
def _count(
    column: int,
    by_column: tuple[Lists, Lists],
    by_row: tuple[Lists, Lists],
    shared: Ids,
    touched: Ids,
) -> int:
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


@njit
def _best(
    candidates: Ids,
    counts: Ids,
    sizes: NDArray[np.float64],
    ids: Ids,
    similarities: NDArray[np.float32],
) -> None:
    """Sort the candidates where they are: in a day they hardly move, so the sort is one pass."""
    columns, room = candidates.shape
    k = ids.shape[1]
    values = np.empty(room)
    scale = 1 / np.sqrt(np.maximum(sizes, 1.0))
    for column in range(columns):
        filled = _filled(candidates[column])
        own = scale[column]
        for spot in range(filled):
            values[spot] = own * (counts[column, spot] * scale[candidates[column, spot]])
        _sort_both(candidates[column, :filled], counts[column, :filled], values[:filled])
        kept = min(filled, k)
        ids[column, :kept] = candidates[column, :kept]
        similarities[column, :kept] = values[:kept]


@njit
def _sort_both(names: Ids, counts: Ids, values: NDArray[np.float64]) -> None:
    """Insertion sort of three arrays by value, best first, lower name first among equals."""
    for place in range(1, len(names)):
        value, name, count = values[place], names[place], counts[place]
        gap = place
        while gap > 0 and before(value, name, values[gap - 1], names[gap - 1]):
            values[gap], names[gap] = values[gap - 1], names[gap - 1]
            counts[gap] = counts[gap - 1]
            gap -= 1
        values[gap], names[gap], counts[gap] = value, name, count
