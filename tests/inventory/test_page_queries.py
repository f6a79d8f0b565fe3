"""How often the pages of the stock room ask the database; none asks more for more products."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests.factories.inventory import (
    DeliveryFactory,
    ProductForecastFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    count,
    sell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def product(good_memory):
    """Counted, sold, forecast, and on its way from its supplier."""
    today = timezone.localdate()
    found = DeliveryFactory().product
    count(found, 50, today - 5 * DAY)
    sell(found, {today - 3 * DAY: 4, today - 2 * DAY: 3})
    ProductForecastFactory(product=found)
    for _order in range(3):
        order = PurchaseOrderFactory(state="sent", sent_on=today - 2 * DAY)
        PurchaseOrderLineFactory(order=order, product=found)
    cache.clear()
    return found


def test_the_stock_page_of_a_product(admin_client, product, django_assert_num_queries):
    url = reverse("admin:inventory_product_stock", args=[product.pk])
    with django_assert_num_queries(14):  # three of them learn how long deliveries take
        assert "Jingdezhen Pottery" in admin_client.get(url).content.decode()
    with django_assert_num_queries(11):
        admin_client.get(url)


def test_the_page_of_a_product(admin_client, product, django_assert_num_queries):
    url = reverse("admin:catalog_product_change", args=[product.pk])
    admin_client.get(url)  # what no product changes is read once
    with django_assert_num_queries(14):
        admin_client.get(url)


def test_the_evaluation(admin_client, product, django_assert_num_queries):
    url = reverse("admin:inventory_evaluation")
    with django_assert_num_queries(24):  # the first reader of some minutes computes it
        admin_client.get(url)
    with django_assert_num_queries(3):
        admin_client.get(url)
