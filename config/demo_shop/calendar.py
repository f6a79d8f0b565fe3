"""Seasons, weekdays and shopping festivals, Chinese and Western.

The dates of lunar festivals are those of the official calendar for 2015–2035; outside these years
the lunar festivals have no effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from config.demo_shop.plan import Days, Floats

# fmt: off
SPRING_FESTIVAL = (
    "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25",
    "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17",
    "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11",
    "2033-01-31", "2034-02-19", "2035-02-08",
)
MID_AUTUMN = (
    "2015-09-27", "2016-09-15", "2017-10-04", "2018-09-24", "2019-09-13", "2020-10-01",
    "2021-09-21", "2022-09-10", "2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25",
    "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12", "2031-10-01", "2032-09-19",
    "2033-09-08", "2034-09-27", "2035-09-16",
)
# fmt: on
WEEKDAYS = np.array([0.93, 0.90, 0.92, 0.95, 1.02, 1.16, 1.12])  # Monday first


@dataclass(frozen=True)
class Profile:
    """How a shelf follows the year: a yearly wave and extra demand at the peak of each festival.

    ``wave`` is the amplitude around 1 and ``peak`` its day of the year; a festival's figure is
    the demand added at its peak, as a share of the normal day.
    """

    wave: float
    peak: int
    spring: float
    autumn: float
    double_eleven: float
    mid_year: float
    christmas: float


PROFILES: dict[str, Profile] = {
    "steady": Profile(0.08, 320, 0.2, 0.05, 2.6, 1.5, 0.1),
    "tea": Profile(0.15, 110, 0.8, 0.6, 2.4, 1.5, 0.1),
    "warm": Profile(0.45, 355, 0.2, 0.0, 2.8, 0.8, 0.5),
    "summer": Profile(0.40, 190, 0.0, 0.0, 1.6, 2.0, 0.0),
    "school": Profile(0.25, 245, 0.1, 0.0, 2.2, 1.3, 0.2),
    "gift": Profile(0.12, 350, 1.2, 0.9, 2.2, 1.1, 0.9),
    "festival": Profile(0.55, 20, 5.0, 0.2, 0.5, 0.2, 0.1),
    "christmas": Profile(0.60, 345, 0.0, 0.0, 0.8, 0.0, 4.5),
}


def days_from(dates: Days, feasts: Iterable[str]) -> Floats:
    """Days since the nearest feast, negative before it."""
    gaps = (dates[:, None] - np.array(list(feasts), dtype="datetime64[D]")).astype(np.int64)
    nearest = np.abs(gaps).argmin(axis=1)
    gap: Floats = gaps[np.arange(len(dates)), nearest].astype(np.float64)
    return gap


def yearly_feasts(dates: Days, month: int, day: int) -> list[str]:
    """The same calendar day in each year that touches the window."""
    first, last = dates[0].item().year, dates[-1].item().year
    return [date(year, month, day).isoformat() for year in range(first - 1, last + 2)]


def _ramp(gap: Floats, before: float) -> Floats:
    """0 up to ``before`` days ahead of the feast, growing to 1 on it, 0 after."""
    return np.where(gap <= 0, np.clip(1 + gap / before, 0, None) ** 1.5, 0.0)


def _sale(gap: Floats, opening: float) -> Floats:
    """A shopping festival: an opening, a calm middle, the day itself, and a tired week after."""
    shape = np.select(
        [gap == 0, gap == -1, np.abs(gap + opening) <= 1, (gap < 0) & (gap > -opening)],
        [1.0, 0.35, 0.20, 0.06],
        default=0.0,
    )
    return np.where((gap >= 2) & (gap <= 8), -0.12, shape)


def seasonality(dates: Days, profile: Profile) -> Floats:
    """Demand of each day beside a normal one: year, weekday and festivals multiplied."""
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(np.float64)
    wave = 1 + profile.wave * np.cos(2 * np.pi * (day_of_year - profile.peak) / 365.25)
    spring = days_from(dates, SPRING_FESTIVAL)
    closed = np.where((spring >= -3) & (spring <= 5), 0.45, 1.0)  # couriers are at home
    weekday = WEEKDAYS[(dates.astype(np.int64) + 3) % 7]  # 1970-01-01 was a Thursday
    extra = (
        profile.spring * _ramp(spring + 4, 24)
        + profile.autumn * _ramp(days_from(dates, MID_AUTUMN) + 2, 16)
        + profile.double_eleven * _sale(days_from(dates, yearly_feasts(dates, 11, 11)), 10)
        + profile.mid_year * _sale(days_from(dates, yearly_feasts(dates, 6, 18)), 17)
        + profile.christmas * _ramp(days_from(dates, yearly_feasts(dates, 12, 25)) + 3, 28)
    )
    factor: Floats = wave * closed * weekday * (1 + extra)
    return factor
