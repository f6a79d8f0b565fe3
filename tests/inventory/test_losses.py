import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from inventory.algorithms import losses


@pytest.mark.parametrize(
    ("loss", "printed"),
    [
        (losses.normal_loss(1.3, 0, 1), 0.0455279621),
        (losses.normal_loss(18.6, 15, 3), 0.1683073522),
        (losses.poisson_loss(18, 15), 0.5176095283),
        (losses.gamma_loss(4, 2, 3), 2.6359713812),
        (losses.lognormal_loss(10, 2, 0.3), 0.2836497389),
        (losses.geometric_loss(6, 0.2), 1.31072),
        (losses.negative_binomial_loss(14, 6, 0.3), 2.6829457585),
        (losses.exponential_loss(1, 0.2), 4.0936537654),
    ],
)
def test_losses_equal_the_printed_ones(loss, printed):
    assert loss == pytest.approx(printed, abs=5.1e-11)


@given(
    stock=st.integers(0, 60),
    mean=st.floats(0.1, 30),
    chance=st.floats(0.05, 0.95),
)
def test_negative_binomial_loss_equals_the_sum_over_demands(stock, mean, chance):
    successes = mean * chance / (1 - chance)
    demand = np.arange(stock, stock + 3000)
    by_hand = ((demand - stock) * stats.nbinom.pmf(demand, successes, chance)).sum()
    assert losses.negative_binomial_loss(stock, successes, chance) == pytest.approx(
        by_hand, abs=1e-6, rel=1e-6
    )
