import copy

import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.guards import (
    Limits,
    fake_profiles,
    first_days,
    guard,
    latest,
    machines,
    newcomer_bursts,
)
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.popularity import Popularity

AS_OF = "2024-04-01"


def camps(seed=0):
    """300 customers in ten camps, each with 20 products of its own."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(300):
        own = rng.choice(20, 8, replace=False) + 20 * (customer % 10)
        days = rng.uniform(0, 90, 8)
        rows += [(f"c{customer}", f"p{p}", d) for p, d in zip(own, days, strict=True)]
    return rows


def attack(count, seed=1):
    """Profiles of one week: the pushed product and a random assortment."""
    rng = np.random.default_rng(seed)
    rows = []
    for fake in range(count):
        filler = rng.choice(200, 7, replace=False)
        day = 80 + rng.uniform(0, 5)
        rows += [(f"fake{fake}", name, day) for name in ["pushed", *(f"p{p}" for p in filler)]]
    return rows


def shop(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "day"])
    frame["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return Interactions.from_frame(frame)


def hit_share(events, product="pushed", model=None):
    model = (model or ItemKNN()).fit(events, AS_OF)
    honest = np.flatnonzero(pd.Series(events.customer_ids).str.startswith("c"))
    items, _ = model.recommend(honest, 10)
    code = int(np.flatnonzero(events.product_ids == product)[0])
    return (items == code).any(axis=1).mean()


def test_only_the_latest_events_of_a_key_stay():
    first, second = np.array([1, 1, 2, 1, 1]), np.array([7, 7, 7, 8, 7])
    assert latest(first, second, 2).tolist() == [False, True, True, True, True]


@pytest.mark.parametrize(("key", "days"), [("c0", 0.9), ("flood", 0.9), ("flood", 29.0)])
def test_ten_thousand_events_of_one_key_move_no_top_ten(key, days):
    honest = camps()
    rng = np.random.default_rng(0)
    flood = [(key, f"p{rng.integers(200)}", 60.05 + days * i / 10_000) for i in range(10_000)]
    kept = guard(shop(honest + flood), AS_OF)
    assert kept.removed["flood"] >= 10_000
    others = np.arange(1, 300)
    for model in (Popularity(None), ItemKNN()):
        clean, flooded = (
            copy.deepcopy(model).fit(events, AS_OF).recommend(others, 10)[0]
            for events in (guard(shop(honest), AS_OF).events, kept.events)
        )
        assert (clean == flooded).all()


def test_a_busy_buyer_is_no_machine():
    bulk = [("c0", f"p{i % 200}", 80 + (i % 4)) for i in range(1_600)]
    kept = guard(shop(camps() + bulk), AS_OF, Limits(per_day=1000))
    assert not machines(shop(camps() + bulk)).any()
    assert kept.removed["flood"] == 0


def test_honest_customers_are_kept():
    found = guard(shop(camps()), AS_OF)
    assert found.removed["fake_profiles"] == 0
    assert len(found.events) > 2_000


def test_a_push_attack_of_three_percent_gains_next_to_nothing():
    rows = camps() + attack(9)
    rows += [(f"c{c}", "pushed", 30) for c in (3, 13)]
    attacked = shop(rows)
    cleaned = guard(attacked, AS_OF)
    fakes = attacked.customer_ids[fake_profiles(attacked)]
    assert all(str(name).startswith("fake") for name in fakes)
    assert len(fakes) >= 8
    before = hit_share(shop(camps() + rows[-2:]))
    assert hit_share(cleaned.events) - before <= 0.02


def test_profiles_copied_from_honest_customers_gain_nothing_either():
    honest = camps()
    copied = [
        (f"fake{n}", name, 80 + n / 10)
        for n in range(30)
        for name in ["pushed", *(p for c, p, _day in honest if c == f"c{n}")]
    ]
    attacked = shop(honest + copied)
    assert hit_share(attacked, model=Popularity(7)) > 0.9
    assert hit_share(guard(attacked, AS_OF).events, model=Popularity(7)) == 0


def test_of_newcomers_as_many_count_as_is_usual():
    """One new customer a week among ten; in week 10 twelve of them buy what one other did."""
    old = [(f"c{c}", f"p{c}", 7 * week) for c in range(9) for week in range(11)]
    new = [(f"n{week}", "p0", 7 * week + 1) for week in range(1, 11)]
    burst = [(f"b{n}", "p1", 71 + n / 10) for n in range(12)]
    events = shop(old + new + burst)
    first = first_days(events)
    dropped = newcomer_bursts(events, first)
    assert dropped.sum() == 12 - 5  # `group` count in any case; 4 x 1 / 9 of one are fewer
    assert set(events.product_ids[events.products[dropped]]) == {"p1"}
    assert newcomer_bursts(events, first, Limits(newcomers=85)).sum() == 12 - 10  # 85 x 1 / 9: 9.4
    young = events.before(events.days.min() + 50)
    assert not newcomer_bursts(young, first).any()


def test_an_empty_shop_has_nothing_to_guard():
    empty = shop([])
    assert guard(empty, AS_OF).removed == dict.fromkeys(
        ("flood", "repeats", "fake_profiles", "newcomers"), 0
    )
    assert Limits().group > 1
