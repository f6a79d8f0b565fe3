from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.holidays import easter, holidays, nearness, qingming
from forecasting.lunar import lunar_new_year, solar_date


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2000, date(2000, 2, 5)), (2008, date(2008, 2, 7)), (2015, date(2015, 2, 19)),
        (2020, date(2020, 1, 25)), (2023, date(2023, 1, 22)), (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)), (2026, date(2026, 2, 17)), (2033, date(2033, 1, 31)),
        (2034, date(2034, 2, 19)), (2050, date(2050, 1, 23)),
    ],
)  # fmt: skip
def test_spring_festivals(year, day):
    assert lunar_new_year(year) == day


@pytest.mark.parametrize(
    ("lunar", "day"),
    [
        pytest.param((2023, 5, 5), date(2023, 6, 22), id="dragon boat, after a leap month"),
        pytest.param((2024, 8, 15), date(2024, 9, 17), id="mid-autumn 2024"),
        pytest.param((2025, 8, 15), date(2025, 10, 6), id="mid-autumn, after a leap month"),
        pytest.param((2020, 8, 15), date(2020, 10, 1), id="mid-autumn on National Day"),
        pytest.param((2025, 7, 7), date(2025, 8, 29), id="qixi 2025"),
    ],
)
def test_lunar_days(lunar, day):
    assert solar_date(*lunar) == day


def test_lunar_years_outside_the_table_are_refused():
    with pytest.raises(ValueError, match="2000 to 2050"):
        solar_date(2051, 1, 1)


@pytest.mark.parametrize(
    ("year", "day"), [(2000, (4, 23)), (2008, (3, 23)), (2011, (4, 24)), (2024, (3, 31))]
)
def test_easter(year, day):
    assert easter(year) == date(year, *day)


@pytest.mark.parametrize(("year", "day"), [(2020, 4), (2022, 5), (2023, 5), (2024, 4), (2025, 4)])
def test_qingming(year, day):
    assert qingming(year) == date(year, 4, day)


def test_holidays_of_a_november():
    table = holidays(pd.Timestamp("2024-11-01"), pd.Timestamp("2024-12-02"))

    assert list(zip(table["ds"].dt.strftime("%m-%d"), table["name"], strict=True)) == [
        ("11-11", "singles"),
        ("11-28", "thanksgiving"),
        ("11-29", "black_friday"),
        ("12-02", "cyber_monday"),
    ]
    assert holidays(date(2024, 11, 20), date(2024, 12, 2), regions=["cn"]).empty


def test_days_to_and_since_a_holiday():
    days = pd.DatetimeIndex(["2024-12-20", "2024-12-25", "2024-12-30"])

    np.testing.assert_array_equal(nearness(days), [[12, 8, 4, 14], [7, 13, 0, 0], [2, 14, 2, 4]])
