import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.algorithms.overrides import Change, Moments, carried_on, moved, overridden, spread


def rows(*numbers):
    return np.array(numbers, dtype=np.intp)


def test_a_total_is_spread_as_the_baseline_is_shaped():
    assert spread(12, [1, 2, 3]).tolist() == [2, 4, 6]
    assert spread(12, [0, 0, 0]).tolist() == [4, 4, 4]


def test_the_known_days_are_carried_on_by_the_last_four_weeks():
    daily = [9.0] * 28 + list(range(28))
    assert carried_on(daily, 60) == [*daily, 0, 1, 2, 3]
    assert carried_on([1.0, 2.0], 1) == [1]


def test_a_percentage_scales_and_an_amount_replaces():
    baseline = np.array([[2.0, 2, 2, 2], [6, 6, 6, 6]])
    half = Change(rows(0), range(1, 3), depth=1, factor=0.5)
    whole = Change(rows(1), range(3), depth=1, amounts=np.array([10.0, 20, 30]))
    plan = overridden(baseline, [half, whole])
    assert plan.tolist() == [[2, 1, 1, 2], [10, 20, 30, 6]]
    assert baseline[1].tolist() == [6, 6, 6, 6]


def test_the_narrower_word_stands_and_the_wider_amount_is_shared_among_the_rest():
    baseline = np.array([[2.0], [1], [3]])
    category = Change(rows(0, 1, 2), range(1), depth=1, amounts=np.array([50.0]))
    product = Change(rows(0), range(1), depth=9, amounts=np.array([10.0]))
    for order in ([category, product], [product, category]):
        assert overridden(baseline, order).tolist() == [[10], [10], [30]]


def test_what_products_claim_beyond_their_category_leaves_the_others_nothing():
    baseline = np.array([[2.0], [1]])
    category = Change(rows(0, 1), range(1), depth=1, amounts=np.array([5.0]))
    product = Change(rows(0), range(1), depth=9, amounts=np.array([8.0]))
    assert overridden(baseline, [category, product]).tolist() == [[8], [0]]


def test_days_before_and_beyond_the_forecast_are_left_out():
    plan = overridden(np.ones((1, 3)), [Change(rows(0), range(-2, 9), depth=1, factor=2.0)])
    assert plan.tolist() == [[2, 2, 2]]


@given(
    st.lists(st.floats(0, 1e6), min_size=4, max_size=4),
    st.floats(0, 1e6),
    st.floats(0, 11),
    st.integers(-3, 5),
)
def test_a_plan_is_never_negative_and_keeps_a_fixed_total(daily, amount, factor, first):
    baseline = np.array([daily, daily])
    days = range(first, first + 2)
    fixed = Change(rows(0, 1), days, depth=1, amounts=np.full(2, amount))
    scaled = Change(rows(1), days, depth=2, factor=factor)
    plan = overridden(baseline, [fixed, scaled])
    assert (plan >= 0).all()
    alone = overridden(baseline, [fixed])
    for day in days:
        if 0 <= day < 4:
            assert alone[:, day].sum() == pytest.approx(amount)


def test_sums_move_with_their_days_and_keep_their_relative_spread():
    before = Moments(np.array([21.0, 0.0]), np.array([84.0, 0.0]))
    baseline = np.array([[1.0] * 30, [0.0] * 30])
    plan = np.array([[1.0] * 14 + [3.0] * 16, [2.0] * 30])
    after = moved(before, baseline, plan, np.array([21.0, 10.0]))
    assert after.mean.tolist() == [35, 20]
    assert after.variance[0] == pytest.approx(84 * (35 / 21) ** 2)
    assert after.variance[1] == 20 + 10**2


def test_nothing_planned_is_nothing_to_last_for():
    before = Moments(np.array([21.0]), np.array([84.0]))
    after = moved(before, np.ones((1, 30)), np.zeros((1, 30)), np.array([21.0]))
    assert (after.mean[0], after.variance[0]) == (0, 0)


def test_a_total_is_kept_however_little_was_expected():
    assert spread(1.5, [5e-324, 5e-324]).sum() == 1.5
