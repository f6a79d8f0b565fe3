"""Stock that spoils before it sells: what came in together spoils together, the oldest sells first.

Source: Nahmias (2011), Perishable Inventory Systems, ch. 1 (issuing first in, first out).
"""

from collections.abc import Iterable, Sequence

NOTHING = 1e-9
Batch = tuple[float, float]


def batches_lying(on_hand: float, came: Iterable[Batch]) -> list[Batch]:
    """Return (units, age in days) of what lies on the shelf, given what came in, newest first.

    The oldest was sold first. What no arrival explains counts as old as the oldest arrival, and
    as fresh where nothing is known to have come in.
    """
    left, age, found = on_hand, 0.0, []
    for units, age in came:
        if left <= 0:
            break
        found.append((min(units, left), age))
        left -= units
    return [*found, (left, age)] if left > 0 else found


def units_spoiling(batches: Sequence[Batch], *, life_days: float, pace: float) -> float:
    """Return how many units of the batches (units, age in days) spoil before they sell.

    ``pace`` is expected demand in units per day.
    """
    day, spoiled = 0.0, 0.0
    for units, age in sorted(batches, key=lambda batch: -batch[1]):
        sold = min(units, max(life_days - age - day, 0.0) * pace)
        spoiled += units - sold
        day += sold / max(pace, NOTHING)
    return spoiled
