import numpy as np
import pandas as pd
import pytest

from forecasting import SeriesError, forecast_sum, from_matrix, with_prices
from forecasting.sum_prices import price_features

DATES = pd.date_range("2023-01-02", periods=400)
TABLE = pd.DataFrame({"unique_id": "p0", "ds": DATES[[0, 380]], "price": [10.0, 5.0]})


def panel_of(y):
    y = np.asarray(y, dtype=float)
    dates = pd.date_range(DATES[0], periods=y.shape[1])
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates)


def test_a_price_holds_until_the_next_and_follows_its_series():
    panel = with_prices(panel_of(np.ones((3, 400))), TABLE)

    assert panel.price[0, [0, 379, 380, 399]].tolist() == [10, 10, 5, 5]
    assert np.isnan(panel.take(np.array([2, 1])).price).all()
    assert panel.until(380).price[0].tolist() == [10.0] * 380


def test_a_price_is_set_beside_its_own_past_and_the_shop():
    prices = with_prices(panel_of(np.ones((3, 400))), TABLE).price.copy()
    prices[1] = 10.0
    before, after = price_features(prices, np.array([380, 390]), "D")[0]

    np.testing.assert_allclose(before, [np.log(10), 0, 0, 0, 0, 0, 181])
    np.testing.assert_allclose(after[:5], [np.log(5), -np.log(2), -np.log(2), -np.log(2), 0])
    assert after[6] == 9
    assert np.isnan(price_features(prices, np.array([390]), "D")[2, 0, :6]).all()


@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_columns_at_an_origin_know_no_later_price(freq):
    prices = np.random.default_rng(0).uniform(1, 9, (5, 60))
    later = prices.copy()
    later[:, 30:] = 99.0
    found = [price_features(one, np.array([1, 7, 30]), freq) for one in (prices, later)]

    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"price": ["5", "cheap"]}, "row 2", id="no number"),
        pytest.param({"price": [0.0, 5.0]}, "row 1", id="free"),
        pytest.param({"price": [5.0, np.inf]}, "row 2", id="infinite"),
        pytest.param({"ds": ["2023-01-02", "soon"]}, "row 2", id="no date"),
    ],
)
def test_bad_prices_are_refused_by_row(changed, message):
    with pytest.raises(SeriesError, match=message):
        with_prices(panel_of(np.ones((1, 400))), TABLE.assign(**changed))


def test_prices_need_their_columns():
    with pytest.raises(SeriesError, match="missing column price"):
        with_prices(panel_of(np.ones((1, 400))), TABLE.drop(columns="price"))


def test_quantiles_rise_with_a_rebate_and_the_mean_is_told_nothing():
    """Half of the products sell three times as much from a rebate on, begun a day ago."""
    rng = np.random.default_rng(2)
    is_cheap = np.zeros((400, 421), dtype=bool)
    for row in is_cheap:
        row[rng.choice(np.arange(0, 378, 42), 4, replace=False)[:, None] + np.arange(21)] = True
    is_cheap[:200, 399:] = True
    panel = panel_of(rng.poisson(np.where(is_cheap, 6.0, 2.0))).until(400)
    cheap = pd.DataFrame(np.where(is_cheap, 5.0, 10.0)[:, :400], panel.ids, panel.dates)
    prices = cheap.rename_axis("unique_id").melt(
        ignore_index=False, var_name="ds", value_name="price"
    )
    told, plain = (
        forecast_sum(one, periods=21, levels=(0.9,), method="blend")
        for one in (with_prices(panel, prices.reset_index()), panel)
    )
    rise = told["q90"] / plain["q90"]

    assert rise[:200].mean() > 1.2 * rise[200:].mean()
    np.testing.assert_array_equal(told["mean"], plain["mean"])
