"""A web process is ready before its first visitor, and compiles nothing while one waits."""

import sys

import numpy as np
import pytest
from django.db.utils import OperationalError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as arrays_of
from numba.core.registry import CPUDispatcher

from config import warming as start
from recommendations import shelf
from recommendations.algorithms.recommender import best
from recommendations.fusing import top
from recommendations.selectors import (
    cart_add_ons,
    for_session,
    popular,
    recommend_for_customer,
    similar_products,
)
from recommendations.warming import warm
from tests.recommendations.conftest import buy

SCORES = arrays_of(
    np.float32, st.integers(0, 40), elements=st.sampled_from([-1, 0, 0.25, 0.5, 1, np.nan])
)


@given(scores=SCORES, n=st.integers(0, 12))
def test_the_best_are_those_of_the_compiled_loop(scores, n):
    items, values = best(scores[None, :], n)
    filled = items[0] >= 0

    codes, found = top(scores, n)

    assert codes.tolist() == items[0][filled].tolist()
    assert found.tolist() == values[0][filled].tolist()


@pytest.fixture
def nothing_compiled(monkeypatch):
    """Any call of a compiled loop fails."""

    def refuse(*_given):
        raise AssertionError("a request compiled something")

    for name, module in list(sys.modules.items()):
        for attribute, value in list(vars(module).items()) if "recommendations" in name else []:
            if isinstance(value, CPUDispatcher):
                monkeypatch.setattr(module, attribute, refuse)


def test_no_list_needs_a_compiled_loop(shop, nothing_compiled):
    buy(shop.li, shop.cup)
    with pytest.raises(AssertionError, match="compiled"):
        best(np.ones((1, 3)), 1)

    assert recommend_for_customer("li", 3).items
    assert similar_products("cup", 3).items
    assert for_session(["tea", "cup"], 3).items
    assert cart_add_ons(["tea"], 3).items
    assert popular(3).items


def test_the_first_list_finds_arrays_rules_and_stock_at_hand(
    shop, good_memory, django_assert_num_queries
):
    warm()

    with django_assert_num_queries(1):  # the titles of the products shown
        assert for_session(["tea", "cup"], 2).items


def test_a_process_starts_without_a_database(monkeypatch, caplog):
    def fail():
        raise OperationalError("no such table")

    monkeypatch.setattr("recommendations.warming.warm", fail)
    monkeypatch.setattr(start.connections, "close_all", lambda: None)

    start.warm()

    assert "no such table" in caplog.text


def test_an_empty_shop_warms_nothing(db):
    shelf.forget_everything()

    warm()

    assert popular(3).items == []
