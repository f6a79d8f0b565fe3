"""The hour's purchases reach the live lists, and give what counting everything again would."""

from datetime import timedelta

import numpy as np
import pytest

from jobs.models import Job
from jobs.services import queue_job
from recommendations import contest
from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.interactions import as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.popularity import Popularity
from recommendations.entrants import COSINE, LONG, entrants
from recommendations.facts import known_products, over_products, purchases
from recommendations.models import CoCounts, RecommenderVersion
from recommendations.selectors import recommend_for_customer, similar_products
from recommendations.shelf import forget_everything
from recommendations.tasks import refresh, train
from tests.factories.catalog import ProductFactory
from tests.factories.recommendations import RecommenderVersionFactory
from tests.factories.sales import CustomerFactory
from tests.recommendations.conftest import AS_OF, buy
from tests.recommendations.test_services import queued, sales  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_contest(monkeypatch):
    """What the hours keep up does not depend on who else competed."""
    monkeypatch.setattr(contest, "FOLDS", 1)
    monkeypatch.setattr(contest, "LESSONS", 1)
    monkeypatch.setattr(
        contest,
        "entrants",
        lambda *given: [one for one in entrants(*given) if one.is_needed],
    )


def hourly(key, as_of=AS_OF + timedelta(days=1)):
    job = queue_job(kind="recommendations.refresh", key=key, arguments={"as_of": as_of.isoformat()})
    return refresh(job.pk)


def serve(placement, recipe_part):
    """Put a version live that holds the co-count lists or sums of the night's training."""
    version = RecommenderVersion.objects.get(placement=placement, is_live=True)
    arrays = Artefact.load(bytes(version.blob))
    version.delete()
    count = len(arrays.product_ids)
    lists = {COSINE: (np.full((count, LONG), -1, np.int32), np.zeros((count, LONG), np.float32))}
    RecommenderVersionFactory(
        placement=placement,
        model=COSINE,
        recipe={"parts": [recipe_part]},
        artefact=Artefact(
            arrays.product_ids,
            arrays.ids,
            arrays.similarities,
            arrays.popularity,
            lists=lists,
            tables={"popularity": np.zeros(count, np.float32)},
        ),
        as_of=AS_OF,
    )
    forget_everything()


def live_arrays(placement):
    version = RecommenderVersion.objects.get(placement=placement, is_live=True)
    return Artefact.load(bytes(version.blob))


NEIGHBOUR_PART = {"kind": "neighbours", "lists": COSINE, "weight": 1.0, "half_life_days": 60}


def a_day_of_purchases(camps):
    """New pairs, a new customer, and a product nobody had bought."""
    fresh = ProductFactory(sku="fresh")
    buy(CustomerFactory(number="new"), camps[0][0], fresh, camps[1][1], days_ago=0)
    buy(CustomerFactory(number="newer"), camps[0][0], fresh, days_ago=0)
    return fresh


def test_refreshed_lists_equal_a_full_fit_on_the_same_purchases(sales):  # noqa: F811
    train(queued().pk)
    serve("similar", NEIGHBOUR_PART)
    a_day_of_purchases(sales)

    assert hourly("one") > 0

    row = CoCounts.objects.get()
    arrays = live_arrays("similar")
    events = purchases(as_of=AS_OF + timedelta(days=1))
    events = over_products(events, known_products(as_of=AS_OF + timedelta(days=1)))
    window = events.between(as_days(row.since), np.inf)
    full = ItemKNN(k=LONG).fit(window, np.inf)
    assert arrays.product_ids.tolist() == events.product_ids.tolist()
    ids, values = arrays.neighbours(COSINE)
    assert values == pytest.approx(full.neighbours_[1], abs=1e-6)
    for found, expected, value in zip(ids, full.neighbours_[0], values, strict=True):
        for similarity in np.unique(value[value > 0]):
            tied = value == similarity
            assert set(found[tied]) == set(expected[tied])


def test_what_was_bought_this_hour_is_recommended_the_next(sales):  # noqa: F811
    train(queued().pk)
    serve("similar", NEIGHBOUR_PART)
    fresh = a_day_of_purchases(sales)
    assert "fresh" not in similar_products("a0", 3).skus

    hourly("one")

    assert "a0" in similar_products("fresh", 3).skus
    trends = live_arrays("trending")
    assert trends.popularity[trends.product_ids == fresh.pk].item() > 0
    assert RecommenderVersion.objects.get(placement="similar", is_live=True).model == COSINE


def test_popularity_is_summed_again(sales):  # noqa: F811
    train(queued().pk)
    part = {"kind": "popularity", "table": "popularity", "weight": 1.0, "half_life_days": 7}
    serve("for_you", part)
    a_day_of_purchases(sales)

    hourly("one")

    arrays = live_arrays("for_you")
    day = AS_OF + timedelta(days=1)
    events = over_products(purchases(as_of=day), known_products(as_of=day))
    expected = Popularity(7).fit(events, as_days(day)).popularity_
    assert arrays.table("popularity") == pytest.approx(expected)


def test_asked_twice_the_second_counts_nothing_new(sales):  # noqa: F811
    train(queued().pk)
    serve("similar", NEIGHBOUR_PART)
    a_day_of_purchases(sales)
    hourly("one")
    first = live_arrays("similar").neighbours(COSINE)

    hourly("two")

    assert Job.objects.get(key="two").result["lists chosen anew"] == 0
    again = live_arrays("similar").neighbours(COSINE)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    refreshed = RecommenderVersion.objects.filter(
        placement="similar", job__kind="recommendations.refresh"
    )
    assert refreshed.count() == 2  # the live one, and one that slow processes may still serve


def test_the_next_night_takes_over_and_a_stale_hour_changes_nothing(sales):  # noqa: F811
    train(queued().pk)
    hourly("one")
    train(queued("next", AS_OF + timedelta(days=1)).pk)
    live = set(RecommenderVersion.objects.filter(is_live=True).values_list("pk", flat=True))

    assert hourly("late", AS_OF) == 0

    assert set(RecommenderVersion.objects.filter(is_live=True).values_list("pk", flat=True)) == live
    assert {v.job.key for v in RecommenderVersion.objects.filter(is_live=True)} == {"next"}
    assert CoCounts.objects.get().as_of == AS_OF + timedelta(days=1)


def test_before_the_first_night_there_is_nothing_to_do(db):
    buy(CustomerFactory(), ProductFactory(sku="tea"), days_ago=0)

    assert hourly("one") == 0
    assert Job.objects.get(key="one").state == Job.State.DONE
    assert recommend_for_customer("nobody", 3).skus == ["tea"]
