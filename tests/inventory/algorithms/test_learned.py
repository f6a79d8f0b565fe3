"""Sums and levels learned from a past: what they come to, and that they know nothing later."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from forecasting import from_matrix
from forecasting.sum_moments import moments
from inventory.algorithms import replay_policies
from inventory.algorithms.learned_levels import (
    GRID,
    _bottom,
    _clearly_cheapest,
    days_to_learn,
    learn_levels,
)
from inventory.algorithms.learned_sums import LearnedSums
from inventory.algorithms.replay import (
    Money,
    ReplayCase,
    Review,
    costs_of,
    judged,
    replay,
    run,
    starting_stock,
)
from inventory.algorithms.replay_policies import learned_policy


def panel(n=60, days=400, seed=3):
    rates = np.random.default_rng(seed).gamma(1.5, 1.5, (n, 1)) + 0.2
    y = np.random.default_rng(seed + 1).poisson(rates, (n, days)).astype(float)
    return from_matrix(y, ids=range(n), dates=pd.date_range("2024-01-01", periods=days), freq="D")


def spans(n, days=21):
    return np.full(n, days, dtype=np.int64)


@pytest.fixture(scope="module")
def learned():
    shop = panel()
    return shop, LearnedSums().fit(shop, spans(60))


def test_a_steady_shop_is_expected_to_go_on(learned):
    shop, model = learned
    (group,) = model.groups_.values()
    assert group.model is not None
    assert 0.3 <= group.share <= 0.7  # eight weeks of windows move it so far from an even share
    found = model.predict(shop, spans(60), np.zeros(60))
    truth = np.nanmean(shop.y, axis=1) * 21
    assert np.abs(found.mean / truth - 1).mean() < 0.1
    assert (found.variance >= found.mean).all()


def test_wobbling_lead_times_widen_the_sum(learned):
    shop, model = learned
    still, wobbling = (
        model.predict(shop, spans(60), np.full(60, days)).variance for days in (0.0, 9.0)
    )
    mean = model.predict(shop, spans(60), np.zeros(60)).mean
    assert wobbling - still == pytest.approx((mean / 21) ** 2 * 9)


def test_one_odd_week_widens_a_product_s_spread_a_little_only(learned):
    shop, model = learned
    y = shop.y.copy()
    y[0, 330] += 60 * np.nanmean(y[0])
    before, after = (
        model.predict(one, spans(60), np.zeros(60)) for one in (shop, shop.with_demand(y))
    )
    ratio = (after.variance / after.mean) / (before.variance / before.mean)
    assert 1 < ratio[0] < 2
    assert ratio[1:] == pytest.approx(1, abs=0.15)


def test_products_have_their_own_spans_and_like_ones_share_a_model():
    shop = panel(n=20)
    days = np.array([10] * 10 + [60] * 10, dtype=np.int64)
    model = LearnedSums().fit(shop, days)
    assert len(model.groups_) == 2
    found = model.predict(shop, days, np.zeros(20))
    pace = found.mean / np.nanmean(shop.y, axis=1)
    assert pace[:10] == pytest.approx(10, rel=0.35)
    assert pace[10:] == pytest.approx(60, rel=0.35)


def test_too_short_a_past_is_smoothed_alone():
    shop = panel(n=3, days=60)
    model = LearnedSums().fit(shop, spans(3))
    assert [group.model for group in model.groups_.values()] == [None]
    assert (model.predict(shop, spans(3), np.zeros(3)).mean > 0).all()


def case(shop, days=126, *, lead=7):
    n = len(shop.ids)
    return ReplayCase(
        panel=shop,
        days=days,
        leads=np.full((n, days // 7), lead, dtype=np.int64),
        lead_days=np.full(n, float(lead)),
        lead_variance=np.zeros(n),
        start_stock=starting_stock(shop, shop.y.shape[1] - days),
    )


def money(n, margin, share=0.25):
    return Money(np.full(n, 10.0), np.full(n, 10.0 + margin), holding_share=share)


def test_dear_margins_ask_for_more_service_than_dear_stock():
    shop = panel(n=30, days=300)
    dear_margin = learn_levels(case(shop), money(30, 40.0))
    dear_stock = learn_levels(case(shop), money(30, 0.2, share=2.0))
    assert set(dear_margin) == {a + b for a in "ABC" for b in "XYZ"}
    assert all(GRID[0] <= level <= GRID[-1] for level in dear_margin.values())
    assert min(dear_margin.values()) > max(dear_stock.values())
    assert max(dear_stock.values()) == GRID[0]


def test_a_class_without_products_has_the_shops_level():
    shop = panel(n=30, days=300)
    found = learn_levels(case(shop), money(30, 4.0))
    assert found["CZ"] == found["BZ"]  # nobody sells that erratically here


def test_a_class_leaves_the_shops_level_only_where_its_products_agree():
    alike = np.tile([9.0, 5.0], (40, 1))
    assert _clearly_cheapest(alike, 0) == 1
    assert _clearly_cheapest(alike[:9], 0) == 0  # nine products prove nothing
    one_saved_much = np.tile([5.0, 5.1], (40, 1))
    one_saved_much[0] = [400.0, 5.0]
    assert one_saved_much[:, 1].sum() < one_saved_much[:, 0].sum()
    assert _clearly_cheapest(one_saved_much, 0) == 0


def test_the_cheapest_level_is_read_between_those_of_the_grid():
    odds = special.logit(np.array(GRID))
    for level in (0.91, 0.95, 0.981):
        assert _bottom(3 + (odds - special.logit(level)) ** 2) == pytest.approx(level, abs=0.0006)
    assert _bottom(odds) == GRID[0]
    assert _bottom(-odds) == GRID[-1]
    assert _bottom(np.ones(len(GRID))) == GRID[0]


def test_the_level_of_all_products_is_told_by_the_last_weeks_too():
    """A model trained before sales fell to a third is brought down half way, in logs."""
    shop = panel()
    before = LearnedSums().fit(shop.until(330), spans(60))
    y = shop.y.copy()
    y[:, 330:] = np.floor(y[:, 330:] / 3)
    fallen = shop.with_demand(y)
    (group,) = before.groups_.values()
    smoothed = moments(fallen, np.arange(60), 21).mean
    boosted = group.model.predict(fallen, smoothed, 21)[1]
    found = before.predict(fallen, spans(60), np.zeros(60)).mean.sum()
    level = np.sqrt(smoothed.sum() * boosted.sum())
    together = (1 - group.share) * smoothed.sum() + group.share * level
    assert found == pytest.approx(together, rel=1e-6)


def test_weights_that_are_alike_change_nothing():
    shop, terms = panel(n=30, days=300), money(30, 4.0)
    plain = learn_levels(case(shop), terms)
    assert learn_levels(case(shop), terms, np.full(30, 7.0)) == plain


def test_few_products_teach_nothing():
    assert learn_levels(case(panel(n=9, days=300)), money(9, 4.0)) == {}


@pytest.mark.parametrize(
    ("known", "days"), [(730, 364), (546, 364), (374, 245), (189, 126), (188, 0), (0, 0)]
)
def test_a_third_of_the_past_stays_to_forecast_from(known, days):
    assert days_to_learn(known) == days


def test_what_comes_after_the_replay_changes_no_level():
    shop = panel(n=30, days=300)
    later = panel(n=30, days=400, seed=9)
    longer = later.with_demand(np.concatenate([shop.y, later.y[:, 300:]], axis=1))
    terms = money(30, 4.0)
    assert learn_levels(case(longer.until(300)), terms) == learn_levels(case(shop), terms)


def test_costs_of_products_add_up_to_those_of_the_shop():
    there = case(panel(n=5, days=300))
    levels = np.full((5, 18), 20.0)
    ledger, terms = run(there, levels, levels), money(5, 4.0)
    held, lost = costs_of(ledger, terms)
    result = judged(ledger, terms)
    assert (held.sum(), lost.sum()) == (
        pytest.approx(result.holding),
        pytest.approx(result.shortage),
    )


def test_a_policy_takes_levels_by_class_or_from_them():
    there = case(panel(n=12, days=300))
    classes = {a + b: 0.9 for a in "ABC" for b in "XYZ"}
    policy = learned_policy([0.9, classes, lambda names: np.full(len(names), 0.9)], np.ones(12))
    plain, by_class, called = replay(there, policy)
    assert (plain.ordered == by_class.ordered).all()
    assert (plain.ordered == called.ordered).all()


def test_a_patient_policy_orders_less_often_up_to_the_same_stock(monkeypatch):
    there = case(panel(n=12, days=300))
    review = Review(0, there.protection_days, there.lead_variance)
    past = there.panel.until(there.first)

    low, high = learned_policy([0.9, 0.98], np.ones(12))(past, review)
    patient = replay(there, learned_policy([0.9], np.ones(12)))[0]
    monkeypatch.setattr(replay_policies, "PATIENCE", 0.0)
    hasty_low, hasty_high = learned_policy([0.9, 0.98], np.ones(12))(past, review)
    hasty = replay(there, learned_policy([0.9], np.ones(12)))[0]

    assert (high == hasty_high).all()
    assert (hasty_low == high).all()
    assert (low <= high).all()
    assert (low < high).any()
    assert (low[high > 0] >= 1).all()
    assert (patient.ordered > 0).sum() < (hasty.ordered > 0).sum()
