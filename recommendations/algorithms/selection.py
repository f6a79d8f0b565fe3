"""Partial sorting of (id, value) pairs, best value first and lower id first among equals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import njit

Ids = NDArray[np.int32]
Values = NDArray[Any]
FEW = 16


@njit
def before(value: float, name: int, other_value: float, other_name: int) -> bool:
    """Does the first pair come before the second?"""
    return value > other_value or (value == other_value and name < other_name)


@njit
def select(ids: Ids, values: Values, keep: int) -> None:
    """Move the best `keep` pairs to the front, in any order (Hoare's quickselect)."""
    low, high = 0, len(ids) - 1
    while low < high:
        middle = (low + high) // 2
        pivot, name = values[middle], ids[middle]
        left, right = low, high
        while left <= right:
            while before(values[left], ids[left], pivot, name):
                left += 1
            while before(pivot, name, values[right], ids[right]):
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                ids[left], ids[right] = ids[right], ids[left]
                left += 1
                right -= 1
        if keep - 1 <= right:
            high = right
        elif keep - 1 >= left:
            low = left
        else:
            return


@njit
def sort(ids: Ids, values: Values) -> None:
    """Spread over as many steps as there are pairs, then insertion: the lists are short."""
    if len(ids) > FEW:
        _spread(ids, values)
    for place in range(1, len(ids)):
        value, name = values[place], ids[place]
        gap = place
        while gap > 0 and before(value, name, values[gap - 1], ids[gap - 1]):
            values[gap] = values[gap - 1]
            ids[gap] = ids[gap - 1]
            gap -= 1
        values[gap] = value
        ids[gap] = name


@njit
def _spread(ids: Ids, values: Values) -> None:
    """Counting sort by value on a linear scale from the largest to the smallest."""
    count, highest, lowest = len(ids), values.max(), values.min()
    steps = (count - 1) / (highest - lowest)
    if not steps < 1e300:  # all alike, or as good as
        return
    starts = np.zeros(count + 1, np.int32)
    for value in values:
        starts[int((highest - value) * steps) + 1] += 1
    for step in range(count):
        starts[step + 1] += starts[step]
    old_ids, old_values = ids.copy(), values.copy()
    for place in range(count):
        step = int((highest - old_values[place]) * steps)
        values[starts[step]] = old_values[place]
        ids[starts[step]] = old_ids[place]
        starts[step] += 1


@njit
def keep_best(others: Ids, likeness: Values, ids: Ids, similarities: Values) -> None:
    """Write the best of some pairs to the front of `ids` and `similarities`, sorted."""
    count = min(len(ids), len(others))
    if len(others) > count:
        select(others, likeness, count)
    sort(others[:count], likeness[:count])
    ids[:count] = others[:count]
    similarities[:count] = likeness[:count]


@njit
def kth_largest(values: Values, k: int) -> float:
    """The k-th largest positive value, 0 where there are fewer; `values` stay as they are."""
    work = np.empty(len(values), values.dtype)
    count = 0
    for value in values:
        if value > 0:
            work[count] = value
            count += 1
    if count < k:
        return np.float64(0)
    low, high = 0, count - 1
    while low < high:
        left, right = _partition(work, low, high)
        if k - 1 <= right:
            high = right
        elif k - 1 >= left:
            low = left
        else:
            break
    return np.float64(work[k - 1])


@njit
def _partition(work: Values, low: int, high: int) -> tuple[int, int]:
    """Larger values to the left of smaller ones (Hoare); returns where the two runs meet."""
    pivot = work[(low + high) // 2]
    left, right = low, high
    while left <= right:
        while work[left] > pivot:
            left += 1
        while pivot > work[right]:
            right -= 1
        if left <= right:
            work[left], work[right] = work[right], work[left]
            left += 1
            right -= 1
    return left, right
