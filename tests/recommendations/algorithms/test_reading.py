"""What a log of an experiment says, worked out by hand and by simulation."""

import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.reading import (
    always_valid_sign_p,
    chance_shown,
    crossed,
    read_ab,
    read_exploration,
    read_interleaving,
    suspects,
)

NOON = pd.Timestamp("2026-07-01 12:00", tz="UTC")
HOUR = pd.Timedelta(hours=1)


def seen(*rows):
    """Rows of (visitor, arm[, hours after noon])."""
    frame = pd.DataFrame(
        [(row[0], row[1], NOON + HOUR * (row[2] if len(row) > 2 else 0)) for row in rows],
        columns=["visitor", "arm", "at"],
    ).astype({"visitor": object})
    return frame.assign(at=frame["at"].astype("datetime64[us, UTC]"))


def sold(*rows):
    """Rows of (visitor, hours after noon, money)."""
    frame = pd.DataFrame(
        [(visitor, NOON + HOUR * hours, money) for visitor, hours, money in rows],
        columns=["visitor", "at", "money"],
    ).astype({"visitor": object})
    return frame.assign(at=frame["at"].astype("datetime64[us, UTC]"))


def test_sales_count_from_the_first_look_on():
    shown = seen(("a", 0, 0), ("a", 0, 5), ("b", 1, 0), ("c", 1, 0))
    sales = sold(("a", -1, 50.0), ("a", 0, 7.0), ("a", 9, 3.0), ("b", 1, 20.0), ("z", 1, 99.0))

    read = read_ab(shown, ["a", "a", "c"], sales, arms=2, planned=100)

    one, other = read.arms
    assert (one.visitors, one.clickers, one.buyers, one.revenue) == (1, 1, 1, 10.0)
    assert (other.visitors, other.clickers, other.buyers, other.revenue) == (2, 1, 1, 20.0)
    assert (other.conversion, other.per_visitor) == (0.5, 10.0)
    assert read.is_too_early


def test_a_returned_order_buys_nothing():
    read = read_ab(
        seen(("a", 0), ("b", 1)), [], sold(("b", 1, 20.0), ("b", 2, -20.0)), arms=2, planned=100
    )

    assert (read.arms[1].buyers, read.arms[1].revenue) == (0, 0.0)


def test_an_empty_log_says_nothing():
    read = read_ab(seen(), [], sold(), arms=2, planned=100)

    assert [arm.visitors for arm in read.arms] == [0, 0]
    assert read.is_too_early
    assert not read.is_split_wrong
    assert not read.comparisons[0].revenue.decided


def simulated(rng, lift=0.0, visitors=2000, split=0.5):
    arm = (rng.random(visitors) < split).astype(int)
    buys = rng.random(visitors) < 0.1 + lift * arm
    names = np.array([f"v{n}" for n in range(visitors)], dtype=object)
    at = np.full(visitors, NOON.to_datetime64()).astype("datetime64[us]")
    shown = pd.DataFrame({"visitor": names, "arm": arm, "at": at})
    shown["at"] = shown["at"].dt.tz_localize("UTC")
    return shown, shown[buys].assign(money=rng.exponential(30, int(buys.sum())))


def test_two_equal_arms_are_seldom_told_apart_however_often_one_looks():
    rng = np.random.default_rng(1)
    fooled = 0
    for _experiment in range(100):
        shown, sales = simulated(rng, visitors=1200)
        looks = [read_ab(shown[:n], [], sales, arms=2, planned=1000) for n in range(200, 1201, 200)]
        fooled += any(look.comparisons[0].revenue.decided for look in looks)

    assert fooled <= 5


def test_a_better_arm_is_found_and_a_worse_one_too():
    rng = np.random.default_rng(2)
    better = read_ab(*_parts(simulated(rng, lift=0.1)), arms=2, planned=2000)
    worse = read_ab(*_parts(simulated(rng, lift=-0.09)), arms=2, planned=2000)

    assert better.comparisons[0].revenue.low > 0
    assert better.comparisons[0].conversion.low > 0
    assert worse.comparisons[0].revenue.high < 0


def _parts(simulation):
    shown, sales = simulation
    return shown, [], sales


def test_a_lopsided_split_forbids_reading():
    rng = np.random.default_rng(3)

    assert read_ab(*_parts(simulated(rng, split=0.42)), arms=2, planned=100).is_split_wrong
    assert not read_ab(*_parts(simulated(rng)), arms=2, planned=100).is_split_wrong


def test_who_saw_two_arms_is_named():
    assert crossed(seen(("a", 0), ("a", 1, 2), ("b", 1), ("b", 1, 3))) == {"a"}


