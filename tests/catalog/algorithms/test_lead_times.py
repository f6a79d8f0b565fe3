"""Lead times learned from deliveries: own ones, the supplier's habit, and outliers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from catalog.algorithms.lead_times import learn_lead_times

START, AS_OF = pd.Timestamp("2025-01-06"), date(2035, 1, 1)


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


def waiting(*days: int) -> list[pd.DataFrame]:
    """Open orders of the first product, sent so many days ago."""
    return [
        delivered([(1, 1, 0, 0)]).assign(
            ordered_on=pd.Timestamp(AS_OF) - pd.Timedelta(days=so_far), received_on=pd.NaT
        )
        for so_far in days
    ]


def learn(deliveries: pd.DataFrame, promised: pd.DataFrame) -> pd.DataFrame:
    return learn_lead_times(deliveries, promised, as_of=AS_OF)


def learned_from(
    came: list[tuple[int, int, int, int]], still_open: list[pd.DataFrame], promised: pd.DataFrame
) -> pd.Series:
    goods = pd.concat([delivered(came), *still_open], ignore_index=True)
    return learn(goods, promised).iloc[0]


def items(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["supplier_id", "product_id", "promised_days"])


def test_two_orders_teach_nothing_and_three_do() -> None:
    promised = items((1, 1, 14))
    weeks = [(1, 1, week, 18) for week in range(3)]

    assert learn(delivered(weeks[:2]), promised).empty
    row = learn(delivered(weeks), promised).iloc[0]
    assert row["learned_days"] == pytest.approx(18)
    assert (row["deliveries"], row["own_deliveries"]) == (3, 3)
    assert row["learned_sd"] == 0.5  # nothing is ever quite certain


def test_a_product_without_deliveries_shares_its_suppliers_lateness() -> None:
    rows = [(1, 1, week, 18) for week in range(4)]

    learned = learn(delivered(rows), items((1, 1, 14), (1, 2, 30), (2, 3, 7)))

    assert learned["product_id"].tolist() == [1, 2]
    assert learned["learned_days"].tolist() == pytest.approx([18, 34])
    assert learned["own_deliveries"].tolist() == [4, 0]


def test_many_own_deliveries_outweigh_the_habit() -> None:
    punctual = [(1, 1, week, 14) for week in range(40)]
    slow = [(1, 2, week, 24) for week in range(40)]

    learned = learn(delivered(punctual + slow), items((1, 1, 14), (1, 2, 14))).set_index(
        "product_id"
    )["learned_days"]

    assert learned[1] == pytest.approx(14 + 5 * 4 / 44)
    assert learned[2] == pytest.approx(24 - 5 * 4 / 44)


def test_one_order_that_went_astray_moves_little() -> None:
    rng = np.random.default_rng(7)
    usual = [(1, 1, week, int(days)) for week, days in enumerate(rng.integers(12, 17, 20))]
    promised = items((1, 1, 14))

    plain = learn(delivered(usual), promised).iloc[0]
    astray = learn(delivered([*usual, (1, 1, 30, 200)]), promised).iloc[0]

    assert astray["learned_days"] - plain["learned_days"] < 1
    assert astray["learned_sd"] < 2.5 * plain["learned_sd"]


def test_the_true_lead_time_and_spread_are_found() -> None:
    rng = np.random.default_rng(11)
    days = np.rint(rng.normal(21, 3, 400)).clip(1).astype(int)
    rows = [(1, 1, week, int(day)) for week, day in enumerate(days)]

    row = learn(delivered(rows), items((1, 1, 14))).iloc[0]

    assert row["learned_days"] == pytest.approx(21, abs=0.5)
    assert row["learned_sd"] == pytest.approx(3, abs=0.4)


def test_parts_of_an_order_count_by_their_units() -> None:
    parts = delivered([(1, 1, week, days) for week in range(3) for days in (10, 30)])
    parts["units"] = [30, 10] * 3

    row = learn(parts, items((1, 1, 14))).iloc[0]

    assert row["learned_days"] == pytest.approx(15)
    assert row["deliveries"] == 3


def test_an_overdue_order_hands_its_weight_to_those_that_took_longer() -> None:
    """Late by 0, 2, 4 days; open and late by 1 and by 6 days so far: Kaplan and Meier by hand.

    Shares 1/5 at 0; the one open at 1 gives its fifth to three others: 4/15 each at 2, 4 and 6.
    """
    came = [(1, 1, week, days) for week, days in enumerate([14, 16, 18])]

    row = learned_from(came, waiting(15, 20), items((1, 1, 14)))

    assert row["learned_days"] == pytest.approx(14 + (2 + 4 + 6) * 4 / 15)
    assert (row["deliveries"], row["own_deliveries"]) == (5, 5)


def test_a_young_open_order_says_nothing() -> None:
    came = [(1, 1, week, days) for week, days in enumerate([14, 16, 18])]
    promised = items((1, 1, 14))

    assert learned_from(came, waiting(2), promised).equals(learned_from(came, [], promised))


def test_a_supplier_that_never_delivered_teaches_nothing() -> None:
    overdue = pd.concat(waiting(60, 70, 80, 90))

    assert learn(overdue, items((1, 1, 14))).empty


def test_open_and_late_never_looks_better_than_delivered_as_late() -> None:
    promised = items((1, 1, 14))
    came = [(1, 1, week, 14 + week) for week in range(8)]

    known = learned_from(came, [], promised)["learned_days"]
    still_open = learned_from(came[:5], waiting(19, 20, 21), promised)["learned_days"]
    blind = learned_from(came[:5], [], promised)["learned_days"]

    assert still_open >= known > blind


def test_what_is_left_open_of_an_order_that_came_in_says_nothing() -> None:
    came = [(1, 1, week, 17) for week in range(8)]
    promised = items((1, 1, 7), (1, 2, 7))
    plain = learn(delivered(came), promised)

    rest = delivered(came).assign(units=1, received_on=pd.NaT)
    missing = rest.assign(product_id=2)

    for parts in (rest, missing):
        row = learn(pd.concat([delivered(came), parts], ignore_index=True), promised).iloc[0]
        assert row["learned_days"] == pytest.approx(plain.iloc[0]["learned_days"]) == 17


def test_forgotten_orders_and_products_that_never_came_teach_nothing() -> None:
    punctual = [(1, 1, week, 7) for week in range(8)]
    promised = items((1, 1, 7), (1, 2, 7))
    forgotten = pd.concat(waiting(150, 160, 170, 300, 314))
    never_came = pd.concat(waiting(60)).assign(product_id=2)

    learned = learn(pd.concat([delivered(punctual), forgotten, never_came]), promised)

    assert learned["learned_days"].tolist() == pytest.approx([7, 7], abs=1)
    assert learn(pd.concat([delivered(punctual[:2]), *waiting(20, 30)]), promised).empty
