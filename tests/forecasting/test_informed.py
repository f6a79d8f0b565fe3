import numpy as np
import pandas as pd

from forecasting import backtest, from_matrix
from forecasting.drivers import Drivers
from forecasting.informed import InformedBoosting
from forecasting.methods import METHODS

DAYS = 200
DATES = pd.date_range("2024-01-01", periods=DAYS)


def shop():
    """Sixty products of which every fourth week is promoted and sells fourfold."""
    rng = np.random.default_rng(4)
    promoted = (np.arange(DAYS + 14) // 7) % 4 == 0
    rate = np.where(promoted, 8.0, 2.0)
    panel = from_matrix(
        rng.poisson(rate[:DAYS], (60, DAYS)).astype(float), ids=list(range(60)), dates=DATES
    )
    days = pd.date_range(DATES[0], periods=DAYS + 14)[promoted]
    table = pd.DataFrame(
        {"unique_id": np.repeat(range(60), len(days)), "ds": np.tile(days, 60), "promotion": 1.0}
    )
    return panel, table, promoted


def test_a_planned_promotion_is_forecast_and_beats_the_ensemble():
    panel, table, promoted = shop()
    told = InformedBoosting(Drivers.of(panel, table, 14), panel.ids)
    ahead = told(panel, 14).mean(axis=0)
    coming = promoted[DAYS:]
    assert coming.any()
    assert ahead[coming].mean() > 2 * ahead[~coming].mean()

    tried = backtest(panel, horizon=14, origins=1, methods={"told": told, **_ensemble()})
    error = tried.groupby("method")["rmsse"].mean()
    assert error["told"] < 0.8 * error["ensemble"]


def _ensemble():
    return {"ensemble": METHODS["ensemble"]}


def test_a_backtest_hears_no_later_price():
    panel, _, _ = shop()
    prices = pd.DataFrame({"unique_id": 3, "ds": DATES[[0, 150]], "price": [10.0, 4.0]})
    told = InformedBoosting(Drivers.of(panel, prices, 14), panel.ids)
    some = panel.until(140).take(np.array([3, 5]))
    known = told.as_known(some, 28)
    assert known.price.shape == known.promotion.shape == (2, 168)
    assert known.price[0].tolist() == [10.0] * 168
    assert np.isnan(known.price[1]).all()


def test_an_empty_cell_says_nothing():
    panel, _, _ = shop()
    table = pd.DataFrame(
        {
            "unique_id": [0, 0],
            "ds": [DATES[5], DATES[5]],
            "price": [10.0, np.nan],
            "promotion": [np.nan, 1.0],
        }
    )
    drivers = Drivers.of(panel, table, 1)
    assert (drivers.price[0, 5], drivers.promotion[0, 5]) == (10, 1)
    assert drivers.promotion.sum() == 1
