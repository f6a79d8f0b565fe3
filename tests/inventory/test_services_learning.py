"""Service levels learned from the past: once in four weeks, and what the night does of it."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse

from inventory import services, tasks
from inventory.models import (
    ClassServiceLevel,
    LearnedLevels,
    RestockPolicy,
    RestockSuggestion,
    StockRule,
)
from inventory.services import learning
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    ProductForecastFactory,
    StockedProductFactory,
    count,
    sell,
)
from tests.factories.jobs import JobFactory, RunningJobFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALL = {a + b: 0.8 for a in "ABC" for b in "XYZ"}


def learn(as_of=AS_OF) -> int:
    job = RunningJobFactory(arguments={"as_of": as_of.isoformat()})
    return services.learn_service_levels(job=job)


def knows(levels=ALL, as_of=AS_OF) -> LearnedLevels:
    return LearnedLevels.objects.create(
        job=JobFactory(), as_of=as_of, since=as_of - 364 * DAY, days=364, products=40, levels=levels
    )


def suggested() -> RestockSuggestion:
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    found = RestockSuggestion.objects.select_related("suggestion")
    return found.get(suggestion__state="open")


def needed():
    product = DeliveryFactory().product
    ProductForecastFactory(product=product)
    count(product, 2, AS_OF - DAY)
    return product


@pytest.fixture
def shop(monkeypatch):
    """Twelve products that sold for two hundred days; the grid is thinned for speed."""
    monkeypatch.setattr("inventory.algorithms.learned_levels.GRID", (0.8, 0.95))
    draw = np.random.default_rng(5)
    for _product in range(12):
        units = {AS_OF - back * DAY: int(draw.poisson(2)) for back in range(1, 201)}
        sell(StockedProductFactory(), {day: sold for day, sold in units.items() if sold})


def test_levels_are_learned_once_in_four_weeks(shop):
    assert learn() == 9
    found = LearnedLevels.objects.get()
    assert (found.days, found.products, found.since) == (133, 12, AS_OF - 133 * DAY)
    assert set(found.levels.values()) <= {0.8, 0.95}
    assert learn(AS_OF + 27 * DAY) == 0
    assert LearnedLevels.objects.count() == 1


def test_no_more_products_are_replayed_than_the_bound(shop, monkeypatch):
    heard = []

    def learn_levels(case, money, weights):
        heard.append((len(case.panel.ids), len(money.price), round(weights.sum())))
        return ALL

    monkeypatch.setattr(learning, "MOST_PRODUCTS", 5)
    monkeypatch.setattr(learning, "learn_levels", learn_levels)
    assert learning.lesson_before(as_of=AS_OF).products == 5
    assert heard == [(5, 5, 12)]  # they stand for all twelve


def test_a_short_past_teaches_nothing():
    sell(StockedProductFactory(), {AS_OF - back * DAY: 2 for back in range(1, 60)})
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert tasks.learn_service_levels(job.pk) == 0
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"classes": 0, "products": 0})
    assert not LearnedLevels.objects.exists()


def test_the_night_orders_by_the_level_learned_and_says_so():
    needed()
    assert suggested().service_level == pytest.approx(0.95)
    knows(ALL | {"AX": 0.975})
    row = suggested()
    assert (row.service_level, row.learned_class) == (0.975, "AX")
    words = row.suggestion.reason_in_words
    assert "Its class AX is kept at a service level of 97.5 %" in words
    assert "it cost least in stock held and margin lost" in words


def test_what_the_merchant_set_counts_for_more():
    product = needed()
    knows()
    policy = RestockPolicy.objects.create(level_by="policy", service_level=Decimal("0.900"))
    row = suggested()
    assert (row.service_level, row.learned_class) == (0.9, "")
    policy.level_by = "class"
    policy.save()
    ClassServiceLevel.objects.create(abc="A", xyz="X", service_level=Decimal("0.930"))
    assert suggested().service_level == pytest.approx(0.93)
    policy.level_by = "learned"
    policy.save()
    StockRule.objects.create(
        product=product, service_level=Decimal("0.990"), set_on=AS_OF - DAY, set_by="Li"
    )
    row = suggested()
    assert (row.service_level, row.learned_class) == (pytest.approx(0.99), "")


def test_what_was_learned_later_is_not_known_yet():
    needed()
    knows(as_of=AS_OF + DAY)
    assert suggested().service_level == pytest.approx(0.95)


def test_a_replay_goes_by_what_could_be_learned_before_it(shop, monkeypatch):
    asked = []
    lesson = learning.Lesson(AS_OF, 126, 12, ALL)
    monkeypatch.setattr(learning, "lesson_before", lambda *, as_of: asked.append(as_of) or lesson)
    low = services.replay_stock(as_of=AS_OF, days=56).results["restock rule"]
    assert asked == [AS_OF - 56 * DAY]
    set_high = services.replay_stock(as_of=AS_OF, days=56, service_level=0.99)
    assert set_high.results["restock rule"].cover_days > low.cover_days
    assert asked == [AS_OF - 56 * DAY]


@pytest.mark.parametrize("group", ["Manager", "Analyst"])
def test_staff_may_look_at_what_was_learned(group):
    knows()
    url = reverse("admin:inventory_learnedlevels_changelist")
    page = client_of(group).get(url).content.decode()
    assert "AX 80 %" in page


def test_the_night_goes_by_the_class_that_the_forecast_kept():
    """One unit a day with twice the variance is steady; the night before it was not."""
    product = DeliveryFactory().product
    ProductForecastFactory(product=product, stock_class="CY")
    count(product, 2, AS_OF - DAY)
    knows(ALL | {"CY": 0.9})
    row = suggested()
    assert (row.service_level, row.learned_class) == (0.9, "CY")


def test_a_forecast_without_classes_is_ordered_by_the_policy():
    product = DeliveryFactory().product
    ProductForecastFactory(product=product, stock_class="")
    count(product, 2, AS_OF - DAY)
    knows()
    assert suggested().service_level == pytest.approx(0.95)
    RestockPolicy.objects.create(level_by="class", service_level=Decimal("0.910"))
    assert suggested().service_level == pytest.approx(0.91)
