"""Sums of days: what counts, and what does not."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sales.models import Order
from sales.takings import Custom, Spend, custom, daily_revenue, newest_day, spend
from tests.factories.catalog import ProductFactory
from tests.factories.sales import CustomerFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def order_on(day: date, hour: int = 12, **fields: object) -> Order:
    at = timezone.make_aware(datetime.combine(day, time(hour)))
    return OrderFactory(placed_at=at, **fields)


def test_an_empty_shop_has_taken_nothing() -> None:
    assert newest_day() is None
    assert custom(since=MONDAY, before=MONDAY + timedelta(days=7)) == Custom(0, 0)
    assert daily_revenue(since=MONDAY, before=MONDAY + timedelta(days=2)) == [0, 0]


def test_returns_lower_revenue_but_are_no_orders() -> None:
    anna = CustomerFactory()
    OrderLineFactory(order=order_on(MONDAY, customer=anna), quantity=3)
    OrderLineFactory(order=order_on(MONDAY, customer=None), quantity=2)
    back = order_on(MONDAY + timedelta(days=1), customer=anna, status="return")
    OrderLineFactory(order=back, quantity=-1)

    assert custom(since=MONDAY, before=MONDAY + timedelta(days=2)) == Custom(2, 1)
    assert newest_day() == MONDAY + timedelta(days=1)
    assert daily_revenue(since=MONDAY, before=MONDAY + timedelta(days=3)) == [50, -10, 0]


def test_an_order_dated_in_the_future_moves_no_page() -> None:
    order_on(MONDAY)
    order_on(date(2099, 1, 1))

    assert newest_day() == MONDAY


def test_fees_and_cancelled_orders_do_not_count() -> None:
    OrderLineFactory(order=order_on(MONDAY), product=ProductFactory(kind="service"))
    OrderLineFactory(order=order_on(MONDAY, status="cancelled"))

    assert daily_revenue(since=MONDAY, before=MONDAY + timedelta(days=1)) == [0]
    assert custom(since=MONDAY, before=MONDAY + timedelta(days=1)).orders == 1


def test_a_day_is_the_shops_day() -> None:
    OrderLineFactory(order=order_on(MONDAY, hour=0))
    OrderLineFactory(order=order_on(MONDAY, hour=23))
    OrderLineFactory(order=order_on(MONDAY + timedelta(days=1), hour=0))

    assert custom(since=MONDAY, before=MONDAY + timedelta(days=1)).orders == 2


def test_spend_of_a_customer_is_net_of_returns() -> None:
    anna = CustomerFactory()
    OrderLineFactory(order=order_on(MONDAY, customer=anna), quantity=3)
    later = MONDAY + timedelta(days=9)
    OrderLineFactory(order=order_on(later, customer=anna, status="return"), quantity=-1)

    assert spend(anna.pk) == Spend(
        orders=1, revenue=Decimal(20), units=2, first_day=MONDAY, last_day=MONDAY
    )
