import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import METHODS, SeriesError, backtest, forecast, from_matrix, to_panel


def daily(*series, start="2024-01-01"):
    length = max(map(len, series))
    return pd.concat(
        pd.DataFrame(
            {
                "unique_id": f"p{i}",
                "ds": pd.date_range(start, periods=length)[length - len(values) :],
                "y": values,
            }
        )
        for i, values in enumerate(series)
    )


def test_a_steady_seller_is_forecast_at_its_rate():
    table = forecast(daily([4] * 60), horizon=3)

    assert list(table.columns) == ["unique_id", "ds", "mean", "q10", "q50", "q90"]
    assert [str(day.date()) for day in table["ds"]] == ["2024-03-01", "2024-03-02", "2024-03-03"]
    np.testing.assert_allclose(table["mean"], 4.0)


def test_the_weekend_is_forecast_from_weekends():
    week = [2, 2, 2, 2, 2, 10, 10]
    table = forecast(daily(week * 20), horizon=7)

    np.testing.assert_allclose(table["mean"], week, rtol=0.05)


def test_the_smoothing_median_is_that_of_the_five_methods():
    panel = to_panel(daily(list(np.random.default_rng(1).poisson(3, 90))), "D")
    five = [METHODS[m](panel, 5) for m in ("ses", "tsb", "damped_trend", "short_mean", "long_mean")]

    np.testing.assert_allclose(METHODS["smoothing_median"](panel, 5), np.median(five, axis=0))


@pytest.mark.parametrize("freq", ["D", "W", "M"])
@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize(
    "values",
    [
        pytest.param([[5.0]], id="one observation"),
        pytest.param([[0.0] * 40], id="never sold"),
        pytest.param([[1e9] * 40, [0.0] * 39 + [1.0]], id="a billion units beside one"),
        pytest.param([[1.0, 2.0, 3.0]], id="three observations"),
    ],
)
def test_every_method_answers_on_hard_series(method, freq, values):
    panel = from_matrix(
        np.array(values),
        ids=list(range(len(values))),
        dates=pd.period_range("2020-01-01", periods=len(values[0]), freq=freq).to_timestamp(),
        freq=freq,
    )
    table = forecast(panel, horizon=4, freq=freq, method=method)

    assert len(table) == 4 * len(values)
    numbers = table[["mean", "q10", "q50", "q90"]].to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    if max(map(max, values)) == 0:
        assert numbers.max() == 0


def test_an_empty_frame_has_an_empty_forecast():
    table = forecast(pd.DataFrame(columns=["unique_id", "ds", "y"]), horizon=7)

    assert table.empty
    assert list(table.columns) == ["unique_id", "ds", "mean", "q10", "q50", "q90"]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=80), st.integers(1, 10))
def test_forecasts_are_never_negative_and_quantiles_never_cross(values, horizon):
    table = forecast(daily(values), horizon=horizon, levels=(0.05, 0.5, 0.95))

    assert (table[["mean", "q5", "q50", "q95"]] >= 0).all(axis=None)
    assert (table["q5"] <= table["q50"]).all()
    assert (table["q50"] <= table["q95"]).all()


@given(st.lists(st.integers(0, 30), min_size=30, max_size=60), st.integers(2, 50))
def test_a_forecast_scales_with_the_unit_of_demand(values, factor):
    once = forecast(daily(values), horizon=5)["mean"]
    scaled = forecast(daily([v * factor for v in values]), horizon=5)["mean"]

    np.testing.assert_allclose(scaled, once * factor, rtol=1e-9)


def test_what_comes_after_the_end_changes_nothing():
    rows = daily([3, 1, 4, 1, 5, 9, 2, 6] * 10)
    later = pd.concat([rows, daily([1000] * 5, start="2024-06-01")])
    end = rows["ds"].max()

    known = forecast(to_panel(rows, "D", end=end), horizon=7)
    pd.testing.assert_frame_equal(forecast(to_panel(later, "D", end=end), horizon=7), known)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="choose from ensemble"):
        forecast(daily([1]), horizon=1, method="crystal_ball")


@pytest.mark.parametrize("horizon", [0, -1, 2.5, "3", None, float("nan")])
def test_a_horizon_that_is_no_number_of_periods_is_refused(horizon):
    for answer in (forecast, backtest):
        with pytest.raises(SeriesError, match="horizon must be"):
            answer(daily([1, 2, 3]), horizon=horizon)


@pytest.mark.parametrize("levels", [(0,), (1,), (90,), (float("nan"),), ("a",), 0.5])
def test_levels_outside_0_and_1_are_refused(levels):
    with pytest.raises(SeriesError, match="levels must"):
        forecast(daily([1]), horizon=1, levels=levels)


def test_a_level_asked_for_twice_is_given_once():
    table = forecast(daily([1]), horizon=1, levels=(0.5, 0.9, 0.5))

    assert list(table.columns) == ["unique_id", "ds", "mean", "q50", "q90"]
