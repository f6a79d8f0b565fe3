"""Interleaving, A/B statistics and off-policy estimates."""

import math

import numpy as np
import pytest

from recommendations.algorithms.experiment import (
    adjusted_by_past,
    always_valid_difference,
    arm,
    sample_ratio_p,
    visitors_needed,
)
from recommendations.algorithms.interleaving import preference, team_draft
from recommendations.algorithms.off_policy import Log, doubly_robust, effective_size, ips, snips


def test_a_draft_holds_each_product_once_and_both_teams_pick_alike():
    rng = np.random.default_rng(0)
    for _ in range(50):
        draft = team_draft([1, 2, 3, 4], [3, 1, 5, 6], 4, rng)
        assert len(set(draft.products)) == 4
        assert sum(draft.teams) == 2
        assert draft.products[0] == (1, 3)[draft.teams[0]]


def test_short_rankings_end_the_draft():
    draft = team_draft([1], [1, 2], 5, np.random.default_rng(1))
    assert sorted(draft.products) == [1, 2]
    assert team_draft([], [], 5, np.random.default_rng(1)).products == []


def test_equal_rankers_win_equally_often():
    rng = np.random.default_rng(2)
    firsts = [team_draft([1, 2], [1, 2], 2, rng).teams[0] for _ in range(2000)]
    assert 0.45 < np.mean(firsts) < 0.55


def test_the_sign_test_of_a_case_worked_by_hand():
    found = preference([(0, 1)] * 8 + [(1, 0)] * 1 + [(1, 1)] * 3)
    assert (found.first, found.second, found.ties) == (1, 8, 3)
    assert found.p_value == pytest.approx(2 * (9 + 1) / 2**9)
    assert preference([]).p_value == 1


def test_arms_stick_and_follow_their_shares():
    arms = [arm("test", str(visitor), (0.8, 0.2)) for visitor in range(5000)]
    assert arms == [arm("test", str(visitor), (0.8, 0.2)) for visitor in range(5000)]
    assert 0.18 < np.mean(arms) < 0.22
    other = [arm("other", str(visitor), (0.8, 0.2)) for visitor in range(5000)]
    assert abs(np.corrcoef(arms, other)[0, 1]) < 0.05


def test_a_lopsided_split_is_noticed():
    assert sample_ratio_p([5000, 5000], (1, 1)) == 1
    assert sample_ratio_p([5300, 4700], (1, 1)) < 0.001
    assert sample_ratio_p([8000, 2000], (0.8, 0.2)) == 1
    assert sample_ratio_p([0, 0], (1, 1)) == 1


def test_looking_every_day_does_not_break_the_interval():
    rng = np.random.default_rng(3)
    misses = 0
    for _ in range(200):
        one, other = rng.exponential(size=2000), rng.exponential(size=2000)
        looks = (always_valid_difference(one[:n], other[:n]) for n in range(100, 2001, 100))
        misses += any(look.decided for look in looks)
    assert misses / 200 <= 0.06


def test_a_true_difference_is_found_and_two_visitors_prove_nothing():
    rng = np.random.default_rng(4)
    found = always_valid_difference(rng.normal(1, 1, 5000), rng.normal(1.2, 1, 5000))
    assert found.decided
    assert found.low < 0.2 < found.high
    few = always_valid_difference(np.ones(1), np.ones(5))
    assert not few.decided
    assert few.high == math.inf


def test_the_past_explains_noise_away():
    rng = np.random.default_rng(5)
    past = rng.normal(size=4000)
    values = past + 0.3 * rng.normal(size=4000)
    adjusted = adjusted_by_past(values, past)
    assert adjusted.mean() == pytest.approx(values.mean())
    assert adjusted.var() < 0.15 * values.var()
    assert adjusted_by_past(values, np.ones(4000)) is values


def test_visitors_needed_as_in_the_rule_of_sixteen():
    assert visitors_needed(0.03, 0.1) == math.ceil(16 * 0.03 * 0.97 / 0.003**2)


def logged_shop(size=40_000, seed=6):
    """Three products; the log shows them with 0.7, 0.2, 0.1, the new policy with 0.1, 0.2, 0.7."""
    rng = np.random.default_rng(seed)
    shares, wanted = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.2, 0.7])
    rates = np.array([0.05, 0.1, 0.2])
    shown = rng.choice(3, size, p=shares)
    rewards = (rng.random(size) < rates[shown]).astype(float)
    truth = float(wanted @ rates)
    return Log(rewards, shares[shown], wanted[shown]), rates[shown], truth


@pytest.mark.parametrize("estimate", [ips, snips])
def test_the_log_tells_what_another_ranker_would_earn(estimate):
    log, _, truth = logged_shop()
    found = estimate(log, np.random.default_rng(7))
    assert found.low < truth < found.high
    assert found.value == pytest.approx(truth, rel=0.1)
    assert log.rewards.mean() < 0.6 * truth
    assert 0 < found.effective < len(log.rewards)


def test_a_good_model_narrows_the_interval_and_a_bad_one_does_no_harm():
    log, model, truth = logged_shop()
    rng = np.random.default_rng(8)
    good = doubly_robust(log, model, np.full(len(model), truth), rng)
    bad = doubly_robust(log, model * 0, np.full(len(model), 0.0), rng)
    plain = ips(log, rng)
    assert good.low < truth < good.high
    assert good.high - good.low < plain.high - plain.low
    assert bad.value == pytest.approx(plain.value)


def test_estimates_worked_by_hand():
    log = Log(np.array([1.0, 0.0]), np.array([0.5, 0.5]), np.array([1.0, 0.25]))
    rng = np.random.default_rng(9)
    assert ips(log, rng).value == pytest.approx((2 + 0) / 2)
    assert snips(log, rng).value == pytest.approx(2 / 2.5)
    assert ips(log, rng, clip=1.0).value == pytest.approx(0.5)
    assert effective_size(np.array([2.0, 0.5])) == pytest.approx(2.5**2 / 4.25)


def test_what_was_never_shown_cannot_be_judged():
    with pytest.raises(ValueError, match="exploration"):
        Log(np.ones(1), np.zeros(1), np.ones(1))
    empty = Log(np.empty(0), np.empty(0), np.empty(0))
    assert math.isnan(ips(empty, np.random.default_rng(0)).value)
