"""Dates: every common form, and the column decides where day and month can be swapped."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.importers.dates import DAY_FIRST, MONTH_FIRST, moment, orders_shown
from sales.importers.refusals import BadValueError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc(text: str, *column: str) -> str:
    found = moment(text, orders_shown([text, *column]), SHANGHAI)
    return found.astimezone(UTC).strftime("%F %T")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.03.05",
        "20240305",
        "2024年3月5日",
        "5 March 2024",
        "05-Mar-2024",
        "Mar 5, 2024",
        "March 5 2024",
        "05.03.2024",
        "5.3.2024",
        "2024-03-05T00:00:00",
        "2024-03-05 00:00",
        "2024-03-05 12:00:00 AM",
        "2024-03-04T16:00:00Z",
        "2024-03-04 16:00:00 UTC",
        "2024-03-05T00:00:00+08:00",
        "2024-03-05 00:00:00 +0800",
        "2024-03-04 11:00 -0500",
        "2024/03/05 00:00:00.000",
        "1709568000",
        "1709568000.0",
        "1709568000000",
    ],
)
def test_one_midnight_in_many_forms(text: str) -> None:
    assert utc(text) == "2024-03-04 16:00:00"


def test_times_of_day() -> None:
    assert utc("3/13/2024 2:05 PM") == "2024-03-13 06:05:00"
    assert utc("13/03/2024 12:05:09 pm") == "2024-03-13 04:05:09"
    assert utc("2024-03-13T23:59:59.5+08:00") == "2024-03-13 15:59:59"


def test_the_column_tells_day_from_month() -> None:
    assert utc("01/02/2024", "13/02/2024") == "2024-01-31 16:00:00"
    assert utc("01/02/2024", "02/13/2024") == "2024-01-01 16:00:00"
    assert utc("13/02/2024") == "2024-02-12 16:00:00"
    assert utc("02/02/2024") == "2024-02-01 16:00:00"
    assert orders_shown(["01/02/2024", "2024-01-31"]) == set()
    assert orders_shown(["31/12/2024", "12/31/2024"]) == {DAY_FIRST, MONTH_FIRST}


@pytest.mark.parametrize("column", [(), ("13/02/2024", "02/13/2024")])
def test_what_nothing_decides_is_refused(column: tuple[str, ...]) -> None:
    with pytest.raises(BadValueError, match="swapped"):
        utc("01/02/2024", *column)


@pytest.mark.parametrize(
    "text",
    [
        "29/02/2023",
        "2023-02-29",
        "2024-13-01",
        "00/00/2024",
        "31 Foo 2024",
        "yesterday",
        "12",
        "2024-03-05 25:00",
        "2024-03-05 13:00 PM",
        "2024-03-05 00:00 AM",
        "2024-03-05 10:00 +99:00",
        "45 March 2024",
        "2024-03/05",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="Not a date"):
        utc(text)


@pytest.mark.parametrize("text", ["0024-01-01", "9999-01-01"])
def test_years_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="out of range"):
        utc(text)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_iso_and_slashes_agree(at: datetime) -> None:
    at = at.replace(microsecond=0)
    expected = at.replace(tzinfo=SHANGHAI)
    assert moment(at.isoformat(), set(), SHANGHAI) == expected
    assert moment(at.strftime("%d/%m/%Y %H:%M:%S"), {DAY_FIRST}, SHANGHAI) == expected
    assert moment(at.strftime("%m/%d/%Y %I:%M:%S %p"), {MONTH_FIRST}, SHANGHAI) == expected


@given(st.text(max_size=25))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(BadValueError):
        assert moment(text, set(), SHANGHAI).tzinfo
