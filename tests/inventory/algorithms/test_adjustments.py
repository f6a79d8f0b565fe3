import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.algorithms.adjustments import (
    Worth,
    balance_fixed,
    balance_relative,
    surplus_units,
    tightened,
)
from inventory.algorithms.demand import DemandSum

PLACES = st.lists(st.tuples(st.integers(0, 300), st.floats(0, 20)), min_size=1, max_size=6)


def after(stock, moves):
    out = np.array(stock, dtype=float)
    for move in moves:
        out[move.source] -= move.units
        out[move.target] += move.units
    return out


def test_relative_balancing_makes_all_places_last_equally_long():
    moves = balance_relative(np.array([90.0, 10.0]), np.array([1.0, 1.0]))
    assert [(one.source, one.target, one.units) for one in moves] == [(0, 1, 40)]


def test_fixed_balancing_fills_up_and_keeps_what_is_needed():
    moves = balance_fixed(np.array([100.0, 5.0]), np.array([2.0, 2.0]), low_days=21, keep_days=42)
    assert [(one.source, one.target, one.units) for one in moves] == [(0, 1, 16)]
    with pytest.raises(ValueError, match="keep"):
        balance_fixed(np.ones(2), np.ones(2), low_days=21, keep_days=7)


@given(places=PLACES)
def test_balancing_loses_no_unit_and_leaves_no_place_below_zero(places):
    stock, pace = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    for moves in (
        balance_relative(stock, pace),
        balance_fixed(stock, pace, low_days=10, keep_days=20),
    ):
        left = after(stock, moves)
        assert left.sum() == stock.sum()
        assert left.min() >= 0
        assert all(one.units >= 1 and one.source != one.target for one in moves)
    left = after(stock, balance_relative(stock, pace))
    if pace.sum() > 1e-9:
        assert np.abs(left - stock.sum() * pace / pace.sum()).max() <= 1 + 1e-9


@given(mean=st.floats(1, 80), now=st.floats(0.5, 0.99), then=st.floats(0.5, 0.99))
def test_holding_less_frees_money_and_takes_risk(mean, now, then):
    protection = DemandSum(np.array([mean]), np.array([2 * mean]))
    until = DemandSum(np.array([0.7 * mean]), np.array([1.4 * mean]))
    terms = Worth(np.array([6.0]), np.array([4.0]), np.array([0.25]))
    found = tightened(
        protection, until, (np.array([now]), np.array([min(now, then)])), terms, np.array([7.0])
    )
    assert found.up_to_then[0] <= found.up_to_now[0]
    assert found.money_freed[0] == 6 * (found.up_to_now[0] - found.up_to_then[0])
    assert found.risk_taken[0] >= 0
    assert found.gain[0] == pytest.approx(0.25 * found.money_freed[0] - found.risk_taken[0])


def test_surplus_is_what_so_many_days_will_not_sell():
    units = surplus_units(np.array([100.0, 5.0]), np.array([0.5, 1.0]), np.array([60.0, 60.0]))
    assert units.tolist() == [70, 0]
