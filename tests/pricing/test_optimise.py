from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.algorithms.endings import ENDINGS
from pricing.algorithms.optimise import (
    Guardrails,
    Outlook,
    PriceOptimiser,
    Worth,
    fixed_change,
    relative_change,
)

ANY = Guardrails(margin=0.1, step=0.1, endings=ENDINGS["any"])
SURE = Outlook(price=10, cost=6, units=100, units_sd=0, elasticity=-2.0, elasticity_se=0.0)

outlooks = st.builds(
    Outlook,
    price=st.floats(0.5, 500).map(lambda price: round(price, 2)),
    cost=st.floats(0.1, 500),
    units=st.floats(0, 1e5),
    units_sd=st.floats(0, 1e3),
    elasticity=st.floats(-6, 1),
    elasticity_se=st.floats(0, 2),
)
rails = st.builds(
    Guardrails,
    margin=st.floats(0, 0.5),
    step=st.floats(0, 0.5),
    endings=st.sampled_from(list(ENDINGS.values())),
)


@settings(deadline=None, max_examples=150)
@given(outlooks, rails)
def test_no_price_leaves_the_guardrails(outlook, guardrails):
    move = PriceOptimiser(draws=50).best(outlook, guardrails)
    if move is not None:
        assert move.price >= guardrails.floor(outlook.cost) - 1e-6
        assert abs(move.price - outlook.price) <= guardrails.step * outlook.price + 1e-6
        assert guardrails.endings.allow(np.array([round(move.price * 100)])).all()
        assert move.gain_low <= move.gain <= move.gain_high


def test_the_optimum_of_a_known_demand_by_hand():
    """Semi-log demand is best at cost + price / |elasticity| = 6 + 10 / 2.5 = 10 − 0.00."""
    outlook = replace(SURE, elasticity=-2.4)
    move = PriceOptimiser().best(outlook, ANY)
    assert move.price == pytest.approx(6 + 10 / 2.4, abs=0.006)
    units = 100 * np.exp(-2.4 * (move.price / 10 - 1))
    assert move.units == pytest.approx(units)
    assert move.profit == pytest.approx(units * (move.price - 6))
    assert move.profit_now == pytest.approx(400)


def test_the_step_limit_binds():
    assert PriceOptimiser().best(SURE, ANY).price == 11.0


def test_the_floor_binds_a_price_that_wants_down():
    outlook = replace(SURE, cost=9, elasticity=-20.0)
    assert PriceOptimiser().best(outlook, ANY).price == 9.9


def test_no_price_is_allowed_between_floor_and_step():
    assert PriceOptimiser().best(replace(SURE, cost=10.5), ANY) is None


def test_a_doubtful_gain_is_not_proposed():
    worth = Worth(money=0.1, share=0.0, chance=0.9)
    sure = replace(SURE, elasticity_se=0.1)
    doubtful = replace(SURE, elasticity=-2.3, elasticity_se=1.5)
    assert PriceOptimiser().worthwhile(sure, ANY, worth) is not None
    assert PriceOptimiser().worthwhile(doubtful, ANY, worth) is None


def test_a_trivial_gain_is_not_proposed():
    gain = PriceOptimiser().best(SURE, ANY).gain
    assert PriceOptimiser().worthwhile(SURE, ANY, Worth(money=gain - 0.01, share=0)) is not None
    assert PriceOptimiser().worthwhile(SURE, ANY, Worth(money=gain + 0.01, share=0)) is None


def test_fixed_and_relative_moves_stop_at_the_guardrails():
    fives = replace(ANY, endings=ENDINGS["5"])
    assert fixed_change(10, 0.32, 6, fives) == 10.30
    assert fixed_change(10, -5, 6, fives) == 9.0
    assert relative_change(10, 0.07, 6, fives) == 10.70
    assert relative_change(10, -0.5, 8.5, fives) == 9.35
    assert relative_change(10, 0.5, 20, fives) is None
