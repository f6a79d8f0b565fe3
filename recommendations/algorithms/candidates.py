"""Each column's candidates for neighbours, kept up to date as co-counts grow.

A column holds its co-counts with more columns than are asked for, and a bar that no other
column's count / sqrt(size) exceeds. Sizes only grow, so an untouched column stays under the bar
for ever; a touched one gains at most what its count has gained. Only where that could lift an
outsider over the k-th best candidate must its count be taken exactly.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.growth import Ids, Lists
from recommendations.algorithms.selection import before, kth_largest, select
from recommendations.algorithms.shared_rows import Both, count_column

Vector = NDArray[np.float64]
SLACK = 1 + 1e-12  # rounding must never lower a bound


class Candidates(NamedTuple):
    """`names` and `counts`: columns x room, empty places (-1, 0) last; `bars`: one per column."""

    names: Ids
    counts: Ids
    bars: Vector


class Suspects(NamedTuple):
    """Outsiders that may have become neighbours, by column; `starts`: where each column's begin.

    `counts` are exact where every column that shares a row with it is a candidate (bar 0).
    `kth`: at most the value of each column's k-th candidate.
    """

    starts: NDArray[np.int64]
    columns: Ids
    names: Ids
    counts: Ids
    kth: Vector


@njit
def raise_counts(
    state: Candidates, pairs: Lists, scales: tuple[Vector, Vector], k: int
) -> Suspects:
    """Count the pairs' growth; `scales`: sqrt(size) before and 1 / sqrt(size) after."""
    columns, room = state.names.shape
    gained = np.zeros(columns, np.int32)
    most = len(pairs[1])
    starts = np.zeros(columns + 1, np.int64)
    kth = np.empty(columns)
    found = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    reached = 0
    for column in range(columns):
        partners = pairs[1][pairs[0][column] : pairs[0][column + 1]]
        for other in partners:
            gained[other] += 1
        _raise(state.names[column], state.counts[column], gained, len(partners))
        kth[column] = _kth(column, state, scales[1], k)
        bar, is_full = state.bars[column], state.names[column, room - 1] >= 0
        for other in partners:
            if gained[other] > 0:
                limit = np.floor(bar * SLACK * scales[0][other]) + gained[other]
                value = limit * scales[1][other] * SLACK
                if value > kth[column] or not is_full:
                    found[0][reached], found[1][reached] = column, other
                    found[2][reached] = gained[other]
                    reached += 1
                else:
                    state.bars[column] = max(state.bars[column], value)
                gained[other] = 0
        starts[column + 1] = reached
    return Suspects(starts, found[0][:reached], found[1][:reached], found[2][:reached], kth)


@njit
def _raise(names: Ids, counts: Ids, gained: Ids, partners: int) -> None:
    """Count the candidates' growth, and take it from `gained`."""
    if partners == 0:
        return
    for spot in range(len(names)):
        other = names[spot]
        if other < 0:
            return
        if gained[other] > 0:
            counts[spot] += gained[other]
            gained[other] = 0


@njit
def _kth(column: int, state: Candidates, scale: Vector, k: int) -> float:
    """At most the k-th largest value, and good enough: the least of the first k, if not too low."""
    names, counts = state.names[column], state.counts[column]
    if names[k - 1] < 0:
        return 0.0
    least = np.inf
    for spot in range(k):
        least = min(least, counts[spot] * scale[names[spot]])
    if least >= state.bars[column]:
        return least
    values = np.empty(len(names))
    return kth_largest(values[: _value(column, state, scale, values)], k)


@njit
def admit(state: Candidates, suspects: Suspects, scale: Vector) -> NDArray[np.int64]:
    """Let suspects take the places of weaker candidates; returns the columns whose bar may now
    lie above their k-th candidate.
    """
    columns, room = state.names.shape
    values = np.empty(room)
    for column in range(columns):
        filled = -1
        for place in range(suspects.starts[column], suspects.starts[column + 1]):
            other, count = suspects.names[place], suspects.counts[place]
            value = count * scale[other]
            if value > state.bars[column] or state.names[column, room - 1] < 0:
                if filled < 0:
                    filled = _value(column, state, scale, values)
                filled = _admit(column, state, (other, count, value), values, filled)
    return np.flatnonzero(state.bars > suspects.kth)


@njit
def _value(column: int, state: Candidates, scale: Vector, values: Vector) -> int:
    names, counts = state.names[column], state.counts[column]
    for spot in range(len(names)):
        if names[spot] < 0:
            return spot
        values[spot] = counts[spot] * scale[names[spot]]
    return len(names)


@njit
def _admit(
    column: int,
    state: Candidates,
    suspect: tuple[int, int, float],
    values: Vector,
    filled: int,
) -> int:
    """Give the suspect an empty place or the weakest candidate's; the loser lifts the bar."""
    other, count, value = suspect
    if filled < len(values):
        spot, filled = filled, filled + 1
    else:
        spot = int(values.argmin())
        state.bars[column] = max(state.bars[column], min(value, values[spot]))
        if value <= values[spot]:
            return filled
    state.names[column, spot], state.counts[column, spot] = other, count
    values[spot] = value
    return filled


@njit
def recount(
    columns: NDArray[np.int64], state: Candidates, by_column: Both, by_row: Both, scale: Vector
) -> None:
    """Take the candidates of some columns afresh."""
    count, room = state.names.shape
    shared = np.zeros(count, np.int32)
    touched = np.empty(count, np.int32)
    values = np.empty(count)
    for column in columns:
        found = count_column(column, by_column, by_row, shared, touched)
        for spot in range(found):
            values[spot] = shared[touched[spot]] * scale[touched[spot]]
        kept = min(found, room)
        state.bars[column] = 0
        if found > room:
            select(touched[:found], values[:found], room)
            state.bars[column] = values[room:found].max()
        state.names[column, :kept] = touched[:kept]
        state.names[column, kept:] = -1
        state.counts[column, kept:] = 0
        for spot in range(kept):
            state.counts[column, spot] = shared[touched[spot]]
        for other in touched[:found]:
            shared[other] = 0


@njit
def best(state: Candidates, scale: Vector, ids: Ids, similarities: NDArray[np.float32]) -> None:
    """Bring each column's best to the front, where they mostly are, and write them out."""
    columns, room = state.names.shape
    k = ids.shape[1]
    values = np.empty(room)
    for column in range(columns):
        names, counts = state.names[column], state.counts[column]
        filled, own = _value(column, state, scale, values), scale[column]
        for spot in range(filled):
            values[spot] = own * values[spot]
        kept = min(filled, k)
        for spot in range(1, kept):
            if before(values[spot], names[spot], values[spot - 1], names[spot - 1]):
                _rise(spot, spot, names, counts, values)
        for spot in range(kept, filled):
            if values[spot] >= values[kept - 1]:
                _rise(spot, kept, names, counts, values)
        for spot in range(k):
            ids[column, spot] = names[spot] if spot < kept else -1
            similarities[column, spot] = values[spot] if spot < kept else 0


@njit
def _rise(spot: int, end: int, names: Ids, counts: Ids, values: Vector) -> None:
    """Let the candidate at `spot` rise among those before `end`; the last of them may fall out."""
    value, name, count = values[spot], names[spot], counts[spot]
    gap = end
    while gap > 0 and before(value, name, values[gap - 1], names[gap - 1]):
        to = spot if gap == end else gap
        values[to], names[to], counts[to] = values[gap - 1], names[gap - 1], counts[gap - 1]
        gap -= 1
    if gap < end:
        values[gap], names[gap], counts[gap] = value, name, count
