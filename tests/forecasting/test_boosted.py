import numpy as np
import pandas as pd
import pytest

from forecasting import SeriesError, from_matrix
from forecasting.boosted import BoostedDemand, boosted
from forecasting.drivers import Drivers

DATES = pd.date_range("2023-01-02", periods=300)


def shop(promotion):
    rng = np.random.default_rng(0)
    rate = rng.gamma(4, 1, 60)[:, None] * np.tile([0.7, 0.7, 0.7, 0.9, 1, 1.5, 1.5], 43)[:300]
    return rng.poisson(rate * (1 + 2 * promotion[:, :300])).astype(float)


def promotions():
    return (np.random.default_rng(1).random((60, 314)) < 0.15).astype(float)


def told(panel, promotion):
    ids = np.repeat(panel.ids.to_numpy(), 314)
    days = np.tile(pd.date_range(DATES[0], periods=314), 60)
    table = pd.DataFrame({"unique_id": ids, "ds": days, "promotion": promotion.ravel()})
    return Drivers.of(panel, table, 14)


def test_a_planned_promotion_raises_the_forecast():
    promotion = promotions()
    panel = from_matrix(shop(promotion), ids=[f"p{i}" for i in range(60)], dates=DATES)
    ahead = BoostedDemand(drivers=told(panel, promotion)).fit(panel, 14).predict(panel)
    on = promotion[:, 300:] > 0

    assert ahead[on].mean() > 2 * ahead[~on].mean()


def test_the_same_seed_gives_the_same_forecast():
    panel = from_matrix(shop(promotions()), ids=list(range(60)), dates=DATES)

    np.testing.assert_array_equal(boosted(panel, 7), boosted(panel, 7))


def test_too_little_history_repeats_the_level():
    panel = from_matrix(np.full((2, 20), 3.0), ids=["a", "b"], dates=DATES[:20])

    np.testing.assert_allclose(boosted(panel, 7), 3.0)


def test_prices_are_carried_forward_and_compared_with_their_recent_mean():
    panel = from_matrix(np.ones((1, 40)), ids=["a"], dates=DATES[:40])
    table = pd.DataFrame(
        {"unique_id": ["a", "a", "x"], "ds": [DATES[0], DATES[40], DATES[0]], "price": [10.0, 8, 1]}
    )
    drivers = Drivers.of(panel, table, horizon=3)

    assert drivers.price[0, 39] == 10
    np.testing.assert_allclose(drivers.features(panel, 40, 41), [[0.8, 0.0, 0.0]])


def test_a_table_without_price_or_promotion_is_refused():
    panel = from_matrix(np.ones((1, 40)), ids=["a"], dates=DATES[:40])
    with pytest.raises(SeriesError, match="price or promotion"):
        Drivers.of(panel, pd.DataFrame({"unique_id": ["a"], "ds": [DATES[0]]}), 3)
