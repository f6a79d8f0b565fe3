"""Segments against a table worked out by hand, and what holds for every shop."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.algorithms.rfm import (
    RULES,
    SEGMENTS,
    customer_history,
    quintile,
    segment_customers,
)

AS_OF = date(2026, 7, 1)


def orders(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "day", "revenue", "refunded"])
    return frame.astype({"day": "datetime64[s]", "revenue": "float64", "refunded": "float64"})


def test_history_counts_orders_nets_refunds_and_ignores_later_days():
    history = customer_history(
        orders(
            (7, 1, "2026-06-01", 100, 0),
            (7, 2, "2026-06-21", 50, 0),
            (7, 3, "2026-06-25", 0, 30),  # a return is no order
            (8, 4, "2026-06-30", 20, 0),
            (8, 5, "2026-07-01", 999, 0),
        ).query("day < '2026-07-01'"),
        as_of=AS_OF,
    )

    assert history.to_dict("list") == {
        "customer_id": [7, 8],
        "recency_days": [10, 1],
        "frequency": [2, 1],
        "monetary": [120.0, 20.0],
    }


def test_refunds_never_make_money_negative():
    history = customer_history(
        orders((1, 1, "2026-06-01", 10, 0), (1, 2, "2026-06-02", 0, 50)), as_of=AS_OF
    )

    assert history["monetary"].tolist() == [0.0]


def test_quintiles_give_a_fifth_each():
    assert quintile(pd.Series([10, 20, 30, 40, 50])).tolist() == [1, 2, 3, 4, 5]


def test_equal_values_get_equal_scores():
    # ranks of the four ones are 1..4, mean 2.5 of 5 -> share 0.5 -> score 3
    assert quintile(pd.Series([1, 1, 1, 1, 9])).tolist() == [3, 3, 3, 3, 5]


@pytest.mark.parametrize(
    ("recency", "fm", "segment"),
    [
        (5, 4.5, "champions"),
        (4, 4.0, "loyal"),
        (4, 2.5, "promising"),
        (3, 3.0, "needs_attention"),
        (3, 2.5, "about_to_sleep"),
        (2, 4.0, "at_risk"),
        (1, 2.5, "hibernating"),
        (1, 2.0, "lost"),
    ],
)
def test_the_first_rule_that_holds_names_the_segment(recency, fm, segment):
    r, mean = pd.Series([recency]), pd.Series([fm])

    assert next(rule.segment for rule in RULES if rule.holds(r, mean).all()) == segment


def test_the_best_customer_is_a_champion_and_the_worst_is_lost():
    history = pd.DataFrame(
        {
            "customer_id": range(5),
            "recency_days": [400, 300, 100, 30, 1],
            "frequency": [1, 2, 3, 4, 20],
            "monetary": [5.0, 20.0, 30.0, 40.0, 900.0],
        }
    )

    segments = segment_customers(history)["segment"].tolist()

    assert segments[-1] == "champions"
    assert segments[0] == "lost"


customers = st.lists(
    st.tuples(st.integers(0, 800), st.integers(1, 50), st.floats(0, 1e6)), min_size=1, max_size=60
)


@given(customers)
def test_everybody_is_in_exactly_one_segment(rows):
    history = pd.DataFrame(rows, columns=["recency_days", "frequency", "monetary"])

    scored = segment_customers(history.assign(customer_id=range(len(history))))

    assert scored["segment"].isin(SEGMENTS).all()
    assert len(scored) == len(history)


@given(customers)
def test_a_more_recent_customer_never_scores_lower(rows):
    history = pd.DataFrame(rows, columns=["recency_days", "frequency", "monetary"])

    scored = segment_customers(history.assign(customer_id=range(len(history))))

    assert scored.sort_values("recency_days")["recency_score"].is_monotonic_decreasing
