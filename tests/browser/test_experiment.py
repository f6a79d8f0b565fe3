"""The page of an experiment with something to say, as a merchant reads it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from recommendations.experiments.services import stop_experiment
from recommendations.models import Experiment
from sales.models import Event
from suggestions.actors import Actor
from tests.browser.conftest import Shop
from tests.factories.catalog import ProductFactory
from tests.factories.experiments import RunningExperimentFactory
from tests.recommendations.experiments.test_results import crowd

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Goods:
    """What the storefront showed."""

    tea = None


@pytest.fixture
def experiment(transactional_db: None) -> Experiment:
    """B earned more when it was stopped; some orders were returned since."""
    goods, begin = Goods(), timezone.now() - timedelta(days=12)
    goods.tea = ProductFactory(sku="tea", title="Jasmine tea", title_zh="茉莉花茶")
    one = RunningExperimentFactory(
        name="Trending beside popular",
        started_at=begin,
        arms=("live", "trending"),
        planned_visitors=800,
    )
    crowd(one, goods, begin + timedelta(hours=1), 400, 0, 80)
    crowd(one, goods, begin + timedelta(hours=1), 400, 1, 160)
    stop_experiment(experiment=one, actor=Actor(name="li"))
    returned = Event.objects.filter(kind="purchase", session__startswith="1-").order_by("pk")[:60]
    Event.objects.filter(pk__in=[event.pk for event in returned]).delete()
    return one


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1400, 390])
def test_it_says_what_was_known_and_fits_the_screen(
    shop: Shop, experiment: Experiment, language: str, width: int
) -> None:
    shop.page.set_viewport_size({"width": width, "height": 900})
    cookie = {"name": "django_language", "value": language, "url": shop.url}
    shop.page.context.add_cookies([cookie])
    shop.log_in()
    shop.page.goto(f"{shop.url}/recommendations/experiment/{experiment.pk}/change/")

    expect(shop.page.locator(".zg-board .zg-table")).to_have_count(2)
    expect(shop.page.locator(".zg-board h2")).to_be_visible()
    expect(shop.page.locator("html")).to_have_attribute("lang", language)
    assert not shop.is_wider_than_the_screen()
