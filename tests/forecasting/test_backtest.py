import numpy as np
import pandas as pd
import pytest

from forecasting import SeriesError, backtest, from_matrix, summarise


def panel_of(y):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.date_range("2024-01-01", periods=y.shape[1])
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates)


def test_scores_of_the_naive_method_by_hand():
    # past 1 3 2: squared steps 4 and 1, scale 2.5; the naive method says 2, 2; then come 4, 1
    scores = backtest(panel_of([1, 3, 2, 4, 1]), horizon=2, methods=["naive"], origins=1)

    row = scores.iloc[0]
    assert row["origin"] == pd.Timestamp("2024-01-03")
    assert row["rmsse"] == pytest.approx(np.sqrt((4 + 1) / 2 / 2.5))
    assert (row["actual"], row["forecast"]) == (5, 4)


def test_origins_follow_one_another_and_those_before_the_data_are_left_out():
    scores = backtest(panel_of([1, 3, 2, 4, 1, 5]), horizon=2, methods=["naive"], origins=9)

    assert [str(day.date()) for day in scores["origin"]] == ["2024-01-02", "2024-01-04"]


def test_a_forecast_of_the_past_does_not_see_the_future():
    known = np.random.default_rng(0).poisson(2, (20, 100)).astype(float)
    changed = known.copy()
    changed[:, 90:] = 99

    before, after = (
        backtest(panel_of(y), horizon=10, methods=["ensemble"], origins=2) for y in (known, changed)
    )

    pd.testing.assert_series_equal(before["forecast"], after["forecast"])


def test_the_ensemble_beats_the_naive_methods_on_noisy_weekly_demand():
    rng = np.random.default_rng(2)
    week = np.tile([1, 1, 1, 1, 2, 4, 4], 30)
    panel = panel_of(rng.poisson(rng.gamma(2, 1, 100)[:, None] * week))

    table = summarise(backtest(panel, horizon=14, origins=2))
    value = table.pivot_table(index="method", columns="score", values="value")

    assert value.loc["ensemble", "rmsse"] < 0.9 * value.loc["seasonal_naive", "rmsse"]
    assert value.loc["ensemble", "rmsse"] < 0.9 * value.loc["naive", "rmsse"]
    assert value.loc["ensemble", "coverage"] > 0.75


def test_summary_by_hand():
    scores = pd.DataFrame(
        {
            "method": "m",
            "unique_id": ["a", "b"],
            "rmsse": [1.0, np.nan],
            "mase": [1.0, 2.0],
            "actual": [10.0, 30.0],
            "forecast": [12.0, 24.0],
            "coverage": [1.0, 0.5],
            "pinball": [0.2, 0.4],
        }
    )
    table = summarise(scores).set_index("score")

    assert table.loc["rmsse", "value"] == 1.0
    assert table.loc["mase", "value"] == 1.5
    assert table.loc["wape_of_sum", "value"] == pytest.approx(8 / 40)
    assert table.loc["bias", "value"] == pytest.approx(-4 / 40)
    assert table.loc["coverage", "value"] == 0.75
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_nothing_to_score_is_an_empty_table():
    empty = backtest(pd.DataFrame(columns=["unique_id", "ds", "y"]), horizon=7)

    assert empty.empty
    assert summarise(empty).empty


def test_no_origin_and_no_method_are_refused():
    with pytest.raises(SeriesError, match="origins must be at least 1"):
        backtest(panel_of([1, 2, 3]), horizon=1, origins=0)
    for methods in ([], "ensemble"):
        with pytest.raises(SeriesError, match="methods must be a list"):
            backtest(panel_of([1, 2, 3]), horizon=1, methods=methods)
