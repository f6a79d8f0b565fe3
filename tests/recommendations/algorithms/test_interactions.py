import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.interactions import Interactions, as_days
from tests.recommendations.algorithms.frames import random_events, random_shop


def shop(rows):
    return Interactions.from_frame(
        pd.DataFrame(rows, columns=["customer_id", "product_id", "timestamp", "quantity"])
    )


def test_returns_and_unreadable_rows_are_left_out():
    found = shop(
        [
            ("a", "x", "2024-01-02", 2),
            ("a", "y", "2024-01-01", -2),
            ("a", "y", "not a day", 1),
            (None, "y", "2024-01-01", 1),
            ("b", "z", "2024-01-01", 0),
            ("b", "z", "2024-01-01", 3),
        ]
    )
    assert found.customer_ids.tolist() == ["a", "b"]
    assert found.product_ids.tolist() == ["x", "z"]
    assert found.quantities.tolist() == [3, 2]


def test_an_event_loses_half_its_weight_per_half_life():
    found = shop([("a", "x", "2024-01-01", 1), ("a", "x", "2024-01-11", 1)])
    matrix = found.matrix(None, 10, as_of="2024-01-21")
    assert matrix.toarray() == pytest.approx(np.array([[0.75]]))


def test_the_window_keeps_the_young_events_and_as_of_itself_is_future():
    found = shop([("a", "x", "2024-01-01", 1), ("a", "y", "2024-01-11", 1)])
    assert found.matrix(10, as_of="2024-01-12").toarray().tolist() == [[0, 1]]
    assert found.matrix(as_of="2024-01-11").toarray().tolist() == [[1, 0]]


def test_the_cap_keeps_the_products_taken_last():
    rows = [("a", "x", "2024-01-09", 1), ("a", "y", "2024-01-02", 1), ("a", "z", "2024-01-03", 1)]
    found = shop([*rows, ("a", "y", "2024-01-05", 1)])
    assert found.matrix(as_of="2024-02-01", history_cap=2).toarray().tolist() == [[1, 2, 0]]


def test_matrix_equals_a_plain_loop():
    found = random_shop(3)
    end = as_days("2024-03-01")
    expected = np.zeros(found.shape)
    for customer, product, day in zip(found.customers, found.products, found.days, strict=True):
        if end - 40 <= day < end:
            expected[customer, product] += 0.5 ** ((end - day) / 7)
    assert found.matrix(40, 7, as_of="2024-03-01").toarray() == pytest.approx(expected, abs=1e-6)


def test_facts_of_the_future_change_nothing():
    events = random_events(4)
    past = events[events["timestamp"] < "2024-02-15"]
    known = Interactions.from_frame(past)
    whole = Interactions.from_frame(events).before("2024-02-15")
    assert np.array_equal(known.days, whole.days)
    assert np.array_equal(known.product_ids[known.products], whole.product_ids[whole.products])


def test_an_empty_shop_is_a_shop():
    found = shop([])
    assert found.shape == (0, 0)
    assert found.matrix(30, 7, as_of="2024-01-01", history_cap=5).nnz == 0


def test_moments_without_a_zone_are_utc():
    assert as_days("1970-01-02") == 1
    assert as_days("1970-01-02T08:00+08:00") == 1
