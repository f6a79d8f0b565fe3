import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.algorithms.joint_order import (
    Limits,
    Options,
    best_joint_order,
    quantity_steps,
)


def options(steps, cost, worth):
    steps = np.asarray(steps, dtype=float)
    return Options(steps, steps * np.asarray(cost, dtype=float)[:, None], np.asarray(worth), steps)


def test_without_limits_each_product_gets_its_best_quantity():
    order = best_joint_order(options([[5, 10], [3, 6]], [1, 2], [[4.0, 7.0], [9.0, 8.0]]), Limits())
    assert order.quantity.tolist() == [10, 3]
    assert (order.worth, order.cost, order.bound) == (16.0, 16.0, 16.0)


def test_what_is_worth_nothing_is_not_ordered():
    order = best_joint_order(options([[5, 10]], [1], [[-1.0, 0.0]]), Limits(budget=1000))
    assert order.quantity.tolist() == [0]
    assert order.cost == 0


def test_a_budget_of_nothing_orders_nothing():
    order = best_joint_order(options([[5, 10]], [1], [[1.0, 2.0]]), Limits(budget=0))
    assert order.quantity.tolist() == [0]


@pytest.mark.parametrize("limits", [{"budget": -1}, {"capacity": -0.5}])
def test_limits_below_zero_are_refused(limits):
    with pytest.raises(ValueError, match="negative"):
        Limits(**limits)


def test_costs_below_zero_are_refused():
    with pytest.raises(ValueError, match="negative"):
        options([[1]], [-1], [[1.0]])


CASES = st.integers(2, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.5, 20), min_size=n, max_size=n),
        st.lists(st.lists(st.floats(-2, 50), min_size=3, max_size=3), min_size=n, max_size=n),
        st.lists(st.integers(1, 12), min_size=n, max_size=n),
    )
)


@settings(max_examples=60, deadline=None)
@given(case=CASES, budget=st.floats(0, 300), capacity=st.floats(0, 60))
def test_no_order_within_the_limits_is_worth_more(case, budget, capacity):
    cost, worth, pack = case
    steps = np.outer(pack, [1, 2, 3])
    given_options = options(steps, cost, worth)
    order = best_joint_order(given_options, Limits(budget, capacity))
    assert order.cost <= budget + 1e-9
    assert order.room <= capacity + 1e-9
    best = 0.0
    for chosen in itertools.product([-1, 0, 1, 2], repeat=len(cost)):
        rows = [(i, c) for i, c in enumerate(chosen) if c >= 0]
        spent = sum(given_options.cost[row] for row in rows)
        units = sum(steps[row] for row in rows)
        if spent <= budget and units <= capacity:
            best = max(best, sum(given_options.worth[row] for row in rows))
    assert order.worth >= best * (1 - 0.006) - 1e-6
    assert order.bound >= best - 1e-6


@given(
    needed=st.lists(st.integers(0, 500), min_size=1, max_size=6),
    minimum=st.integers(0, 60),
    pack=st.integers(1, 24),
)
def test_quantities_keep_minimum_and_packs(needed, minimum, pack):
    n = len(needed)
    steps = quantity_steps(np.array(needed, float), np.full(n, minimum), np.full(n, pack))
    assert (steps >= 0).all()
    assert (np.diff(steps, axis=1) >= 0).all()
    assert (steps % pack == 0).all()
    for row, wanted in zip(steps, needed, strict=True):
        if wanted == 0:
            assert not row.any()
        else:
            assert row[0] >= minimum
            assert row[-1] >= wanted
            assert row[-1] < max(wanted, minimum) + pack


def test_large_orders_are_near_the_bound():
    draw = np.random.default_rng(3)
    n = 800
    steps = np.cumsum(draw.integers(1, 9, (n, 6)), axis=1).astype(float)
    cost = draw.lognormal(2, 1, n)
    worth = np.sqrt(steps) * cost[:, None] * draw.uniform(0.1, 1, (n, 1))
    case = Options(steps, steps * cost[:, None], worth, steps)
    whole = best_joint_order(case, Limits())
    order = best_joint_order(case, Limits(0.3 * whole.cost, 0.5 * whole.room))
    assert order.cost <= 0.3 * whole.cost
    assert order.room <= 0.5 * whole.room
    assert order.worth >= 0.99 * order.bound
