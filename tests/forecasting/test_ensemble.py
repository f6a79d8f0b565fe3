import numpy as np
import pandas as pd
import pytest

from forecasting import METHODS, from_matrix
from forecasting.bias import bias_correction, borne_by_size
from forecasting.ensemble import calendar_helped, ensemble, past_windows
from forecasting.outliers import bulk_orders, without_bulk_orders, without_peaks
from forecasting.year_ago import YearAgo


def panel_of(y, freq="D"):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.period_range("2022-01-03", periods=y.shape[1], freq=freq).to_timestamp()
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates, freq=freq)


def correction(panel, horizon=28):
    return bias_correction(past_windows(panel, horizon), YearAgo.of(panel), horizon)


def test_peaks_are_capped_at_the_ninth_decile_of_selling_days():
    y = np.array([1, 0, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 110.0])
    capped = without_peaks(panel_of(y)).y[0]

    assert capped[-1] == np.quantile(y[y > 0], 0.9)
    np.testing.assert_array_equal(capped[:9], y[:9])


def test_a_bulk_order_is_found_and_replaced():
    y = np.array([2, 3, 0, 2, 4, 2, 3, 0, 3, 2, 4, 300.0, 2])
    found = bulk_orders(panel_of(y))

    assert found[["unique_id", "y", "usual"]].to_numpy().tolist() == [["p0", 300.0, 4.0]]
    assert without_bulk_orders(panel_of(y)).y[0, 11] == 4.0
    assert bulk_orders(panel_of([2, 300, 1])).empty


def test_a_bulk_order_hardly_moves_the_forecast():
    y = np.random.default_rng(0).poisson(3, (40, 200)).astype(float)
    spoiled = y.copy()
    spoiled[0, 195] = 3000

    before, after = ensemble(panel_of(y), 7)[0], ensemble(panel_of(spoiled), 7)[0]
    np.testing.assert_allclose(after, before, rtol=0.15)
    assert METHODS["moving_average_28"](panel_of(spoiled), 1)[0, 0] > 100


def test_the_ensemble_is_unbiased_on_lumpy_demand():
    rng = np.random.default_rng(1)
    y = rng.negative_binomial(0.3, 0.1, (400, 328)).astype(float)
    panel = panel_of(y)
    ahead = ensemble(panel.until(300), 28)

    assert ahead.sum() / y[:, 300:].sum() == pytest.approx(1, abs=0.08)
    assert correction(panel.until(300)) > 1.1


def test_the_correction_is_none_without_a_past_and_bounded():
    assert correction(panel_of([1.0, 2.0])) == 1.0
    exploded = np.concatenate([np.ones(200), np.full(84, 500.0)])
    assert correction(panel_of(exploded)) <= 2.0


def test_a_correction_keeps_its_total_and_large_series_bear_more():
    size = np.array([0.0, 0.1, 1.0, 10.0, 100.0])
    up, down = borne_by_size(1.6, size), borne_by_size(0.7, size)

    assert (up * size).sum() == pytest.approx(1.6 * size.sum())
    assert (down * size).sum() == pytest.approx(0.7 * size.sum())
    assert (np.diff(up) > 0).all()
    assert (np.diff(down) < 0).all()
    np.testing.assert_array_equal(borne_by_size(1.6, np.zeros(3)), np.ones(3))


def test_a_rise_that_comes_back_each_year_is_foreseen():
    rng = np.random.default_rng(4)
    autumn = np.where(np.arange(1120) % 364 >= 280, 2.0, 1.0)
    y = rng.poisson(2 * autumn, (60, 1120)).astype(float)
    cut = 2 * 364 + 280  # the third autumn begins
    ahead = ensemble(panel_of(y[:, :cut]), 28)

    assert ahead.sum() / y[:, cut : cut + 28].sum() == pytest.approx(1, abs=0.15)


def test_a_calendar_that_helped_in_every_window_shapes_the_days():
    """Slow products that sell at the turn of the month: no one of them shows it by itself."""
    rng = np.random.default_rng(2)
    dates = pd.date_range("2022-01-03", periods=700)
    lift = np.where(dates.day <= 3, 8.0, 1.0)
    y = rng.poisson(0.3 * lift, (80, 700)).astype(float)
    panel = panel_of(y)
    ahead = ensemble(panel.until(672), 28).sum(axis=0)
    first = dates[672:].day <= 3

    assert calendar_helped(past_windows(panel.until(672), 28))
    assert ahead[first].mean() > 1.7 * ahead[~first].mean()


def test_without_a_calendar_the_days_are_left_alone():
    y = np.random.default_rng(3).poisson(0.3, (80, 500)).astype(float)

    assert not calendar_helped(past_windows(panel_of(y), 28))
    assert not calendar_helped(past_windows(panel_of(y[:, :300]), 28))
