"""What came in, day by day: small sums for pages, done by the database.

Revenue is net of returns, of real products (postage and fees apart) in orders that stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from catalog.models import Product
from sales.models import Order, OrderLine

_REVENUE = Sum(
    F("quantity") * F("unit_price"), output_field=DecimalField(max_digits=20, decimal_places=4)
)
_IS_SALE = Q(order__status=Order.Status.PAID)


@dataclass(frozen=True)
class Custom:
    """Of one period: orders that stand, and the known customers who placed them."""

    orders: int
    customers: int


@dataclass(frozen=True)
class Spend:
    """What one customer bought so far; days are None without an order."""

    orders: int
    revenue: Decimal
    units: int
    first_day: date | None
    last_day: date | None


def newest_day() -> date | None:
    """The day of the newest order so far; None in an empty shop.

    An order dated in the future is a slip of the pen: it must not move every page to its year.
    """
    placed = Order.objects.filter(placed_at__lte=timezone.now())
    newest = placed.aggregate(newest=Max("placed_at"))["newest"]
    return timezone.localdate(newest) if newest else None


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lines(*, since: date, before: date) -> "QuerySet[OrderLine]":
    return OrderLine.objects.filter(
        order__placed_at__gte=_start_of(since),
        order__placed_at__lt=_start_of(before),
        product__kind=Product.Kind.PRODUCT,
    ).exclude(order__status=Order.Status.CANCELLED)


def custom(*, since: date, before: date) -> Custom:
    """Orders and customers of the days ``since <= day < before``; one query, without the lines."""
    found = Order.objects.filter(
        placed_at__gte=_start_of(since),
        placed_at__lt=_start_of(before),
        status=Order.Status.PAID,
    ).aggregate(orders=Count("pk"), customers=Count("customer", distinct=True))
    return Custom(**found)


def daily_revenue(*, since: date, before: date) -> list[Decimal]:
    """Revenue of each day ``since <= day < before``, zero where nothing was sold; one query."""
    rows = _lines(since=since, before=before).order_by("day").values("day")
    by_day = dict(rows.annotate(revenue=_REVENUE).values_list("day", "revenue"))
    return _filled(by_day, since=since, before=before)


def _filled(by_day: Mapping[date, Decimal], *, since: date, before: date) -> list[Decimal]:
    days = (before - since).days
    return [by_day.get(since + timedelta(days=n), Decimal(0)) for n in range(days)]


def spend(customer_id: int) -> Spend:
    """What a customer bought, net of returns, in one query."""
    found = (
        OrderLine.objects.filter(order__customer=customer_id, product__kind=Product.Kind.PRODUCT)
        .exclude(order__status=Order.Status.CANCELLED)
        .aggregate(
            orders=Count("order", distinct=True, filter=_IS_SALE),
            revenue=_REVENUE,
            units=Sum("quantity"),
            first_day=Min("day", filter=_IS_SALE),
            last_day=Max("day", filter=_IS_SALE),
        )
    )
    return Spend(
        found["orders"],
        found["revenue"] or Decimal(0),
        found["units"] or 0,
        found["first_day"],
        found["last_day"],
    )
