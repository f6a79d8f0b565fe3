import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.ar_model import AutoReg

from forecasting.ar import AutoRegression
from forecasting.arima import Arima, MovingAverageProcess, Order
from forecasting.arma import stationary, unbounded

# International airline passengers, thousands a month, 1949-1960 (Box and Jenkins, series G)
AIRLINE = np.array(
    [
        "112",
        "118",
        "132",
        "129",
        "121",
        "135",
        "148",
        "148",
        "136",
        "119",
        "104",
        "118",
        "115",
        "126",
        "141",
        "135",
        "125",
        "149",
        "170",
        "170",
        "158",
        "133",
        "114",
        "140",
        "145",
        "150",
        "178",
        "163",
        "172",
        "178",
        "199",
        "199",
        "184",
        "162",
        "146",
        "166",
        "171",
        "180",
        "193",
        "181",
        "183",
        "218",
        "230",
        "242",
        "209",
        "191",
        "172",
        "194",
        "196",
        "196",
        "236",
        "235",
        "229",
        "243",
        "264",
        "272",
        "237",
        "211",
        "180",
        "201",
        "204",
        "188",
        "235",
        "227",
        "234",
        "264",
        "302",
        "293",
        "259",
        "229",
        "203",
        "229",
        "242",
        "233",
        "267",
        "269",
        "270",
        "315",
        "364",
        "347",
        "312",
        "274",
        "237",
        "278",
        "284",
        "277",
        "317",
        "313",
        "318",
        "374",
        "413",
        "405",
        "355",
        "306",
        "271",
        "306",
        "315",
        "301",
        "356",
        "348",
        "355",
        "422",
        "465",
        "467",
        "404",
        "347",
        "305",
        "336",
        "340",
        "318",
        "362",
        "348",
        "363",
        "435",
        "491",
        "505",
        "404",
        "359",
        "310",
        "337",
        "360",
        "342",
        "406",
        "396",
        "420",
        "472",
        "548",
        "559",
        "463",
        "407",
        "362",
        "405",
        "417",
        "391",
        "419",
        "461",
        "472",
        "535",
        "622",
        "606",
        "508",
        "461",
        "390",
        "432",
    ],
    dtype=float,
)


@pytest.fixture(scope="module")
def sunspots():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sm.datasets.sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()


def reference(y, order, seasonal=(0, 0, 0, 0)):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trend = "c" if order[1] + seasonal[1] == 0 else "n"
        return sm.tsa.SARIMAX(
            y, order=order, seasonal_order=seasonal, trend=None, simple_differencing=True
        ).fit(disp=0) if trend == "n" else sm.tsa.arima.ARIMA(y, order=order).fit()  # fmt: skip


def test_the_airline_model_has_its_published_parameters():
    fitted = Arima(Order(d=1, q=1, D=1, Q=1, season=12)).fit(np.log(AIRLINE))

    # R's arima() prints ma1 -0.4018, sma1 -0.5569, sigma^2 0.001348, log likelihood 244.7
    assert fitted.ma_[0] == pytest.approx(-0.4018, abs=5e-5)
    assert fitted.seasonal_ma_[0] == pytest.approx(-0.5569, abs=5e-5)
    assert fitted.variance_ == pytest.approx(0.001348, abs=5e-7)
    assert fitted.log_likelihood_ == pytest.approx(244.70, abs=5e-3)


def test_the_airline_model_agrees_with_statsmodels():
    fitted = Arima(Order(d=1, q=1, D=1, Q=1, season=12)).fit(np.log(AIRLINE))
    known = reference(np.log(AIRLINE), (0, 1, 1), (0, 1, 1, 12))

    own = [fitted.ma_[0], fitted.seasonal_ma_[0]]
    np.testing.assert_allclose(own, known.params[:2], atol=5e-4)
    assert fitted.log_likelihood_ == pytest.approx(known.llf, abs=1e-3)


@pytest.mark.parametrize("order", [(2, 0, 0), (1, 0, 1), (0, 0, 2)])
def test_sunspots_agree_with_statsmodels(sunspots, order):
    p, d, q = order
    fitted = Arima(Order(p=p, d=d, q=q)).fit(sunspots)
    known = reference(sunspots, order)

    own = [*fitted.ar_, *fitted.ma_]
    np.testing.assert_allclose(own, known.params[1:-1], atol=5e-4)
    assert fitted.log_likelihood_ == pytest.approx(known.llf, abs=1e-2)
    np.testing.assert_allclose(fitted.predict(5), known.forecast(5), rtol=5e-3)


def test_autoregression_agrees_with_statsmodels(sunspots):
    fitted = AutoRegression(9).fit(sunspots)
    known = AutoReg(sunspots, 9).fit()

    np.testing.assert_allclose(
        [fitted.constant_, *fitted.coefficients_], known.params, rtol=1e-6, atol=1e-8
    )
    np.testing.assert_allclose(
        fitted.predict(4), known.predict(len(sunspots), len(sunspots) + 3), rtol=1e-6
    )


def test_a_moving_average_process_forecasts_its_mean_beyond_its_order(sunspots):
    fitted = MovingAverageProcess(q=2).fit(sunspots)

    np.testing.assert_allclose(fitted.predict(4)[2:], fitted.mean_)


def test_automatic_orders_find_the_season_of_the_airline():
    fitted = Arima(season=12).fit(np.log(AIRLINE))

    assert fitted.order_.D == 1
    assert (
        fitted.aicc_ <= Arima(Order(d=1, q=1, D=1, Q=1, season=12)).fit(np.log(AIRLINE)).aicc_ + 2
    )
    np.testing.assert_allclose(np.exp(fitted.predict(12)).sum(), 6236, rtol=0.03)


def test_automatic_orders_difference_a_random_walk():
    walk = np.cumsum(np.random.default_rng(0).normal(size=200))

    assert Arima().fit(walk).order_.d == 1


def test_automatic_autoregression_finds_the_order_of_a_simulated_process():
    rng = np.random.default_rng(4)
    y = np.zeros(3000)
    for t in range(2, 3000):
        y[t] = 0.5 * y[t - 1] - 0.4 * y[t - 2] + rng.normal()

    fitted = AutoRegression().fit(y)
    assert fitted.order_ in (2, 3)
    np.testing.assert_allclose(fitted.coefficients_[:2], [0.5, -0.4], atol=0.05)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=5))
def test_any_numbers_map_to_a_stationary_process_and_back(numbers):
    numbers = np.clip(numbers, -3, 3)
    coefficients = stationary(numbers)
    roots = np.roots(np.append(1.0, -coefficients))

    assert np.all(np.abs(roots) < 1)
    np.testing.assert_allclose(unbounded(coefficients), numbers, atol=1e-5)


def test_a_double_difference_is_undone():
    squares = np.arange(30.0) ** 2  # the last step, from 28² to 29², is carried on

    np.testing.assert_allclose(Arima(Order(d=2)).fit(squares).predict(3), [898, 955, 1012])
