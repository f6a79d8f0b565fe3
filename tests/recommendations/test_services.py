"""Training: what is stored and put live, and that neither the future nor a crash shows in it."""

from datetime import timedelta

import numpy as np
import pytest

from catalog.models import Product
from jobs.models import Job, Score
from jobs.services import StaleAttemptError, claim, queue_job
from recommendations import contest, services
from recommendations.algorithms.artefact import Artefact
from recommendations.combined import COMBINED
from recommendations.entrants import Settings, entrants
from recommendations.facts import product_table
from recommendations.models import RecommenderVersion
from recommendations.selectors import recommend_for_customer, similar_products
from recommendations.tasks import train
from tests.factories.catalog import ProductFactory
from tests.factories.sales import CustomerFactory
from tests.recommendations.conftest import AS_OF, buy

pytestmark = pytest.mark.django_db
DAYS = 200


@pytest.fixture
def sales(db):
    """Forty customers in two camps; each buys three of its camp's six products at a time."""
    rng = np.random.default_rng(7)
    camps = [[ProductFactory(sku=f"{camp}{n}") for n in range(6)] for camp in "ab"]
    for k in range(40):
        customer = CustomerFactory(number=f"{'ab'[k % 2]}-{k}")
        for visit in range(6):
            wanted = rng.choice(6, 3, replace=False)
            days_ago = 1 + int(rng.integers(0, 30)) + 30 * visit
            buy(customer, *[camps[k % 2][n] for n in wanted], days_ago=days_ago)
    return camps


@pytest.fixture(autouse=True)
def _one_fold(monkeypatch):
    """Most of a training is judging; where scores are not the point, one month is enough."""
    monkeypatch.setattr(contest, "FOLDS", 1)
    monkeypatch.setattr(contest, "LESSONS", 1)


def queued(key="train", as_of=AS_OF):
    arguments = {"as_of": as_of.isoformat()}
    return queue_job(kind="recommendations.train", key=key, arguments=arguments)


def claimed(key="train", as_of=AS_OF) -> Job:
    return claim(queued(key, as_of).pk)


def stored(job):
    """All that a job left, as bytes and figures."""
    versions = RecommenderVersion.objects.filter(job=job).order_by("placement")
    scores = Score.objects.filter(job=job).order_by("subject", "method", "metric")
    job.refresh_from_db()
    return (
        [(v.placement, v.model, v.recipe, v.products, v.sha256, bytes(v.blob)) for v in versions],
        list(scores.values_list("subject", "method", "role", "metric", "value", "low", "high")),
        job.result,
    )


def test_each_placement_gets_a_live_version(sales):
    assert train(queued().pk) == len(services.Placement)

    live = RecommenderVersion.objects.filter(is_live=True)
    assert {version.placement for version in live} == set(services.Placement.values)
    assert {version.products for version in live} == {12}


def test_similar_products_come_from_the_same_camp(sales):
    train(queued().pk)

    assert {sku[0] for sku in similar_products("a0", 5).skus} == {"a"}


def test_a_customer_is_served_from_their_own_camp(sales):
    newcomer = CustomerFactory(number="newcomer")
    buy(newcomer, sales[1][0])
    RecommenderVersion.objects.all().delete()
    train(queued().pk)
    version = RecommenderVersion.objects.get(placement="for_you")

    answer = recommend_for_customer("newcomer", 3)

    assert version.model not in contest.NAIVE
    assert {sku[0] for sku in answer.skus} == {"b"}
    assert "b0" not in answer.skus


def test_every_entrant_is_scored_beside_the_naive_ones_for_both_objectives(sales, monkeypatch):
    monkeypatch.setattr(contest, "FOLDS", 4)
    job = claimed()
    services.train(job=job)

    scores = job.scores.filter(metric="ndcg@10")
    competing = entrants(product_table([], as_of=AS_OF), Settings())
    for subject in ("for-you list", "buy-again list"):
        rows = {score.method: score for score in scores.filter(subject=subject)}
        assert set(rows) == {one.name for one in competing} | {"blend", *COMBINED}
        assert [s.role for s in rows.values()].count(Score.Role.CHOSEN) == 1
        assert {rows[name].role for name in ("popularity", "personal frequency")} <= {
            Score.Role.NAIVE,
            Score.Role.CHOSEN,
        }
        assert all(s.low <= s.value <= s.high and s.cases > 0 for s in rows.values())
        assert {s.held_back_days for s in rows.values()} == {120}


