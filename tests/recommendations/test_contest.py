"""Who is promoted, who is held back, and what is kept out of training."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from jobs.models import Job
from jobs.services import queue_job
from recommendations import contest, services
from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.judging import Result
from recommendations.contest import Winner, means, promoted
from recommendations.entrants import entrants
from recommendations.facts import capped, facts, purchases
from recommendations.fitness import failed_checks
from recommendations.models import RecommenderVersion
from recommendations.selectors import recommend_for_customer
from recommendations.tasks import train
from tests.factories.catalog import ProductFactory
from tests.factories.recommendations import NEIGHBOURS, POPULARITY
from tests.factories.sales import CustomerFactory
from tests.recommendations.algorithms.frames import random_shop
from tests.recommendations.conftest import AS_OF, buy

SERVED = ("popularity", "ease", "item cosine", "blend")


def judged(**values):
    """Two folds of 300 customers each, around a mean; the noise is shared."""
    noise = np.random.default_rng(0).uniform(-0.02, 0.02, (2, 300))
    own = np.random.default_rng(1)
    ndcg = {
        ("discover", name.replace("_", " ")): [
            mean + fold + own.normal(0, 0.01, 300) for fold in noise
        ]
        for name, mean in values.items()
    }
    rows = [
        {"objective": "discover", "model": model, "fold": fold, "metric": "ndcg@10"}
        | {"value": one.mean(), "low": one.mean() - 0.01, "high": one.mean() + 0.01}
        for (_objective, model), folds in ndcg.items()
        for fold, one in enumerate(folds)
    ]
    table = pd.DataFrame(rows)
    return Result(table, ndcg, {}), means(table)


@pytest.mark.parametrize(
    ("champion", "winner"),
    [
        ("popularity", "blend"),  # clearly better than what is served
        ("ease", "ease"),  # better by less than noise: what is served stays
        ("item cosine", "blend"),
        ("blend", "blend"),
        ("long forgotten", "blend"),
    ],
)
def test_a_challenger_must_beat_the_champion_beyond_noise(champion, winner):
    result, table = judged(popularity=0.05, item_cosine=0.07, ease=0.0999, blend=0.1, user_phi=0.2)

    assert promoted(result, table, "discover", SERVED, champion) == winner


def test_popularity_wins_where_it_wins():
    result, table = judged(popularity=0.1, item_cosine=0.07, ease=0.1, blend=0.1001)

    assert promoted(result, table, "discover", SERVED, "item cosine") in SERVED
    assert promoted(result, table, "discover", SERVED, "popularity") == "popularity"


SHOP = random_shop(5, customers=40, products=30, events=900)


def of_lists(ids):
    values = np.where(ids >= 0, 1.0, 0).astype(np.float32)
    popularity = np.arange(30, 0, -1).astype(np.float32)
    return Artefact(np.arange(1, 31), ids.astype(np.int32), values, popularity)


def neighbours(shift):
    return of_lists((np.arange(30)[:, None] + shift + np.arange(6)) % 30)


@pytest.mark.parametrize(
    ("new", "failed"),
    [
        (neighbours(1), []),
        (of_lists(np.full((30, 6), -1)), ["empty", "coverage", "overlap"]),
        (of_lists(np.full((30, 1), 7)), ["coverage"]),
    ],
)
def test_broken_lists_are_noticed(new, failed):
    old = (NEIGHBOURS, neighbours(1))

    found = failed_checks("for_you", Winner("ease", NEIGHBOURS, new), old, SHOP)

    assert set(failed) <= set(found)
    assert bool(found) == bool(failed)


def test_a_list_that_is_the_same_for_all_may_win():
    popular = Winner("popularity", POPULARITY, neighbours(1))

    assert failed_checks("for_you", popular, (NEIGHBOURS, neighbours(1)), SHOP) == []


def test_the_first_lists_have_nothing_to_be_compared_with():
    assert failed_checks("for_you", Winner("ease", NEIGHBOURS, neighbours(1)), None, SHOP) == []


@pytest.fixture
def small_contest(monkeypatch):
    monkeypatch.setattr(contest, "FOLDS", 1)
    monkeypatch.setattr(contest, "LESSONS", 1)
    monkeypatch.setattr(
        contest, "entrants", lambda *given: [one for one in entrants(*given) if one.is_needed]
    )


@pytest.fixture
def trade(db):
    """Twelve customers who buy three of eight products a month."""
    products = [ProductFactory(sku=f"p{n}") for n in range(8)]
    rng = np.random.default_rng(3)
    for k in range(12):
        customer = CustomerFactory(number=f"c{k}")
        for month in range(4):
            chosen = rng.choice(8, 3, replace=False)
            buy(customer, *[products[n] for n in chosen], days_ago=3 + 30 * month)
    return products


def night(key, as_of=AS_OF):
    job = queue_job(kind="recommendations.train", key=key, arguments={"as_of": as_of.isoformat()})
    train(job.pk)
    return Job.objects.get(pk=job.pk)


def test_a_night_whose_lists_broke_leaves_the_old_ones_live(trade, small_contest, monkeypatch):
    night("good")
    good = RecommenderVersion.objects.get(placement="buy_again", is_live=True)
    placed = services._placed

    def broken(outcome, events, as_of):
        found = placed(outcome, events, as_of)
        winner = found["buy_again"]
        empty = replace(
            winner.artefact,
            lists={
                name: (np.full_like(ids, -1), np.zeros_like(values))
                for name, (ids, values) in winner.artefact.lists.items()
            },
            tables={name: np.zeros_like(table) for name, table in winner.artefact.tables.items()},
        )
        recipe = {"parts": [{"kind": "neighbours", "lists": "item cosine", "weight": 1.0}]}
        lists = {"item cosine": (np.full((8, 2), -1, np.int32), np.zeros((8, 2), np.float32))}
        return found | {"buy_again": Winner("ease", recipe, replace(empty, lists=lists))}

    monkeypatch.setattr(services, "_placed", broken)
    job = night("bad", AS_OF + timedelta(days=1))

    assert job.state == Job.State.DONE, job.error
    assert "empty" in job.result["held back"]["buy_again"]
    assert RecommenderVersion.objects.get(placement="buy_again", is_live=True).pk == good.pk
    waiting = RecommenderVersion.objects.get(placement="buy_again", job=job)
    assert (waiting.is_live, "empty" in waiting.held) == (False, True)
    others = RecommenderVersion.objects.filter(is_live=True).exclude(placement="buy_again")
    assert set(others.values_list("job__key", flat=True)) == {"bad"}

    services.put_live(waiting)
    assert RecommenderVersion.objects.get(placement="buy_again", is_live=True).pk == waiting.pk


def test_floods_train_nothing(trade):
    robot, target = CustomerFactory(number="robot"), trade[0]
    for day in range(40):
        buy(robot, target, days_ago=day + 1)

    found = facts(as_of=AS_OF)

    assert found.removed["repeats"] == 40 - 24
    events = found.events
    of_target = events.products == np.searchsorted(events.product_ids, target.pk)
    mine = events.customers == np.flatnonzero(events.customer_ids == robot.pk)[0]
    assert (of_target & mine).sum() == 24
    assert len(capped(purchases(as_of=AS_OF))) == len(events)


@pytest.mark.parametrize("shop", ["empty", "one customer", "returns only", "future only"])
def test_odd_shops_train_without_error(db, small_contest, shop):
    if shop != "empty":
        tea = ProductFactory(sku="tea")
        order = buy(CustomerFactory(number="li"), tea, days_ago=-9 if "future" in shop else 3)
        if shop == "returns only":
            order.lines.update(quantity=-2)

    job = night("odd")

    assert job.state == Job.State.DONE, job.error
    expected = 7 if shop == "one customer" else 0
    assert RecommenderVersion.objects.filter(is_live=True).count() == expected


def test_a_night_without_a_second_ends_with_a_simple_rule(trade, settings):
    settings.RECOMMENDER_SECONDS = 0

    job = night("hurried")

    assert job.state == Job.State.DONE, job.error
    assert {"ease", "slim", "ials", "rank fusion", "learned ranker"} <= set(
        job.result["left out for want of time"]
    )
    assert not job.result["settings"]["is_complete"]
    judged_models = set(job.scores.values_list("method", flat=True))
    assert {"popularity", "personal frequency"} <= judged_models
    live = RecommenderVersion.objects.filter(is_live=True)
    assert live.count() == len(RecommenderVersion.Placement)
    assert {live.get(placement=place).model for place in ("for_you", "buy_again")} <= judged_models
    assert recommend_for_customer("c0", 3).items


def test_when_the_budget_is_spent_nothing_new_is_fitted(monkeypatch):
    clock = iter(range(100_000))
    monkeypatch.setattr(contest.time, "monotonic", lambda: next(clock))
    table = pd.DataFrame({"product_id": SHOP.product_ids, "title": "tea", "description": ""})
    table = table.assign(category=[["a"]] * 30, brand=1, price=1.0)
    fitted = []
    fit = EASE.fit
    monkeypatch.setattr(EASE, "fit", lambda self, *given: (fitted.append(1), fit(self, *given))[1])

    found = contest.hold(SHOP, as_of=date(2024, 3, 1), products=table, budget_seconds=1)

    assert fitted == []
    assert "ease" in found.left_out
    assert set(found.winners) == {"discover", "all"}
