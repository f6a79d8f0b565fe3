from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from inventory.algorithms.demand import DemandSum
from inventory.algorithms.restock import (
    Demand,
    Terms,
    days_until_empty,
    orderable,
    orderable_within,
    plan_orders,
    spoiling,
    weighed_service_level,
)


def array(*values):
    return np.array(values, dtype=float)


def demand(until: float, protection: float, ratio: float = 2.0) -> Demand:
    return Demand(
        DemandSum(array(until), array(until * ratio)),
        DemandSum(array(protection), array(protection * ratio)),
    )


def terms(*, level=0.95, minimum=1, pack=1, cost=6.0, price=10.0) -> Terms:
    return Terms(array(cost), array(price), array(level), array(minimum), array(pack))


unhurried = settings(deadline=None, max_examples=60)  # the first call compiles
cases = st.fixed_dictionaries(
    {
        "position": st.integers(0, 400),
        "until": st.floats(0, 150),
        "more": st.floats(0, 150),
        "ratio": st.floats(1.0, 30),
        "level": st.floats(0.5, 0.99),
        "minimum": st.integers(1, 60),
        "pack": st.integers(1, 48),
    }
)


def planned(case, level=None):
    needs = demand(case["until"], case["until"] + case["more"], case["ratio"])
    chosen = terms(
        level=case["level"] if level is None else level,
        minimum=case["minimum"],
        pack=case["pack"],
    )
    return plan_orders(array(case["position"]), needs, chosen).iloc[0]


@unhurried
@given(cases)
def test_orders_are_never_negative_and_keep_to_minimum_and_pack(case):
    quantity = planned(case)["quantity"]
    assert quantity >= 0
    if quantity:
        assert quantity >= case["minimum"]
        assert quantity % case["pack"] == 0


@unhurried
@given(cases, st.floats(0.5, 0.99))
def test_more_service_never_orders_less(case, other):
    low, high = sorted((case["level"], other))
    assert planned(case, low)["quantity"] <= planned(case, high)["quantity"]
    assert planned(case, low)["order_up_to"] <= planned(case, high)["order_up_to"]


@unhurried
@given(cases)
def test_the_margin_saved_lies_in_its_interval_and_the_risk_is_a_chance(case):
    row = planned(case)
    assert 0 <= row["margin_saved_low"] <= row["margin_saved"] <= row["margin_saved_high"]
    assert 0 <= row["stockout_risk"] <= 1


@unhurried
@given(cases)
def test_an_order_fills_the_gap_and_stays_within_a_pack_of_it(case):
    row = planned(case)
    if row["quantity"]:
        filled = case["position"] + row["quantity"]
        assert filled >= row["order_up_to"]
        assert filled < row["order_up_to"] + max(case["minimum"], case["pack"]) + case["pack"]


def test_figures_of_one_product_by_hand():
    """Negative binomial, mean 14 until delivery and 20 in all, variance twice the mean."""
    row = plan_orders(array(5), demand(14, 20), terms(minimum=12, pack=6)).iloc[0]
    chance = 0.5
    assert row["reorder_point"] == stats.nbinom.ppf(0.95, 14, chance)
    assert row["order_up_to"] == stats.nbinom.ppf(0.95, 20, chance) == 31
    assert row["quantity"] == 30  # 26 are missing: five packs of six
    assert row["stockout_risk"] == pytest.approx(stats.nbinom.sf(5, 14, chance))
    units = np.arange(2000)
    lost_without = (np.maximum(units - 5, 0) * stats.nbinom.pmf(units, 20, chance)).sum()
    lost_before = (np.maximum(units - 5, 0) * stats.nbinom.pmf(units, 14, chance)).sum()
    assert row["units_saved"] == pytest.approx(lost_without - lost_before)
    assert row["margin_saved"] == pytest.approx(4 * (lost_without - lost_before))


def test_enough_stock_orders_nothing():
    row = plan_orders(array(100), demand(14, 20), terms()).iloc[0]
    assert (row["quantity"], row["margin_saved"]) == (0, 0)


def test_what_never_sells_is_never_ordered():
    row = plan_orders(array(0), demand(0, 0), terms(minimum=50)).iloc[0]
    assert (row["quantity"], row["stockout_risk"], row["margin_saved"]) == (0, 0, 0)


def test_huge_demand_is_planned():
    row = plan_orders(array(0), demand(1e9, 1.5e9), terms()).iloc[0]
    assert row["order_up_to"] == pytest.approx(1.5e9, rel=1e-3)


def test_expected_demand_alone_is_ordered_where_stock_was_never_counted():
    """Means 14.4 and 21.2 with 13 on the shelf, as far as is known: up to 21."""
    chosen = replace(terms(), is_counted=np.array([False]))
    row = plan_orders(array(13), demand(14.4, 21.2), chosen).iloc[0]
    assert (row["reorder_point"], row["order_up_to"], row["quantity"]) == (14, 21, 8)
    counted = plan_orders(array(13), demand(14.4, 21.2), terms()).iloc[0]
    assert counted["quantity"] > 8
    assert row["stockout_risk"] == counted["stockout_risk"]
    slow = plan_orders(array(0), demand(0.3, 0.45), chosen).iloc[0]
    assert slow["quantity"] == 0


def test_rounding_to_minimum_and_pack():
    wanted = orderable(array(0, 1, 25, 24.2), array(10, 10, 10, 10), array(4, 4, 4, 1))
    assert wanted.tolist() == [0, 12, 28, 25]


@pytest.mark.parametrize(
    ("sells", "room", "quantity"),
    [
        (np.inf, np.inf, 28),
        (26, np.inf, 24),  # rounded down: the last pack would spoil
        (5, np.inf, 12),  # the least one may order, though seven spoil
        (np.inf, 26, 24),
        (np.inf, 10, 0),  # not even the least finds a place
    ],
)
def test_an_order_keeps_to_what_sells_in_time_and_finds_room(sells, room, quantity):
    bound = replace(terms(minimum=10, pack=4), sells_in_time=array(sells), room=array(room))
    assert orderable_within(array(25), bound)[0] == quantity
    assert orderable_within(array(0), bound)[0] == 0
    assert spoiling(array(quantity), bound)[0] == max(quantity - sells, 0)


def test_what_will_spoil_is_taken_off_what_an_order_saves():
    bound = replace(terms(minimum=30), sells_in_time=array(20))
    row = plan_orders(array(0), demand(1, 20), bound).iloc[0]
    free = plan_orders(array(0), demand(1, 20), terms(minimum=30)).iloc[0]
    assert (row["quantity"], free["quantity"]) == (30, 31)
    assert row["margin_saved"] == pytest.approx(4 * row["units_saved"] - 10 * 6)


def test_service_level_weighs_margin_against_holding():
    levels = weighed_service_level(
        array(0.7, 4.0, 0.0), array(0.18, 6.0, 6.0), array(365 / 7, 0.25, 0.25), array(7, 7, 7)
    )
    assert levels[0] == pytest.approx(0.70 / 0.88)
    assert levels[1] == 0.99  # 4 against 0.03: capped
    assert levels[2] == 0.50


def test_day_the_shelf_is_empty():
    daily = np.full((4, 56), 2.0)
    daily[3] = 0.0
    days = days_until_empty(array(5, 0, 200, 5), daily)
    assert days.tolist() == [2, 0, 100, -1]
