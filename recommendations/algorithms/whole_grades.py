"""Co-rated neighbours where grades are few steps apart: a pair's six sums in two words.

Pearson's correlation and distances look at differences alone, so a grade counts as its steps above
the lowest. Three sums of whole numbers share a word of 64 bits, and a row's columns stand in runs
of one grade, so that a whole run adds the same two numbers. Columns are taken in blocks whose sums
stay in the cache. With significance weighting, few shared rows cannot reach a bar: once there are
as many neighbours as asked for, pairs that share fewer are passed over.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.corated_sums import Ids, Measure, Values, similarity
from recommendations.algorithms.selection import keep_best, select

Steps = NDArray[np.int64]
Graded = tuple[NDArray[np.int64], Ids, Steps]
BITS = 21
MASK = (1 << BITS) - 1
BLOCK = 16_384  # columns whose two words fill half a small second-level cache
MOST_STEPS = 20
SLACK = 1 - 1e-12  # rounding must never drop what the exact comparison keeps
FEW = 16  # looking at the moved sums alone pays below size / FEW additions


class Block(NamedTuple):
    """The sums of a block's columns with one column: words, and which of them are looked at."""

    words: NDArray[np.int64]
    passed: NDArray[np.uint8]
    eights: NDArray[np.uint64]  # the same bytes, eight at a time
    near: Ids


class Runs(NamedTuple):
    """Rows as columns' places within a block, by row, block and grade; `starts` of each run.

    A block is of `size` columns, a multiple of eight.
    """

    starts: NDArray[np.int64]
    others: NDArray[np.uint16]
    size: int
    blocks: int
    grades: int


def steps_of(matrix: sparse.csr_array) -> tuple[Steps, float] | None:
    """Each stored grade's steps above the lowest, and the step; None where sums would not fit.

    A step is 1, or 1/2 where there are half grades, so that sums of steps are exact.
    """
    doubled = 2 * (matrix.data - matrix.data.min())
    if doubled.max() > 2 * MOST_STEPS or (doubled != np.rint(doubled)).any():
        return None
    unit = 0.5 if (doubled % 2).any() else 1.0
    steps = (doubled / (2 * unit)).astype(np.int64)
    longest = np.bincount(matrix.indices).max()
    return (steps, unit) if longest * max(int(steps.max()), 1) ** 2 <= MASK else None


def fill(
    matrix: sparse.csr_array,
    graded: tuple[Steps, float],
    measure: Measure,
    found: tuple[Ids, Values],
) -> None:
    """Fill `found` (ids, similarities: columns x k) from rows x columns of grades in steps."""
    steps, unit = graded
    columns = sparse.csr_array((steps, matrix.indices, matrix.indptr), shape=matrix.shape).tocsc()
    by_column = columns.indptr.astype(np.int64), columns.indices.astype(np.int32), columns.data
    _fill(by_column, _runs(matrix, steps), unit, measure, found)


def _runs(matrix: sparse.csr_array, steps: Steps) -> Runs:
    rows, columns = matrix.shape
    size = min(BLOCK, -(-columns // 8) * 8)
    blocks, grades = -(-columns // size), int(steps.max()) + 1
    row = np.repeat(np.arange(rows), np.diff(matrix.indptr))
    key = (row * blocks + matrix.indices // size) * grades + steps
    starts = np.zeros(rows * blocks * grades + 1, np.int64)
    np.cumsum(np.bincount(key, minlength=len(starts) - 1), out=starts[1:])
    order = np.argsort(key, kind="stable")
    others = (matrix.indices[order] % size).astype(np.uint16)
    return Runs(starts, others, size, blocks, grades)


@njit
def _fill(
    by_column: Graded, runs: Runs, unit: float, measure: Measure, found: tuple[Ids, Values]
) -> None:
    (columns, k), size = found[0].shape, runs.size
    words, passed = np.zeros((size, 2), np.int64), np.zeros(size, np.uint8)
    near = np.empty(size + 1, np.int32)
    sums = Block(words, passed, passed.view(np.uint64), near)
    pairs, six = (np.empty(columns + 1, np.int32), np.empty(columns + 1)), np.empty(6)
    for column in range(columns):
        start, end = by_column[0][column], by_column[0][column + 1]
        own = by_column[1][start:end], by_column[2][start:end]
        kept, least = 0, max(measure[1], 1)
        for block in range(runs.blocks):
            is_few = _count(own, block, runs, words) * FEW < size
            reached = _moved(own[0], block, runs, sums) if is_few else _passing(sums, least)
            for place in sums.near[:reached]:
                other = block * size + place
                _unpack(words[place], unit, six)
                pairs[0][kept], pairs[1][kept] = other, similarity(six, measure)
                kept += pairs[1][kept] > 0 and other != column
            _clear(sums, reached if is_few else size)
            if kept > k:
                select(pairs[0][:kept], pairs[1][:kept], k)
                kept = k
            if kept == k:
                least = max(least, int(np.ceil(measure[2] * pairs[1][:k].min() * SLACK)))
        keep_best(pairs[0][:kept], pairs[1][:kept], found[0][column], found[1][column])


@njit
def _count(own: tuple[Ids, Steps], block: int, runs: Runs, words: Steps) -> int:
    """Add up what the rows of a column share with a block's columns; returns the additions."""
    added = 0
    for place in range(len(own[0])):
        run = (own[0][place] * runs.blocks + block) * runs.grades
        grade = own[1][place]
        first = 1 + (grade << BITS) + ((grade * grade) << 2 * BITS)
        for step in range(runs.grades):
            second = step + ((step * step) << BITS) + ((grade * step) << 2 * BITS)
            for other in runs.others[runs.starts[run + step] : runs.starts[run + step + 1]]:
                words[other, 0] += first
                words[other, 1] += second
        added += runs.starts[run + runs.grades] - runs.starts[run]
    return added


@njit
def _moved(rows: Ids, block: int, runs: Runs, sums: Block) -> int:
    """Every place whose sums are not zero, found by walking the runs again; returns how many."""
    reached = 0
    for row in rows:
        run = (row * runs.blocks + block) * runs.grades
        for other in runs.others[runs.starts[run] : runs.starts[run + runs.grades]]:
            sums.near[reached] = other
            reached += sums.passed[other] == 0
            sums.passed[other] = 1
    return reached


@njit
def _passing(sums: Block, least: int) -> int:
    """The places that share at least so many rows, found by a scan; returns how many."""
    for place in range(len(sums.passed)):
        sums.passed[place] = (sums.words[place, 0] & MASK) >= least
    reached = 0
    for eight in range(len(sums.eights)):
        if sums.eights[eight]:
            for place in range(8 * eight, 8 * eight + 8):
                sums.near[reached] = place
                reached += sums.passed[place]
    return reached


@njit
def _unpack(words: Steps, unit: float, six: Values) -> None:
    first, second = words
    six[0] = first & MASK
    six[1], six[2] = unit * (first >> BITS & MASK), unit * (second & MASK)
    six[3], six[4] = unit**2 * (first >> 2 * BITS), unit**2 * (second >> BITS & MASK)
    six[5] = unit**2 * (second >> 2 * BITS)


@njit
def _clear(sums: Block, reached: int) -> None:
    """Empty the first near places; all of the block where `reached` says so."""
    if reached < len(sums.near) - 1:
        for place in sums.near[:reached]:
            sums.words[place], sums.passed[place] = 0, 0
    else:
        sums.words[:], sums.passed[:] = 0, 0
