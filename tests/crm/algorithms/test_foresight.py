"""How much groups explain, against sums done by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm.algorithms.foresight import compare_groupings, eta_squared, next_spend


def test_eta_squared_by_hand():
    # means 2 and 6 around 4: between = 2*4 + 2*4 = 16; total = 9+1+1+9 = 20
    groups, values = np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 5.0, 7.0])

    assert eta_squared(groups, values) == pytest.approx(16 / 20)


def test_groups_explain_nothing_where_nothing_varies():
    assert eta_squared(np.array([0, 1]), np.array([3.0, 3.0])) == 0.0


def order(customer, number, day, revenue, refunded=0.0):
    return {
        "customer_id": customer,
        "order_id": number,
        "day": pd.Timestamp(day),
        "revenue": float(revenue),
        "refunded": float(refunded),
    }


def test_next_spend_counts_only_the_days_asked_for():
    orders = pd.DataFrame(
        [
            order(1, 1, "2026-01-01", 10),
            order(1, 2, "2026-01-10", 20),
            order(1, 3, "2026-01-11", 0, 5),
            order(1, 4, "2026-01-15", 40),
        ]
    )

    assert next_spend(orders, start=date(2026, 1, 10), days=5).to_dict() == {1: 15.0}


def test_segments_beat_nothing_where_spend_follows_the_past():
    rng = np.random.default_rng(3)
    rows = []
    for customer in range(60):
        every = 5 if customer < 20 else 60
        for number, day in enumerate(range(0, 360, every)):
            moment = pd.Timestamp("2025-01-01") + pd.Timedelta(days=day)
            rows.append(order(customer, customer * 1000 + number, moment, rng.uniform(10, 20)))

    found = compare_groupings(
        pd.DataFrame(rows).sort_values("day"), as_of=date(2025, 12, 27), days=90, rng=rng
    )

    assert found is not None
    assert found.segments.value > 0.5
    assert found.segments.low <= found.segments.value <= found.segments.high
    assert found.spend["customers"].sum() == 60


def test_a_shop_too_small_is_not_judged():
    orders = pd.DataFrame([order(1, 1, "2025-01-01", 10)])
    rng = np.random.default_rng(0)

    assert compare_groupings(orders, as_of=date(2026, 1, 1), days=90, rng=rng) is None
