"""Lead times learned from deliveries: own ones, the supplier's habit, and outliers."""

import numpy as np
import pandas as pd
import pytest

from catalog.algorithms.lead_times import learn_lead_times

START = pd.Timestamp("2025-01-06")


def delivered(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    """Rows of supplier, product, week ordered, days taken."""
    frame = pd.DataFrame(rows, columns=["supplier_id", "product_id", "week", "days"])
    ordered = START + pd.to_timedelta(7 * frame["week"], unit="D")
    received = ordered + pd.to_timedelta(frame["days"], unit="D")
    return pd.DataFrame(
        {
            "supplier_id": frame["supplier_id"],
            "product_id": frame["product_id"],
            "ordered_on": ordered,
            "received_on": received,
            "units": 10,
        }
    )


def items(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["supplier_id", "product_id", "promised_days"])


def test_two_orders_teach_nothing_and_three_do() -> None:
    promised = items((1, 1, 14))
    weeks = [(1, 1, week, 18) for week in range(3)]

    assert learn_lead_times(delivered(weeks[:2]), promised).empty
    row = learn_lead_times(delivered(weeks), promised).iloc[0]
    assert row["learned_days"] == pytest.approx(18)
    assert (row["deliveries"], row["own_deliveries"]) == (3, 3)
    assert row["learned_sd"] == 0.5  # nothing is ever quite certain


def test_a_product_without_deliveries_shares_its_suppliers_lateness() -> None:
    rows = [(1, 1, week, 18) for week in range(4)]

    learned = learn_lead_times(delivered(rows), items((1, 1, 14), (1, 2, 30), (2, 3, 7)))

    assert learned["product_id"].tolist() == [1, 2]
    assert learned["learned_days"].tolist() == pytest.approx([18, 34])
    assert learned["own_deliveries"].tolist() == [4, 0]


def test_many_own_deliveries_outweigh_the_habit() -> None:
    punctual = [(1, 1, week, 14) for week in range(40)]
    slow = [(1, 2, week, 24) for week in range(40)]

    learned = learn_lead_times(delivered(punctual + slow), items((1, 1, 14), (1, 2, 14))).set_index(
        "product_id"
    )["learned_days"]

    assert learned[1] == pytest.approx(14 + 5 * 4 / 44)
    assert learned[2] == pytest.approx(24 - 5 * 4 / 44)


def test_one_order_that_went_astray_moves_little() -> None:
    rng = np.random.default_rng(7)
    usual = [(1, 1, week, int(days)) for week, days in enumerate(rng.integers(12, 17, 20))]
    promised = items((1, 1, 14))

    plain = learn_lead_times(delivered(usual), promised).iloc[0]
    astray = learn_lead_times(delivered([*usual, (1, 1, 30, 200)]), promised).iloc[0]

    assert astray["learned_days"] - plain["learned_days"] < 1
    assert astray["learned_sd"] < 2.5 * plain["learned_sd"]


def test_the_true_lead_time_and_spread_are_found() -> None:
    rng = np.random.default_rng(11)
    days = np.rint(rng.normal(21, 3, 400)).clip(1).astype(int)
    rows = [(1, 1, week, int(day)) for week, day in enumerate(days)]

    row = learn_lead_times(delivered(rows), items((1, 1, 14))).iloc[0]

    assert row["learned_days"] == pytest.approx(21, abs=0.5)
    assert row["learned_sd"] == pytest.approx(3, abs=0.4)


def test_parts_of_an_order_count_by_their_units() -> None:
    parts = delivered([(1, 1, week, days) for week in range(3) for days in (10, 30)])
    parts["units"] = [30, 10] * 3

    row = learn_lead_times(parts, items((1, 1, 14))).iloc[0]

    assert row["learned_days"] == pytest.approx(15)
    assert row["deliveries"] == 3
