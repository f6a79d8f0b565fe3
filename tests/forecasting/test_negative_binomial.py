import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecasting.negative_binomial import level_name, quantiles

LEVELS = (0.1, 0.5, 0.9, 0.975)


@given(mean=st.floats(0.01, 150), ratio=st.floats(1.02, 30))
def test_quantiles_are_those_of_the_negative_binomial(mean, ratio):
    variance = mean * ratio
    p = mean / variance
    expected = stats.nbinom.ppf(LEVELS, mean * p / (1 - p), p)

    found = quantiles(np.array([mean]), np.array([variance]), LEVELS)[0]

    np.testing.assert_array_equal(found, expected)


@given(mean=st.floats(0, 1e9), ratio=st.floats(0, 1e4))
def test_quantiles_are_never_negative_and_rise_with_the_level(mean, ratio):
    found = quantiles(np.array([mean]), np.array([mean * ratio]), LEVELS)[0]

    assert found[0] >= 0
    assert np.all(np.diff(found) >= 0)


def test_a_billion_units_keep_their_spread():
    found = quantiles(np.array([1e9]), np.array([1e16]), (0.5, 0.9))[0]

    np.testing.assert_allclose(found, [0.9967e9, 1.1310e9], rtol=1e-3)


def test_amounts_that_are_not_counted_are_not_rounded():
    found = quantiles(np.array([0.3]), np.array([0.01]), (0.5,), whole=False)[0]

    np.testing.assert_allclose(found, stats.gamma.ppf(0.5, 9, scale=0.3 / 9))


def test_no_demand_has_no_quantile_above_zero():
    assert quantiles(np.zeros((2, 3)), np.zeros((2, 3)), LEVELS).tolist() == [[[0] * 4] * 3] * 2


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_outside_zero_and_one_is_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantiles(np.ones(1), np.ones(1), (level,))


def test_columns_are_named_in_percent():
    assert [level_name(q) for q in (0.1, 0.5, 0.975, 0.99)] == ["q10", "q50", "q97.5", "q99"]
