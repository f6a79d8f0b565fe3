import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import SeriesError, forecast_sum, from_matrix
from forecasting.sum_history import SumHistory, corrections, window_sums
from forecasting.sum_moments import SumVariance, fit_sum_variance, own_ratios


def panel_of(y, freq="D"):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.period_range("2020-01-01", periods=y.shape[1], freq=freq).to_timestamp()
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates, freq=freq)


def history_of(forecast, actual):
    windows = np.arange(forecast.shape[1])
    return SumHistory(forecast, actual, forecast[:, -1], windows, span=1)


def test_a_steady_seller_sells_rate_times_period():
    table = forecast_sum(panel_of([4] * 300), periods=21)

    assert table.loc[0, "mean"] == pytest.approx(84)
    assert table.loc[0, "periods"] == 21
    assert list(table.columns) == ["unique_id", "periods", "mean", "variance", "q10", "q50", "q90"]


def test_each_series_has_its_own_period():
    table = forecast_sum(panel_of([[4] * 300, [2] * 300]), periods={"p0": 7, "p1": 30})

    np.testing.assert_allclose(table["mean"], [28, 60])
    with pytest.raises(ValueError, match="no value for series 'p1'"):
        forecast_sum(panel_of([[4] * 300, [2] * 300]), periods={"p0": 7})


def test_an_uncertain_lead_time_adds_rate_squared_times_its_variance():
    panel = panel_of(np.random.default_rng(0).poisson(3, (50, 300)))
    sure = forecast_sum(panel, periods=20)
    unsure = forecast_sum(panel, periods=20, lead_time_variance=9.0)

    np.testing.assert_allclose(
        unsure["variance"] - sure["variance"], (sure["mean"] / 20) ** 2 * 9.0
    )


def test_poisson_demand_is_covered_as_often_as_asked():
    rng = np.random.default_rng(3)
    y = rng.poisson(rng.gamma(2, 1, 800)[:, None], (800, 400))
    table = forecast_sum(panel_of(y[:, :379]), periods=21, levels=(0.9, 0.95))
    actual = y[:, 379:].sum(axis=1)

    assert (actual <= table["q90"]).mean() == pytest.approx(0.9, abs=0.03)
    assert (actual <= table["q95"]).mean() == pytest.approx(0.95, abs=0.03)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=120), st.integers(1, 40))
def test_sums_are_never_negative_and_rise_with_the_level(values, periods):
    table = forecast_sum(panel_of(values), periods=periods, levels=(0.5, 0.9, 0.99))

    assert (table[["mean", "variance", "q50", "q90", "q99"]] >= 0).all(axis=None)
    assert (table["q50"] <= table["q90"]).all()
    assert (table["q90"] <= table["q99"]).all()


@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_hard_series_have_a_sum(freq):
    panel = panel_of([[0] * 30 + [5], [0] * 31, [1e9] * 31], freq)
    table = forecast_sum(panel, periods=3, freq=freq, levels=(0.9,))

    assert np.isfinite(table[["mean", "variance", "q90"]].to_numpy()).all()
    assert table.loc[1, ["mean", "q90"]].tolist() == [0, 0]


def test_no_series_no_sums():
    table = forecast_sum(pd.DataFrame(columns=["unique_id", "ds", "y"]), periods=7)

    assert table.empty


def test_actual_sums_leave_out_windows_with_unknown_days():
    y = np.array([[1.0, 2, 3, np.nan, 5, 6]])

    np.testing.assert_array_equal(window_sums(y, np.array([1, 3, 4]), 2), [[5, np.nan, 11]])


def test_panel_variance_is_found_again():
    rng = np.random.default_rng(5)
    mean = rng.uniform(1, 40, (4000, 5))
    actual = mean + rng.normal(size=mean.shape) * np.sqrt(2 * mean + 0.3 * mean**2)

    fitted = fit_sum_variance(history_of(mean, actual))

    assert fitted.linear == pytest.approx(2, abs=0.5)
    assert fitted.quadratic == pytest.approx(0.3, abs=0.03)


def test_a_series_with_few_windows_leans_on_the_panel():
    actual = np.vstack([np.full(12, 20.0), [20.0] + [np.nan] * 11])
    past = history_of(np.full((2, 12), 10.0), actual)
    fitted = SumVariance(1.0, 0.0, ratio=1.0)

    # twelve windows three deep count as 4, one counts as a third: (4·1 + w·10) / (4 + w)
    np.testing.assert_allclose(
        own_ratios(past, fitted, overlap=3), [(4 + 40) / 8, (4 + 10 / 3) / (4 + 1 / 3)]
    )


def test_corrections_use_only_windows_closed_by_then():
    # spans of 1, origins 0…3; each closes one period later, and shrinks by the power ¾
    history = history_of(np.full((3, 4), 10.0), np.array([[20.0, 20, 5, 5]] * 3))
    past, now = corrections(history, 4)

    np.testing.assert_allclose(past, [1.0, 2**0.75, 2**0.75, 2**0.75])
    assert now == pytest.approx(np.median([2, 2, 0.5, 0.5]) ** 0.75)


def test_the_blend_covers_as_often_as_asked_and_keeps_its_order():
    rng = np.random.default_rng(3)
    y = rng.negative_binomial(0.8, 0.4, (500, 400)).astype(float)
    table = forecast_sum(panel_of(y[:, :379]), periods=21, levels=(0.5, 0.9, 0.95), method="blend")
    actual = y[:, 379:].sum(axis=1)

    assert (actual <= table["q90"]).mean() == pytest.approx(0.9, abs=0.045)
    assert (actual <= table["q95"]).mean() == pytest.approx(0.95, abs=0.035)
    assert (table["q50"] <= table["q90"]).all()
    assert table["mean"].sum() == pytest.approx(actual.sum(), rel=0.05)


def test_the_blend_of_a_short_history_is_the_negative_binomial():
    panel = panel_of(np.random.default_rng(0).poisson(2, (5, 60)))

    pd.testing.assert_frame_equal(
        forecast_sum(panel, periods=14, method="blend"), forecast_sum(panel, periods=14)
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"periods": 2.5}, "periods must be whole"),
        ({"periods": float("nan")}, "periods must be finite"),
        ({"periods": 3, "lead_time_variance": -1}, "lead_time_variance must be finite and not"),
        ({"periods": 3, "method": "guess"}, "method must be negative_binomial or blend"),
    ],
)
def test_what_has_no_sum_is_refused(asked, message):
    series = pd.DataFrame({"unique_id": "a", "ds": ["2024-01-01", "2024-01-09"], "y": [1, 2]})
    with pytest.raises(SeriesError, match=message):
        forecast_sum(series, **asked)
