"""The printed answers of Snyder and Shen, to the printed digits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from inventory.algorithms import losses
from inventory.algorithms.disruptions import (
    Outages,
    eoq_with_disruptions,
    newsvendor_with_disruptions,
)
from inventory.algorithms.eoq import eoq
from inventory.algorithms.finite_horizon import HorizonCase, finite_horizon
from inventory.algorithms.joint_replenishment import joint_replenishment
from inventory.algorithms.min_max import min_max_poisson, min_max_power
from inventory.algorithms.newsvendor import (
    UnitCosts,
    myopic_normal,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_poisson,
)
from inventory.algorithms.poisson_reorder import best_poisson_reorder
from inventory.algorithms.random_yield import eoq_with_yield
from inventory.algorithms.reorder_point import (
    ReorderCase,
    backorder_lot,
    best_reorder_point,
    best_reorder_policy,
    expected_level,
    loss_approximation,
    lot_and_safety_stock,
    reorder_cost,
)
from inventory.algorithms.wagner_whitin import wagner_whitin

PRINTED = 5.1e-11
CASE = ReorderCase(order_cost=8, holding=0.225, shortage=7.5, demand=1300, sd=150, lead=1 / 12)


def test_second_order_losses():
    assert losses.normal_second_loss(1.3, 0, 1) == pytest.approx(0.0188070669, abs=PRINTED)
    # The printed 0.8483403030 is a long sum in floats; in forty digits it is 0.84834030291780.
    assert losses.poisson_second_loss(18, 15) == pytest.approx(0.8483403029178, abs=1e-12)


def test_the_cost_of_a_reorder_policy():
    assert reorder_cost(CASE, 126.8, 328.5) == pytest.approx(78.0711625093, abs=PRINTED)


@pytest.mark.parametrize(
    ("plan", "point", "quantity", "digits"),
    [
        # Iterated answers were printed where a solver stopped, some 3e-7 from the root.
        (best_reorder_point(CASE, 300), 129.4272799263, 300, 3e-7),
        (best_reorder_policy(CASE), 126.867, 328.449, 5e-4),
        (expected_level(CASE), 213.9704421358, 318.5901810769, 2e-8),
        (backorder_lot(CASE), 128.6378144243, 308.5737801204, 3e-7),
        (lot_and_safety_stock(CASE), 190.3369965716, 304.0467800264, 6e-11),
        (loss_approximation(CASE), 126.8670634480, 328.4491421980, 2e-7),
    ],
)
def test_reorder_plans(plan, point, quantity, digits):
    assert plan.reorder_point == pytest.approx(point, abs=digits)
    assert plan.quantity == pytest.approx(quantity, abs=digits)


def test_the_first_and_the_last_unit_cost_the_same():
    plan = best_reorder_point(CASE, 300)
    assert CASE.rate(plan.reorder_point) == pytest.approx(
        CASE.rate(plan.reorder_point + 300), abs=1e-10
    )


def test_costs_of_reorder_plans():
    assert best_reorder_policy(CASE).cost == pytest.approx(78.07114627, abs=5.1e-9)
    assert expected_level(CASE).cost == pytest.approx(95.4511402229, abs=PRINTED)


def test_reorder_point_for_poisson_demand():
    plan = best_poisson_reorder(order_cost=100, holding=20, shortage=150, demand=1.5, lead=2)
    assert (plan.reorder_point, plan.quantity) == (3, 5)
    assert plan.cost == pytest.approx(107.9235806331, abs=PRINTED)


def test_min_max_for_poisson_demand():
    plan = min_max_poisson(6, order_cost=5, holding=1, shortage=4)
    assert (plan.low, plan.high) == (4, 10)
    assert plan.cost == pytest.approx(8.0341115615, abs=PRINTED)


def test_power_approximation():
    plan = min_max_power(50, 8, order_cost=2.5, holding=0.18, shortage=0.7)
    assert plan.low == pytest.approx(40.1946169565, abs=PRINTED)
    assert plan.high == pytest.approx(74.2901701098, abs=PRINTED)


def test_lots_for_known_demand():
    plan = wagner_whitin([90, 120, 80, 70], order_cost=500, holding=2)
    assert plan.orders == [210, 0, 150, 0]
    assert plan.cost == 1380
    assert plan.cost_to_go == [1380, 940, 640, 500]
    second = wagner_whitin([20, 30, 10, 25, 40], order_cost=50, holding=1)
    assert (second.orders, second.cost) == ([60, 0, 0, 65, 0], 190)


def test_known_demand_below_zero_is_refused():
    with pytest.raises(ValueError, match="negative"):
        wagner_whitin([3, -1], order_cost=5, holding=1)


def test_joint_replenishment():
    plan = joint_replenishment(
        600, np.array([120.0, 840, 300]), np.array([160.0, 20, 50]), np.ones(3)
    )
    assert plan.cycle == pytest.approx(3.1031644542, abs=PRINTED)
    assert plan.multiples.tolist() == [1, 3, 1]
    assert plan.cost == pytest.approx(837.8544026261, abs=PRINTED)


def test_joint_replenishment_refuses_a_product_without_demand():
    with pytest.raises(ValueError, match="above zero"):
        joint_replenishment(5, np.ones(2), np.ones(2), np.array([1.0, 0.0]))


def test_finite_horizon():
    plan = finite_horizon(
        HorizonCase(
            periods=5,
            holding=1,
            shortage=20,
            purchase=2,
            order_cost=50,
            mean=100,
            sd=20,
            end_holding=1,
            end_shortage=20,
        )
    )
    assert plan.low == [110, 110, 110, 110, 111]
    assert plan.high == [133, 133, 133, 133, 126]
    assert plan.cost == pytest.approx(1558.6946467384, abs=PRINTED)


def test_disruptions():
    lot = eoq_with_disruptions(8, 0.225, 1300, shortage=5, outages=Outages(1.5, 14))
    assert lot.quantity == pytest.approx(772.8110739983, abs=1e-4)
    assert lot.cost == pytest.approx(173.9500025732, abs=PRINTED)
    plan = newsvendor_with_disruptions(2000, holding=0.25, shortage=3, outages=Outages(0.04, 0.25))
    assert plan.quantity == 8000
    # The printed 2737.0689302470 cuts the sum over outages off; the closed form does not.
    assert plan.value == pytest.approx(2737.0689655172, abs=PRINTED)


def test_random_yield():
    lot = eoq_with_yield(18500, 0.06, 75000, mean_yield=0.8333, sd_yield=math.sqrt(0.0198))
    assert lot.quantity == pytest.approx(254477.4613034232, abs=PRINTED)
    assert lot.cost == pytest.approx(13086.1616909859, abs=PRINTED)
    with pytest.raises(ValueError, match="above zero"):
        eoq_with_yield(1, 1, 1, mean_yield=0, sd_yield=0.1)


def test_myopic_order():
    plan = myopic_normal(
        50, 8, holding=0.18, shortage=0.70, purchase=UnitCosts(0.30, 0.35, discount=0.98)
    )
    assert plan.quantity == pytest.approx(58.0989188321, abs=PRINTED)
    assert plan.value == pytest.approx(16.6824117646, abs=PRINTED)
    with pytest.raises(ValueError, match="too far"):
        myopic_normal(50, 8, holding=0.18, shortage=0.70, purchase=UnitCosts(3.0, 0.3))


COSTS = st.floats(0.05, 50)
MEANS = st.floats(0.5, 40)


@given(mean=MEANS, holding=COSTS, shortage=COSTS, dearer=st.floats(1.0, 20))
def test_orders_are_never_negative_and_rise_with_the_cost_of_running_short(
    mean, holding, shortage, dearer
):
    for order in (newsvendor_poisson, _normal, _lognormal):
        little = order(mean, holding=holding, shortage=shortage).quantity
        more = order(mean, holding=holding, shortage=shortage * dearer).quantity
        assert more >= little
        assert order is _normal or little >= 0


def _normal(mean, *, holding, shortage):
    return newsvendor_normal(mean, mean / 3, holding=holding, shortage=shortage)


def _lognormal(mean, *, holding, shortage):
    return newsvendor_lognormal(math.log(mean), 0.4, holding=holding, shortage=shortage)


@settings(max_examples=25)
@given(mean=st.floats(0.5, 15), order_cost=st.floats(0.5, 60), shortage=st.floats(1.5, 30))
def test_no_neighbour_of_the_best_min_max_is_cheaper(mean, order_cost, shortage):
    plan = min_max_poisson(mean, order_cost=order_cost, holding=1, shortage=shortage)
    assert plan.low < plan.high
    for low in (plan.low - 1, plan.low, plan.low + 1):
        for high in (plan.high - 1, plan.high, plan.high + 1):
            if low < high:
                assert plan.cost <= chain_cost(low, high, mean, order_cost, shortage) + 1e-7


def chain_cost(low, high, mean, order_cost, shortage):
    """The long-run cost of (s, S) with holding cost 1 from the cycle's equations."""
    demand = np.arange(400)
    chance = stats.poisson.pmf(demand, mean)
    levels = np.arange(high, low, -1)
    rate = [
        (chance * (np.maximum(y - demand, 0) + shortage * np.maximum(demand - y, 0))).sum()
        for y in levels
    ]
    step = chance[np.abs(levels[:, None] - levels[None, :])] * (levels[:, None] >= levels)
    visits = np.linalg.solve(np.eye(len(levels)) - step.T, np.eye(len(levels))[0])
    return (order_cost + visits @ rate) / visits.sum()


