"""What a caller asks for, checked before any work: whole numbers of periods, levels, variances."""

import operator
from collections.abc import Sequence

import numpy as np

from forecasting.panel import Matrix
from forecasting.rows import SeriesError


def checked_count(name: str, value: object, unit: str = "period") -> int:
    """Return a whole number of at least 1, or refuse it with a reason."""
    try:
        count = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise SeriesError(f"{name} must be a whole number of {unit}s, not {value!r}") from None
    if count < 1:
        raise SeriesError(f"{name} must be at least 1 {unit}, not {count}")
    return count


def checked_levels(levels: Sequence[float]) -> list[float]:
    """Return the levels sorted, each once; refuse what is not strictly inside (0, 1)."""
    try:
        ordered = sorted({float(level) for level in levels})
    except (TypeError, ValueError):
        raise SeriesError(f"levels must be numbers such as 0.1 and 0.9, not {levels!r}") from None
    if not all(0 < level < 1 for level in ordered):
        raise SeriesError(f"levels must lie between 0 and 1, not {list(levels)}")
    return ordered


def checked_names(name: str, values: Sequence[str]) -> Sequence[str]:
    """Return a list of at least one name; refuse a bare text, which is a list of letters."""
    if isinstance(values, str) or not len(values):
        raise SeriesError(f"{name} must be a list of one name or more, not {values!r}")
    return values


def checked_amounts(name: str, values: Matrix) -> Matrix:
    """Return numbers, none below zero and all finite, or refuse the first that is not."""
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        raise SeriesError(f"{name} must be finite and not below zero, not {values[bad][0]}")
    return values
