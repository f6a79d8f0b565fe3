"""A sample of bounded size in which every class is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.algorithms.classes import abc_classes, classes_of
from inventory.algorithms.strata import quotas, stratified


def shop(n, seed=0):
    draw = np.random.default_rng(seed)
    mean = draw.gamma(0.5, 20, n) + 0.1
    return mean * draw.lognormal(2, 1, n), mean, mean * (1 + draw.gamma(1, mean))


def test_thirty_thousand_products_send_as_many_as_a_thousand():
    taken = {}
    for n in (1_000, 30_000):
        figures = shop(n)
        rows, weights = stratified(*figures, most=450)
        classes, counts = np.unique(classes_of(*figures)[rows], return_counts=True)
        assert set(classes) == set(classes_of(*figures))
        assert weights.sum() == pytest.approx(n)
        taken[n] = len(rows), counts.min()
    assert taken[1_000][0] <= taken[30_000][0] == 450
    assert taken[30_000][1] == 50


def test_a_small_shop_is_heard_as_a_whole():
    rows, weights = stratified(*shop(40), most=450)
    assert rows.tolist() == list(range(40))
    assert (weights == 1).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=9), st.integers(0, 200))
def test_no_class_sends_more_than_it_has_and_all_together_the_most(sizes, most):
    taken = quotas(np.array(sizes), most)
    assert (taken <= sizes).all()
    assert taken.sum() <= most
    assert taken.sum() == min(sum(sizes), most) or most - taken.sum() < len(sizes)


def test_what_stands_for_many_weighs_as_many_in_the_classes():
    turnover = np.array([10.0, 9, 8, 1, 1, 1, 1, 1])
    whole = abc_classes(turnover)
    sampled = abc_classes(turnover[:4], np.array([1.0, 1, 1, 5]))
    assert sampled[:3].tolist() == whole[:3].tolist()
    assert sampled[3] == whole[3]
