"""Filtering a list by days: whole days of the shop, and no date that stops the page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tests.factories.catalog import PromotionFactory
from tests.factories.sales import OrderFactory
from tests.people import client_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    for day in (1, 2, 3):
        for hour in (0, 23):
            placed_at = datetime(2026, 3, day, hour, 30, tzinfo=SHANGHAI)
            OrderFactory(number=f"{day}-{hour}", placed_at=placed_at)


@pytest.fixture
def found():
    manager = client_of("Manager")

    def ask(page, **dates):
        reply = manager.get(reverse(f"admin:{page}_changelist"), dates)
        assert reply.status_code == 200
        return list(reply.context["cl"].queryset)

    return ask


@pytest.fixture
def numbers(found, orders):
    return lambda **dates: {order.number for order in found("sales_order", **dates)}


def test_both_ends_are_whole_days_of_the_shop(numbers):
    assert numbers(placed_at_from="2026-03-02", placed_at_to="2026-03-02") == {"2-0", "2-23"}
    assert numbers(placed_at_to="2026-03-01") == {"1-0", "1-23"}
    assert numbers(placed_at_from="2026-03-03") == {"3-0", "3-23"}


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_what_is_no_date_of_our_era_is_no_bound(numbers, text):
    assert len(numbers(placed_at_from=text, placed_at_to=text)) == 6


def test_days_are_compared_as_days(found):
    PromotionFactory(starts_on=date(2026, 3, 2))
    page = "catalog_promotion"

    assert found(page, starts_on_from="2026-03-02", starts_on_to="2026-03-02")
    assert not found(page, starts_on_from="2026-03-03", starts_on_to="2026-03-04")