@settings(max_examples=25)
@given(
    demand=st.lists(st.integers(0, 50), min_size=1, max_size=8),
    order_cost=st.integers(0, 200),
    holding=st.integers(0, 5),
)
def test_planned_lots_meet_every_demand_and_no_subset_of_periods_is_cheaper(
    demand, order_cost, holding
):
    plan = wagner_whitin(demand, order_cost=order_cost, holding=holding)
    left = np.cumsum(plan.orders) - np.cumsum(demand)
    assert min(plan.orders) >= 0
    assert left.min() >= 0
    assert left[-1] == 0
    assert plan.cost == pytest.approx(min(_by_hand(demand, order_cost, holding)))


def _by_hand(demand, order_cost, holding):
    first = next((t for t, units in enumerate(demand) if units), None)
    if first is None:
        return [0.0]
    found = []
    for chosen in range(2 ** len(demand)):
        periods = [t for t in range(len(demand)) if chosen >> t & 1]
        if not periods or periods[0] > first:
            continue
        cost = order_cost * len(periods)
        for t, units in enumerate(demand):
            if units:
                cost += holding * units * (t - max(p for p in periods if p <= t))
        found.append(cost)
    return found


@settings(max_examples=25)
@given(lead=st.floats(0.02, 0.5), sd=st.floats(20, 400), shortage=st.floats(0.5, 40))
def test_the_best_reorder_policy_costs_least(lead, sd, shortage):
    case = ReorderCase(8, 0.225, shortage, 1300, sd, lead)
    best = best_reorder_policy(case)
    assert best.quantity >= eoq(8, 0.225, 1300).quantity * 0.99
    for other in (backorder_lot(case), lot_and_safety_stock(case)):
        assert best.cost <= other.cost * (1 + 1e-9)
        assert other.cost > 0
