import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting import from_matrix
from inventory.algorithms.replay import (
    Money,
    ReplayCase,
    Result,
    cover_at_fill,
    drawn_leads,
    judged,
    oracle,
    replay,
    run,
    starting_stock,
)
from inventory.algorithms.replay_policies import (
    fixed_min_max,
    forecast_policy,
    poisson_base_stock,
    textbook_normal,
    weeks_of_cover,
)


def case(y, days, *, leads=2, start=0, review_days=7):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    n, reviews = len(y), -(-days // review_days)
    dates = pd.date_range("2024-01-01", periods=y.shape[1])
    return ReplayCase(
        panel=from_matrix(y, ids=range(n), dates=dates, freq="D"),
        days=days,
        leads=np.broadcast_to(np.asarray(leads, dtype=np.int64), (n, reviews)).copy(),
        lead_days=np.full(n, float(np.mean(leads))),
        lead_variance=np.full(n, float(np.var(leads))),
        start_stock=np.full(n, start, dtype=np.int64),
        review_days=review_days,
    )


def levels(value, reviews):
    return np.full((1, reviews), float(value))


def test_ten_days_by_hand():
    """Reviewed on days 0, 3, 6 and 9; an order takes two days."""
    demand = [1, 2, 2, 0, 4, 1, 1, 5, 0, 1]
    ledger = run(case(demand, 10, leads=2, start=4, review_days=3), levels(6, 4), levels(6, 4))
    assert ledger.ordered.tolist() == [[2, 5, 2, 4]]
    assert ledger.received.tolist() == [[0, 0, 2, 0, 0, 5, 0, 0, 2, 0]]
    assert ledger.sold.tolist() == [[1, 2, 2, 0, 1, 1, 1, 3, 0, 1]]
    assert ledger.stock.tolist() == [[3, 1, 1, 1, 0, 4, 3, 0, 2, 1]]


def test_the_money_of_a_ledger_by_hand():
    demand = [1, 2, 2, 0, 4, 1, 1, 5, 0, 1]
    ledger = run(case(demand, 10, leads=2, start=4, review_days=3), levels(6, 4), levels(6, 4))
    money = Money(np.array([6.0]), np.array([10.0]), holding_share=0.365, line_cost=0.5)
    result = judged(ledger, money, warm_up=0)
    assert result.fill == pytest.approx(12 / 17)
    assert result.stockout_days == pytest.approx(2 / 8)
    assert result.cover_days == pytest.approx(16 / 17)
    assert result.turns == pytest.approx(12 / 10 / 1.6 * 365)
    assert result.holding == pytest.approx(16 * 6 * 0.001)
    assert result.shortage == pytest.approx(5 * 4)
    assert result.running == pytest.approx(20.096)
    assert (result.lines, result.total) == (4, pytest.approx(22.096))


def test_the_warm_up_does_not_count():
    ledger = run(case([9] * 7 + [1] * 7, 14, leads=1, start=0), levels(7, 2), levels(7, 2))
    result = judged(ledger, Money(np.ones(1), np.full(1, 2.0)), warm_up=7)
    assert result.lines == 1
    assert result.fill == pytest.approx(6 / 7)


def test_between_minimum_and_maximum_nothing_is_ordered():
    ledger = run(case([1] * 21, 21, leads=1, start=10), levels(5, 3), levels(12, 3))
    assert ledger.ordered.tolist() == [[0, 9, 0]]


def test_the_oracle_holds_what_sells_before_the_next_arrival_and_no_more():
    demand = np.random.default_rng(5).poisson(3, size=(20, 168))
    known = case(demand, 140, leads=drawn_leads(np.random.default_rng(6), (20, 20)), start=63)
    ledger = oracle(known)
    after = ledger.demand[:, 28:] - ledger.sold[:, 28:]
    assert after.sum() == 0
    plain = replay(known, weeks_of_cover([4]))[0]
    assert ledger.stock[:, 28:].mean() < plain.stock[:, 28:].mean()


DEMANDS = st.lists(st.integers(0, 9), min_size=42, max_size=42)


@given(
    demand=DEMANDS,
    low=st.integers(0, 30),
    gap=st.integers(0, 20),
    start=st.integers(0, 30),
    leads=st.lists(st.integers(1, 15), min_size=6, max_size=6),
)
def test_no_unit_appears_or_vanishes(demand, low, gap, start, leads):
    ledger = run(case(demand, 42, leads=[leads], start=start), levels(low, 6), levels(low + gap, 6))
    assert min(ledger.stock.min(), ledger.ordered.min(), ledger.sold.min()) >= 0
    assert (ledger.sold <= ledger.demand).all()
    balance = start + np.cumsum(ledger.received - ledger.sold, axis=1)
    assert (balance == ledger.stock).all()
    assert ledger.received.sum() <= ledger.ordered.sum()


@given(demand=DEMANDS, level=st.integers(0, 40), more=st.integers(1, 20))
def test_more_stock_never_serves_fewer_customers(demand, level, more):
    there = case(demand, 42, leads=3, start=5)
    little, much = (
        run(there, levels(value, 6), levels(value, 6)).sold.sum() for value in (level, level + more)
    )
    assert much >= little


POLICIES = {
    "fixed": fixed_min_max([2, 4]),
    "cover": weeks_of_cover([2, 4]),
    "textbook": textbook_normal([0.9, 0.98]),
    "poisson": poisson_base_stock([0.9, 0.98]),
    "forecast": forecast_policy([0.9, 0.98]),
}


@pytest.mark.parametrize("name", POLICIES)
def test_what_comes_later_changes_no_earlier_order(name):
    generator = np.random.default_rng(3)
    y = generator.poisson(2, size=(12, 300)).astype(float)
    changed = y.copy()
    changed[:, 260:] = generator.poisson(40, size=(12, 40))
    for before, after in zip(
        replay(case(y, 84, leads=9), POLICIES[name]),
        replay(case(changed, 84, leads=9), POLICIES[name]),
        strict=True,
    ):
        known = np.arange(0, 84, 7) <= 260 - 216
        assert (before.ordered[:, known] == after.ordered[:, known]).all()
        assert before.ordered[:, known].sum() > 0


@pytest.mark.parametrize("name", POLICIES)
def test_a_higher_setting_never_keeps_less_in_stock(name):
    y = np.random.default_rng(4).poisson(1, size=(8, 300)).astype(float)
    little, much = replay(case(y, 84, leads=9), POLICIES[name])
    assert much.stock.mean() >= little.stock.mean()


def test_the_service_level_may_differ_between_products():
    y = np.tile(np.random.default_rng(8).poisson(3, size=300), (2, 1)).astype(float)
    ledger = replay(case(y, 84, leads=9), forecast_policy([[0.6], [0.99]]))[0]
    assert ledger.stock[1].mean() > ledger.stock[0].mean()


def test_the_first_shelf_is_three_weeks_of_the_last_month():
    y = np.zeros((1, 60))
    y[0, 20:40] = 4
    assert starting_stock(case(y, 20).panel, 40).tolist() == [60]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_lead_times_come_from_the_list(seed):
    drawn = drawn_leads(np.random.default_rng(seed), (3, 5), (4, 6))
    assert drawn.shape == (3, 5)
    assert set(drawn.ravel().tolist()) <= {4, 6}


def test_cover_at_a_fill_rate_is_read_between_settings():
    def result(fill, days):
        return Result(fill, fill, 0, days, 1, 1, 1, 1, 1)

    curve = [result(0.99, 30), result(0.90, 10), result(0.94, 14)]
    assert cover_at_fill(curve, 0.92) == pytest.approx(12)
    assert np.isnan(cover_at_fill(curve, 0.999))
    assert np.isnan(cover_at_fill([], 0.9))


def test_a_replay_longer_than_the_past_is_refused():
    with pytest.raises(ValueError, match="longer than the past"):
        case([1] * 10, 11)


def test_a_delivery_on_the_day_of_the_order_is_refused():
    with pytest.raises(ValueError, match="at least a day"):
        case([1] * 10, 10, leads=0)
