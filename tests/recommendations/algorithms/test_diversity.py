import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms.diversity import (
    Filters,
    Rules,
    arrange,
    boosted,
    maximal_marginal_relevance,
)

VECTORS = sparse.csr_array(np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], np.float32))


def test_relevance_alone_keeps_the_ranking_and_diversity_breaks_it():
    items, scores = np.array([0, 1, 2, -1], np.int32), np.array([1, 0.9, 0.5, 0], np.float32)
    plain = maximal_marginal_relevance(items, scores, VECTORS, 3, relevance=1.0)
    assert plain.tolist() == [0, 1, 2]
    # 1 is a copy of 0: 0.5 * 0.9 - 0.5 * 1 < 0.5 * 0.5 - 0.5 * 0
    diverse = maximal_marginal_relevance(items, scores, VECTORS, 3, relevance=0.5)
    assert diverse.tolist() == [0, 2, 1]


def test_no_candidates_no_list():
    none = np.array([-1], np.int32)
    assert maximal_marginal_relevance(none, np.zeros(1), VECTORS, 3).tolist() == []


def test_each_filter_says_what_it_removes():
    filters = Filters(
        in_stock=np.array([True, False, True, True]),
        active=np.array([True, True, True, False]),
        categories=frozenset({"tea"}),
        price_range=(1.0, 5.0),
        bought=np.array([0]),
        blocked=np.array([2]),
    )
    removed = filters.reasons(
        4, category=np.array(["tea", "tea", "cup", "tea"]), price=np.array([1.0, 9, 5, np.nan])
    )
    assert {name: mask.tolist() for name, mask in removed.items()} == {
        "out_of_stock": [False, True, False, False],
        "inactive": [False, False, False, True],
        "category": [False, False, True, False],
        "price": [False, True, False, True],
        "bought": [True, False, False, False],
        "blocked": [False, False, True, False],
    }
    assert Filters().reasons(4) == {}


def test_boosts_multiply_and_zero_buries():
    rules = Rules(boosts={0: 3.0, 2: 0.0, 99: 5.0})
    scores = np.array([1, 2, 4], np.float32)
    assert boosted(scores, rules).tolist() == [3, 2, 0]
    assert scores.tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(), [5, 4, 3]),
        (Rules(pins={0: 1}), [1, 5, 4]),
        (Rules(pins={2: 5}), [4, 3, 5]),
        (Rules(pins={9: 1}), [5, 4, 3]),
        (Rules(category_cap=1), [5, 3]),
        (Rules(pins={1: 1}, category_cap=1), [5, 1]),
    ],
)
def test_pins_and_category_caps(rules, expected):
    category = np.array([0, 1, 1, 1, 0, 0])  # by product code
    ranking = np.array([5, 4, 3, 2, -1], np.int32)
    assert arrange(ranking, 3, rules, category) == expected
