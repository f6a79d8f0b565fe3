"""The Chinese lunisolar calendar for 2000 to 2050, from one number per year."""

from datetime import date, timedelta

FIRST_YEAR = 2000
FIRST_NEW_YEAR = date(2000, 2, 5)
# Bits 16 to 5 from the left: months 1 to 12 have 30 days (else 29); low four bits: which month
# is followed by a leap month (0: none); bit 17: the leap month has 30 days.
YEARS = (
    0x0C960, 0x0D954, 0x0D4A0, 0x0DA50, 0x07552, 0x056A0, 0x0ABB7, 0x025D0, 0x092D0, 0x0CAB5,
    0x0A950, 0x0B4A0, 0x0BAA4, 0x0AD50, 0x055D9, 0x04BA0, 0x0A5B0, 0x15176, 0x052B0, 0x0A930,
    0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530,
    0x05AA0, 0x076A3, 0x096D0, 0x04AFB, 0x04AD0, 0x0A4D0, 0x1D0B6, 0x0D250, 0x0D520, 0x0DD45,
    0x0B5A0, 0x056D0, 0x055B2, 0x049B0, 0x0A577, 0x0A4B0, 0x0AA50, 0x1B255, 0x06D20, 0x0ADA0,
    0x14B63,
)  # fmt: skip
LAST_YEAR = FIRST_YEAR + len(YEARS) - 1


def solar_date(lunar_year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a day of an ordinary (not leap) lunar month.

    Raises ValueError for a year outside 2000 to 2050.
    """
    if not FIRST_YEAR <= lunar_year <= LAST_YEAR:
        raise ValueError(f"lunar years are known from {FIRST_YEAR} to {LAST_YEAR}")
    code = YEARS[lunar_year - FIRST_YEAR]
    before = sum(_month_days(code, earlier) for earlier in range(1, month))
    if 0 < code & 0xF < month:
        before += _leap_days(code)
    return lunar_new_year(lunar_year) + timedelta(days=before + day - 1)


def lunar_new_year(year: int) -> date:
    """Return the Gregorian date of the Spring Festival of a year from 2000 to 2051."""
    passed = YEARS[: year - FIRST_YEAR]
    return FIRST_NEW_YEAR + timedelta(days=sum(_year_days(code) for code in passed))


def _month_days(code: int, month: int) -> int:
    return 30 if code & (0x10000 >> month) else 29


def _leap_days(code: int) -> int:
    return 0 if not code & 0xF else 30 if code & 0x10000 else 29


def _year_days(code: int) -> int:
    return sum(_month_days(code, month) for month in range(1, 13)) + _leap_days(code)
