"""Times as files tell them: dates in words, or numbers whose size tells what they count."""

from typing import Any, Literal

import numpy as np
import pandas as pd

COMPACT = (19_000_101, 22_001_231)  # a day as YYYYMMDD
MOST_DAYS = 100_000  # since 1970: the year 2243
Unit = Literal["D", "s", "ms", "us", "ns"]
UNITS: tuple[tuple[float, Unit], ...] = (
    (MOST_DAYS, "D"),
    (1e11, "s"),
    (1e14, "ms"),
    (1e17, "us"),
)
MOSTLY = 0.5


def as_moments(given: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column as times in UTC, NaT where unreadable.

    Numbers are days written YYYYMMDD, days since 1970 (below 100,000), or seconds, milli-, micro-
    or nanoseconds since 1970, whichever their median tells. Times without a zone count as UTC.
    """
    if given.dtype.kind == "M":
        return pd.to_datetime(given, utc=True)
    numbers = pd.to_numeric(given, errors="coerce").replace([np.inf, -np.inf], np.nan)
    if numbers.notna().sum() > MOSTLY * given.notna().sum():
        return _counted(numbers)
    return pd.to_datetime(given, utc=True, errors="coerce")


def _counted(numbers: "pd.Series[Any]") -> "pd.Series[Any]":
    size = float(numbers.abs().median())
    if COMPACT[0] <= size <= COMPACT[1]:
        written = numbers.round().astype("Int64").astype("string")
        days = pd.to_datetime(written, format="%Y%m%d", utc=True, errors="coerce")
        if days.notna().sum() > MOSTLY * numbers.notna().sum():
            return days
    unit: Unit = next((unit for limit, unit in UNITS if size < limit), "ns")
    return pd.to_datetime(numbers, unit=unit, utc=True, errors="coerce")