def test_facts_of_the_day_and_later_change_no_byte(sales):
    first = claimed("first")
    services.train(job=first)
    late = CustomerFactory(number="late")
    for day in range(3):
        buy(late, ProductFactory(), sales[0][0], sales[1][0], days_ago=-day)
    second = claimed("second")
    services.train(job=second)

    assert stored(first) == stored(second)


def test_a_second_delivery_does_nothing(sales):
    job = queued()
    train(job.pk)
    before = stored(job)

    assert train(job.pk) == 0
    assert stored(job) == before


def test_a_killed_attempt_leaves_nothing_and_the_next_one_all(sales):
    killed = claimed()
    Job.objects.filter(pk=killed.pk).update(lease_until=killed.queued_at - timedelta(hours=1))
    again = claim(killed.pk)

    with pytest.raises(StaleAttemptError):
        services.train(job=killed)
    assert not RecommenderVersion.objects.exists()

    services.train(job=again)
    assert RecommenderVersion.objects.filter(is_live=True).count() == len(services.Placement)


def test_a_replay_of_the_past_does_not_push_out_newer_lists(sales):
    train(queued("new").pk)
    train(queued("old", AS_OF - timedelta(days=30)).pk)

    assert set(RecommenderVersion.objects.filter(is_live=True).values_list("as_of", flat=True)) == {
        AS_OF
    }


def test_old_versions_are_cleared_away(sales, monkeypatch):
    monkeypatch.setattr(services, "KEPT_VERSIONS", 1)
    for night in range(4):
        train(queued(str(night), AS_OF - timedelta(days=4 - night)).pk)

    for placement in services.Placement:
        versions = RecommenderVersion.objects.filter(placement=placement)
        assert versions.filter(is_live=True).get().as_of == AS_OF - timedelta(days=1)
        assert versions.count() == 2


def test_a_shop_that_lost_its_orders_keeps_its_lists(sales):
    train(queued("first").pk)
    before = AS_OF - timedelta(days=5000)

    assert train(queued("second", before).pk) == 0
    assert Job.objects.get(key="second").state == Job.State.DONE
    assert RecommenderVersion.objects.filter(is_live=True).count() == len(services.Placement)


def test_one_customer_is_enough_for_lists(db):
    tea, cup = ProductFactory(sku="tea"), ProductFactory(sku="cup")
    li = CustomerFactory(number="li")
    buy(li, tea, cup, days_ago=9)
    buy(li, tea, days_ago=2)
    train(queued().pk)

    assert RecommenderVersion.objects.get(placement="for_you").model == "popularity"
    assert similar_products("tea", 2).skus == ["cup"]
    assert recommend_for_customer("wu", 2).skus == ["tea", "cup"]


def test_what_is_stored_can_be_read_and_knows_what_nobody_bought_yet(sales):
    old, new, gone = (ProductFactory(sku=sku) for sku in ("old", "new", "gone"))
    Product.objects.filter(pk__in=[old.pk, gone.pk]).update(launched_on=AS_OF - timedelta(days=9))
    Product.objects.filter(pk=new.pk).update(launched_on=AS_OF)
    Product.objects.filter(pk=gone.pk).update(is_active=False)
    train(queued().pk)
    version = RecommenderVersion.objects.get(placement="similar")

    arrays = Artefact.load(bytes(version.blob))

    bought = [product.pk for camp in sales for product in camp]
    assert arrays.product_ids.tolist() == sorted([*bought, old.pk])
    assert {len(ids) for ids, _weights in arrays.lists.values()} == {13}
