import numpy as np
import pandas as pd

from forecasting import from_matrix
from forecasting.totals import forecast_totals

DATES = pd.date_range("2021-01-01", "2024-01-31")


def shop_total():
    week = np.array([90, 90, 90, 100, 120, 160, 150.0])[DATES.day_of_week]
    winter = 1 + 0.3 * np.cos(2 * np.pi * (DATES.day_of_year - 355) / 365.25)
    closed = (DATES.month == 12) & (DATES.day == 25)
    return np.where(closed, 0.0, 10 * week * winter)


def test_a_shop_that_closes_at_christmas_is_forecast_closed():
    y = shop_total()
    known = DATES < "2023-12-15"
    panel = from_matrix(y[None, known], ids=["total"], dates=DATES[known])
    ahead = forecast_totals(panel, 28)[0]
    actual = y[~known][:28]

    christmas = 10  # 15 December + 10 days
    assert ahead[christmas] < 0.6 * ahead[christmas - 7]
    others = np.delete(np.arange(28), christmas)
    np.testing.assert_allclose(ahead[others], actual[others], rtol=0.2)


def test_a_short_history_is_forecast_by_its_week():
    panel = from_matrix(np.tile([1.0, 1, 1, 1, 1, 5, 5], 8)[None], ids=["t"], dates=DATES[:56])

    assert forecast_totals(panel, 7)[0].argmax() >= 5


def test_a_rising_history_too_short_for_a_season_has_none():
    y = np.linspace(100, 200, 300)
    panel = from_matrix(y[None], ids=["t"], dates=DATES[:300])

    np.testing.assert_allclose(forecast_totals(panel, 28)[0], 200, rtol=0.12)


def test_a_total_that_never_sold_stays_at_zero():
    panel = from_matrix(np.zeros((1, 400)), ids=["t"], dates=DATES[:400])

    np.testing.assert_array_equal(forecast_totals(panel, 7), np.zeros((1, 7)))