def test_a_bot_with_hundreds_of_lists_a_day_is_a_flood_and_a_keen_visitor_is_not():
    rows = [("bot", f"l{n}") for n in range(201)] + [("keen", f"k{n}") for n in range(200)]
    shown = pd.DataFrame(rows, columns=["visitor", "list"]).assign(at=NOON)
    shown = shown.assign(at=shown["at"].astype("datetime64[us, UTC]"))
    nothing = pd.DataFrame({"visitor": [], "product_id": [], "at": []})

    assert suspects(shown, nothing) == {"flood": {"bot"}, "fake_profiles": set()}


def test_profiles_made_to_push_a_product_are_left_out():
    rng = np.random.default_rng(4)
    rows = []
    for visitor in range(150):  # real ones stay on their own shelf of ten products
        shelf = 10 * (visitor % 6)
        at = [NOON + int(hour) * HOUR for hour in rng.integers(0, 60 * 24, 6)]
        held = shelf + rng.choice(10, 6, replace=False)
        rows += [(f"v{visitor}", product, when) for product, when in zip(held, at, strict=True)]
    for fake in range(12):
        filler = rng.choice(60, 6, replace=False)
        rows += [(f"fake{fake}", product, NOON + 700 * HOUR) for product in (99, *filler)]
    acts = pd.DataFrame(rows, columns=["visitor", "product_id", "at"])
    acts = acts.assign(at=acts["at"].astype("datetime64[us, UTC]"))
    shown = acts[["visitor", "at"]].assign(list=acts["visitor"])

    found = suspects(shown, acts)["fake_profiles"]

    assert len([name for name in found if name.startswith("fake")]) >= 10
    assert len([name for name in found if name.startswith("v")]) <= 7


def test_each_visitor_has_one_vote():
    shown = pd.DataFrame({"visitor": list("abcde")})
    acts = pd.DataFrame(
        {"visitor": ["a", "a", "a", "b", "c", "c", "d"], "team": [1, 1, 0, 0, 1, 0, 1]}
    )

    read = read_interleaving(shown, acts)

    assert (read.visitors, read.first, read.second) == (5, 1, 2)
    assert read.share_second == pytest.approx(2 / 3)
    assert not read.is_decided
    none = read_interleaving(shown, acts[:0])
    assert (none.first, none.second, none.p_value, none.share_second) == (0, 0, 1.0, 0.5)


def test_votes_may_be_counted_after_each():
    """Worked by hand for 3 of 3, (3 + 1)(1/2)^3; and by simulation for a fair coin."""
    assert always_valid_sign_p(0, 3) == pytest.approx(0.5)
    assert always_valid_sign_p(10, 40) < 0.001
    rng = np.random.default_rng(5)
    fooled = 0
    for _visitors in range(300):
        votes = np.cumsum(rng.random(300) < 0.5)
        p = [always_valid_sign_p(int(votes[n]), int(n + 1 - votes[n])) for n in range(300)]
        fooled += min(p) < 0.05

    assert fooled / 300 <= 0.06


def test_the_chance_to_stand_in_a_list():
    chance = chance_shown(np.array([True, False]), np.array([2, 2]), np.array([10, 10]), share=0.1)

    assert chance.tolist() == pytest.approx([0.9 + 0.1 * 0.2, 0.1 * 0.2])


def drawn_log(visitors=20_000, share=0.2, seed=6):
    """Lists of 2 of 6 products; product p is clicked with 0.02 (p + 1); greedy shows 0 and 1."""
    rng = np.random.default_rng(seed)
    rows = []
    for visitor in range(visitors):
        is_drawn = rng.random() < share
        for product in rng.choice(6, 2, replace=False) if is_drawn else (0, 1):
            clicked = rng.random() < 0.02 * (product + 1)
            rows.append((f"v{visitor}", int(product), product < 2, float(clicked)))
    log = pd.DataFrame(rows, columns=["visitor", "product_id", "is_greedy", "reward"])
    two, six = np.full(len(log), 2), np.full(len(log), 6)
    return log.assign(chance=chance_shown(log["is_greedy"].to_numpy(bool), two, six, share))


def test_draws_tell_what_other_lists_would_earn():
    log = drawn_log()

    found = read_exploration(log, {"popular": [4, 5]}, np.random.default_rng(7))

    live, popular = found
    assert (live.policy, popular.policy) == ("as_live", "popular")
    for worth, truth in ((live, 0.03), (popular, 0.11)):
        for one in (worth.ips, worth.snips, worth.doubly_robust):
            assert one.low < truth < one.high
            assert one.value == pytest.approx(truth, rel=0.12)
    assert popular.snips.effective < live.snips.effective
    assert popular.doubly_robust.high - popular.doubly_robust.low <= (
        1.05 * (popular.ips.high - popular.ips.low)
    )
