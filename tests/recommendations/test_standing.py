"""Trend and newness by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.algorithms.interactions import Interactions
from recommendations.standing import newness, standing_lists, trend
from tests.recommendations.algorithms.frames import random_shop


def shop(rows):
    """Interactions of (customer, product, day of 2026); products keep their numbers as codes."""
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "day"])
    frame["timestamp"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return Interactions.from_frame(frame)


def test_a_trend_is_this_week_above_the_mean_of_four():
    # Product 0: one customer a week before, five this week: (5 - 1) / sqrt(1 + 1).
    # Product 1: two customers in every week. Product 2: new this week, once: 1 / sqrt(0 + 1).
    rows = [("a", 0, week * 7) for week in range(4)]
    rows += [(name, 0, 30) for name in "abcde"]
    rows += [(name, 1, week * 7 + 2) for week in range(5) for name in "ab"]
    rows += [("a", 2, 34)]

    assert trend(shop(rows)) == pytest.approx([4 / 2**0.5, 0, 1])


def test_a_customer_counts_once_a_week_however_often_they_buy():
    rows = [("a", 0, 30)] * 50 + [("a", 1, 34), ("b", 1, 34)]

    assert trend(shop(rows)) == pytest.approx([1, 2])


def test_the_new_are_ranked_by_customers_and_the_launched_long_ago_are_not_new():
    rows = [("a", 0, 0), ("a", 1, 90), ("b", 2, 95), ("c", 2, 99), ("a", 3, 99)]

    assert newness(shop(rows)) == pytest.approx([0, 2 / 3, 1, 1 / 3])
    assert newness(shop(rows), launched_before=[2]) == pytest.approx([0, 1, 0, 0.5])


@given(seed=st.integers(0, 1000), events=st.integers(0, 80))
def test_lists_of_any_shop_are_finite_and_know_its_products(seed, events):
    interactions = random_shop(seed, events=events)

    lists = standing_lists(interactions)

    assert set(lists) == {"together", "trending", "new"}
    for winner in lists.values():
        assert winner.artefact.product_ids.tolist() == interactions.product_ids.tolist()
        assert np.isfinite(winner.artefact.popularity).all()
        assert (winner.artefact.popularity >= 0).all()
