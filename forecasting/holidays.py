"""Chinese and Western holidays and shopping days, as dates and as features of a day.

Lunar festivals follow `forecasting.lunar` (2000 to 2050); Easter is Butcher's algorithm.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.lunar import FIRST_YEAR, LAST_YEAR, solar_date
from forecasting.panel import Matrix

REGIONS = ("cn", "west")
HORIZON_DAYS = 14
FIXED = (
    ("west", "new_year", 1, 1), ("west", "valentine", 2, 14), ("west", "halloween", 10, 31),
    ("west", "christmas_eve", 12, 24), ("west", "christmas", 12, 25),
    ("west", "boxing_day", 12, 26),
    ("cn", "new_year", 1, 1), ("cn", "women", 3, 8), ("cn", "labour", 5, 1),
    ("cn", "love_520", 5, 20), ("cn", "children", 6, 1), ("cn", "sale_618", 6, 18),
    ("cn", "national", 10, 1), ("cn", "singles", 11, 11), ("cn", "sale_1212", 12, 12),
)  # fmt: skip
LUNAR = (
    ("spring", 1, 1), ("lantern", 1, 15), ("dragon_boat", 5, 5), ("qixi", 7, 7),
    ("mid_autumn", 8, 15), ("double_ninth", 9, 9), ("laba", 12, 8),
)  # fmt: skip
# month, weekday (Monday 0), which one, days after it
FLOATING = (
    ("mother", 5, 6, 2, 0), ("father", 6, 6, 3, 0), ("thanksgiving", 11, 3, 4, 0),
    ("black_friday", 11, 3, 4, 1), ("cyber_monday", 11, 3, 4, 4),
)  # fmt: skip


def holidays(
    start: pd.Timestamp | date, end: pd.Timestamp | date, regions: Iterable[str] = REGIONS
) -> pd.DataFrame:
    """List holidays from ``start`` to ``end`` inclusive.

    Returns ``ds``, ``name`` and ``region`` (``cn`` or ``west``), by date.  Lunar festivals are
    known from 2000 to 2050 only.
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    chosen = set(regions)
    rows = [
        (pd.Timestamp(day), name, region)
        for year in range(first.year, last.year + 1)
        for day, name, region in _of_year(year)
        if region in chosen and first <= pd.Timestamp(day) <= last
    ]
    table = pd.DataFrame(rows, columns=["ds", "name", "region"])
    return table.sort_values(["ds", "region", "name"], ignore_index=True)


def easter(year: int) -> date:
    """Return the Western Easter Sunday (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def qingming(year: int) -> date:
    """Return Tomb-Sweeping Day, the solar term on 4 or 5 April (valid 2000 to 2099)."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def nearness(dates: pd.DatetimeIndex) -> Matrix:
    """Return per date (rows) days to the next and since the last holiday, per region.

    Columns: to next and since last, for ``cn``, then ``west``; capped at 14 days.
    """
    out = np.full((len(dates), 2 * len(REGIONS)), float(HORIZON_DAYS))
    if not len(dates):
        return out
    margin = pd.Timedelta(days=HORIZON_DAYS)
    days = dates.normalize().to_numpy().astype("datetime64[D]").astype(np.int64)
    table = holidays(dates.min() - margin, dates.max() + margin)
    for j, region in enumerate(REGIONS):
        known = table.loc[table["region"] == region, "ds"].to_numpy()
        known = np.unique(known.astype("datetime64[D]").astype(np.int64))
        gap = known[None, :] - days[:, None]
        out[:, 2 * j] = np.where(gap >= 0, gap, HORIZON_DAYS).min(axis=1, initial=HORIZON_DAYS)
        out[:, 2 * j + 1] = np.where(gap <= 0, -gap, HORIZON_DAYS).min(axis=1, initial=HORIZON_DAYS)
    return out


@lru_cache(maxsize=128)
def _of_year(year: int) -> tuple[tuple[date, str, str], ...]:
    days = [(date(year, month, day), name, region) for region, name, month, day in FIXED]
    days += [(_nth(year, *rule), name, "west") for name, *rule in FLOATING]
    days += [(easter(year), "easter", "west"), (easter(year) - timedelta(2), "good_friday", "west")]
    days.append((qingming(year), "qingming", "cn"))
    if FIRST_YEAR <= year <= LAST_YEAR:
        days += _lunar(year)
    return tuple(days)


def _lunar(year: int) -> list[tuple[date, str, str]]:
    days = [(solar_date(year, month, day), name, "cn") for name, month, day in LUNAR[:-1]]
    days.append((solar_date(year, 1, 1) - timedelta(1), "spring_eve", "cn"))
    eighth = [solar_date(y, 12, 8) for y in (year - 1, year) if y >= FIRST_YEAR]
    return days + [(day, "laba", "cn") for day in eighth if day.year == year]


def _nth(year: int, month: int, weekday: int, which: int, after: int) -> date:
    first = date(year, month, 1)
    offset = (weekday - first.weekday()) % 7 + 7 * (which - 1)
    return first + timedelta(days=offset + after)
