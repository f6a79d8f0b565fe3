import numpy as np
import pandas as pd
import pytest

from forecasting import METHODS, from_matrix
from forecasting.censored import mask_censored, recover_demand


def shop(kind, days=364, products=150, seed=0):
    """Demand, and sales with a shelf that runs out on a fifth of the days."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(3, 1.5, products)[:, None] * np.tile([0.8, 0.8, 0.8, 0.9, 1.1, 1.4, 1.2], 52)
    # the negative binomial's variance is three times its mean
    wide = rng.negative_binomial(rate / 2, 1 / 3)
    demand = rng.poisson(rate) if kind == "poisson" else wide
    out = rng.random(demand.shape) < 0.35
    stock = rng.poisson(rate)
    censored = out & (demand >= stock)
    sales = np.where(censored, stock, demand)
    dates = pd.date_range("2023-01-02", periods=days)
    panel = from_matrix(sales, ids=list(range(products)), dates=dates)
    started = ~np.isnan(panel.y)
    return np.where(started, demand, np.nan), panel, censored & started


@pytest.mark.parametrize("kind", ["poisson", "negative binomial"])
def test_the_mean_behind_stock_outs_is_recovered(kind):
    demand, panel, censored = shop(kind)
    truth = np.nanmean(demand)
    recovered = np.nanmean(recover_demand(panel, censored).y)

    assert 0.15 < censored.mean() < 0.25
    assert np.nanmean(panel.y) < 0.93 * truth
    assert recovered == pytest.approx(truth, rel=0.03)


def test_recovery_never_lowers_sales_and_leaves_open_days_alone():
    _, panel, censored = shop("poisson", products=20)
    recovered = recover_demand(panel, censored).y

    known = ~np.isnan(panel.y)
    assert (recovered[known] >= panel.y[known]).all()
    np.testing.assert_array_equal(recovered[~censored & known], panel.y[~censored & known])


def test_a_series_always_out_of_stock_is_answered():
    panel = from_matrix(
        np.full((1, 40), 3.0), ids=["a"], dates=pd.date_range("2024-01-01", periods=40)
    )
    recovered = recover_demand(panel, np.ones((1, 40), dtype=bool)).y

    assert np.isfinite(recovered).all()
    assert (recovered >= 3).all()


def test_masked_days_do_not_pull_the_forecast_down():
    y = np.full((1, 120), 4.0)
    censored = np.zeros((1, 120), dtype=bool)
    censored[0, 60:115] = True
    empty_shelf = from_matrix(
        np.where(censored, 0.0, y), ids=["a"], dates=pd.date_range("2024-01-01", periods=120)
    )

    np.testing.assert_allclose(
        METHODS["smoothing_median"](mask_censored(empty_shelf, censored), 3), 4.0, rtol=1e-6
    )
