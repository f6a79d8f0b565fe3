"""Counting one column's shared rows and keeping its k best, with few counters looked at closely.

Counters of about as popular columns form groups; a vectorised scan takes the largest count of each.
That count by the group's most popular member bounds a similarity from below, so that the k-th
largest such bound is a bar that at least k counters reach. By the least popular member a count
must have a certain size to reach the bar: only the few that have it are valued and sorted.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.selection import select, sort

Ids = NDArray[np.int32]
Counts = NDArray[Any]
Vector = NDArray[np.float64]
Passed = tuple[NDArray[np.uint8], NDArray[np.uint64]]  # the same bytes, one and eight at a time
Lists = tuple[NDArray[Any], NDArray[Any]]
FEW = 16  # looking at the moved counters alone pays below columns / FEW additions
AHEAD = 32  # rows whose lists are fetched together
LINE = 32  # columns of two bytes in a cache line
STEPS = 512  # of the logarithmic scale on which bars are found
STEP_BITS = 46  # a step is 1/64 of an octave: the bits of a double above these
SLACK = 1 - 1e-12  # rounding must never drop what the exact comparison keeps


class Layout(NamedTuple):
    """Counter `place[column]` counts the column; `ranks` tells its popularity rank (0 = most).

    Member m of group g is counter m * groups + g. `order` are the columns by rank.
    """

    members: int
    ranks: Ids
    place: Ids
    order: Ids


class Weights(NamedTuple):
    """Similarity = own_i * (count * scale_j - size_i * offset_j); i by column, j by counter."""

    sizes: Vector
    own: Vector
    scale: Vector
    offset: Vector


class Bounds(NamedTuple):
    """The ends of scale and offset in each group; `steepest`: 1 / the largest scale."""

    low_scale: Vector
    steepest: Vector
    low_offset: Vector
    high_offset: Vector


def bounds_of(layout: Layout, weights: Weights) -> Bounds:
    """What the members of each group have at least and at most."""
    scale = weights.scale.reshape(layout.members, -1)
    offset = weights.offset.reshape(layout.members, -1)
    steepest = 1 / np.maximum(scale.max(axis=0), 1e-300)
    return Bounds(scale.min(axis=0), steepest, offset.min(axis=0), offset.max(axis=0))


@njit
def each_column(
    some: Ids,
    lists: tuple[Lists, Lists],
    by_counter: tuple[Layout, Weights, Bounds],
    counts: Counts,
    found: tuple[Ids, NDArray[Any]],
) -> int:
    """Fill some rows of `found` (ids, similarities: columns x k); returns what `_fetch` does.

    `lists`: columns as rows and rows as counters. `counts`: zeros of a type that holds the size
    of each of these columns.
    """
    by_column, by_row = lists
    layout, weights, bounds = by_counter
    columns, k = found[0].shape
    maxima = np.zeros(len(bounds.low_scale), counts.dtype)
    enough = np.zeros_like(maxima)
    each = np.zeros((len(counts) + 7) // 8 * 8, np.uint8)
    passed = each, each.view(np.uint64)
    chosen = np.empty(len(counts), np.int32)
    values = np.empty(len(counts), np.float64)
    fetched = 0
    for column in some:
        members = by_column[1][by_column[0][column] : by_column[0][column + 1]]
        if _work(members, by_row[0]) * FEW < columns:
            reached = count_few(members, by_row, counts, chosen)
        else:
            fetched ^= count_many(members, by_row, counts)
            counts[layout.place[column]] = 0
            _group_maxima(counts, maxima)
            size = weights.sizes[column]
            bar = _bar(maxima, bounds, (size, k))
            _enough(bounds, (size, bar * SLACK), enough)
            reached = _over_the_bar(counts, enough, passed, chosen)
        kept = _values(column, chosen[:reached], counts, layout, weights, values)
        _keep(chosen[:kept], values[:kept], layout.order, found[0][column], found[1][column])
        counts[:] = 0
    return fetched


@njit
def _work(members: Ids, starts: Ids) -> int:
    total = 0
    for row in members:
        total += starts[row + 1] - starts[row]
    return total


@njit
def count_many(members: Ids, by_row: Lists, counts: Counts) -> int:
    """Add to `counts` how many of the rows `members` each column is in; returns what `_fetch` does.

    The lists of large shops lie outside the cache: some rows' lists are fetched side by side, then
    counted, rather than waited for one by one.
    """
    fetched = 0
    for start in range(0, len(members), AHEAD):
        part = members[start : start + AHEAD]
        fetched ^= _fetch(part, by_row)
        for row in part:
            for other in by_row[1][by_row[0][row] : by_row[0][row + 1]]:
                counts[other] += 1
    return fetched


@njit
def _fetch(rows: Ids, by_row: Lists) -> int:
    """Read a cell of each cache line of the lists; the result keeps that from being left out."""
    starts, columns = by_row
    fetched = 0
    for row in rows:
        for place in range(starts[row], starts[row + 1], LINE):
            fetched ^= columns[place]
    return fetched


@njit
def count_few(members: Ids, by_row: Lists, counts: Counts, touched: Ids) -> int:
    """As `count_many`, noting in `touched` which counters moved; returns how many."""
    reached = 0
    for row in members:
        for other in by_row[1][by_row[0][row] : by_row[0][row + 1]]:
            if counts[other] == 0:
                touched[reached] = other
                reached += 1
            counts[other] += 1
    return reached


@njit
def _group_maxima(counts: Counts, maxima: Counts) -> None:
    groups = len(maxima)
    maxima[:] = counts[:groups]
    for start in range(groups, len(counts), groups):
        part = counts[start : start + groups]
        for group in range(groups):
            maxima[group] = max(maxima[group], part[group])


@njit
def _bar(maxima: Counts, bounds: Bounds, wanted: tuple[float, int]) -> float:
    """At most the k-th largest lower bound and within 1/64 octave of it; 0 below eight octaves."""
    size, k = wanted
    lower = maxima * bounds.low_scale - size * bounds.high_offset
    keys = lower.view(np.int64)  # positive doubles are ordered as their bits are
    top = keys.max() >> STEP_BITS
    steps = np.zeros(STEPS, np.int32)
    for key in keys:
        below = top - (key >> STEP_BITS)
        if key > 0 and below < STEPS:
            steps[below] += 1
    reached = 0
    for below in range(STEPS):
        reached += steps[below]
        if reached >= k:
            keys[0] = (top - below) << STEP_BITS
            return np.float64(lower[0])
    return 0.0


@njit
def _enough(bounds: Bounds, limits: tuple[float, float], enough: Counts) -> None:
    """The least count with which any member of each group may reach the bar."""
    size, bar = limits
    most = np.float64(np.iinfo(enough.dtype).max)
    for group in range(len(enough)):
        least = (bar + size * bounds.low_offset[group]) * bounds.steepest[group]
        enough[group] = np.int64(min(max(np.ceil(least), 1.0), most))


@njit
def _over_the_bar(counts: Counts, enough: Counts, passed: Passed, chosen: Ids) -> int:
    """Put every counter that may be among the best into `chosen`, returns how many."""
    each, eights = passed
    groups = len(enough)
    for start in range(0, len(counts), groups):
        part, out = counts[start : start + groups], each[start : start + groups]
        for group in range(groups):
            out[group] = part[group] >= enough[group]
    reached = 0
    for eight in range(len(eights)):
        if eights[eight]:
            for other in range(8 * eight, 8 * eight + 8):
                if each[other]:
                    chosen[reached] = other
                    reached += 1
    return reached


@njit
def _values(
    column: int,
    chosen: Ids,
    counts: Counts,
    layout: Layout,
    weights: Weights,
    values: Vector,
) -> int:
    """Ranks and similarities of the chosen counters, positive ones only; returns how many."""
    own, size = weights.own[column], weights.sizes[column]
    kept = 0
    for other in chosen:
        value = own * (counts[other] * weights.scale[other] - size * weights.offset[other])
        if value > 0 and other != layout.place[column]:
            chosen[kept] = layout.ranks[other]
            values[kept] = value
            kept += 1
    return kept


@njit
def _keep(ranks: Ids, values: Vector, order: Ids, ids: Ids, similarities: NDArray[Any]) -> None:
    count = min(len(ranks), len(ids))
    if len(ranks) > 2 * count:
        select(ranks, values, count)
        ranks, values = ranks[:count], values[:count]
    sort(ranks, values)
    for place in range(count):
        ids[place] = order[ranks[place]]
        similarities[place] = values[place]
