import numpy as np
import pytest

from forecasting.linear import LinearRegression
from forecasting.svm import SupportVectorMachine
from forecasting.tree import DecisionTree

WEEK = np.array([2.0, 2, 2, 2, 5, 9, 9])


@pytest.mark.parametrize("estimator", [LinearRegression(), DecisionTree(), SupportVectorMachine()])
def test_a_repeating_week_is_repeated(estimator):
    ahead = estimator.fit(np.tile(WEEK, 30)).predict(7)

    np.testing.assert_allclose(ahead, WEEK, rtol=0.25)


def test_the_calendar_explains_what_lags_cannot():
    rng = np.random.default_rng(0)
    promotion = (rng.random(400) < 0.2).astype(float)
    y = 5 + 20 * promotion
    fitted = LinearRegression().fit(y[:390], promotion[:390, None])

    np.testing.assert_allclose(fitted.predict(10, promotion[390:, None]), y[390:], rtol=0.05)


def test_the_machine_is_corrected_towards_the_mean_of_skewed_demand():
    y = np.random.default_rng(1).negative_binomial(0.3, 0.1, 600).astype(float)
    corrected = SupportVectorMachine().fit(y)

    assert corrected.factor_ > 1.2
    assert corrected.predict(28).mean() == pytest.approx(y.mean(), rel=0.35)


@pytest.mark.parametrize("y", [[3.0], [4.0] * 50, [0.0, 1.0, 2.0]])
def test_too_little_to_learn_from_repeats_the_mean(y):
    np.testing.assert_allclose(DecisionTree().fit(np.array(y)).predict(2), np.mean(y))


def test_a_forecast_cannot_run_away():
    y = 1.2 ** np.arange(60.0)

    assert LinearRegression().fit(y).predict(50).max() <= 2 * y.max()
