"""A stock room: products that sell at a steady pace, forecasts, purchase orders."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from catalog.models import Location, Product, StockCount, Supplier, SupplierItem
from inventory.models import DemandForecast, ProductForecast, PurchaseOrder, PurchaseOrderLine
from sales.models import Order, OrderLine
from tests.factories.jobs import JobFactory

AS_OF = date(2025, 6, 2)  # a Monday


class StockedProductFactory(factory.django.DjangoModelFactory):
    """Cost and price known."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"CUP-{n:04}")
    title = factory.Sequence(lambda n: f"Tea cup {n}")
    title_zh = factory.Sequence(lambda n: f"茶杯 {n}")
    price = Decimal("10.00")
    cost = Decimal("6.00")


class DeliveryFactory(factory.django.DjangoModelFactory):
    """A product as its supplier delivers it: 14 days, packs of 6, at least 12."""

    class Meta:
        model = SupplierItem

    supplier = factory.SubFactory("tests.factories.inventory.PotteryFactory")
    product = factory.SubFactory(StockedProductFactory)
    lead_days = 14
    minimum_quantity = 12
    pack_size = 6


class PotteryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier
        django_get_or_create = ("name",)

    name = "Jingdezhen Pottery"


class DemandForecastFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DemandForecast

    job = factory.SubFactory(JobFactory)
    as_of = AS_OF
    horizon_days = 56
    method = "ensemble"


class ProductForecastFactory(factory.django.DjangoModelFactory):
    """One unit a day, variance twice the mean."""

    class Meta:
        model = ProductForecast

    forecast = factory.SubFactory(DemandForecastFactory)
    product = factory.SubFactory(StockedProductFactory)
    daily = factory.LazyFunction(
        lambda: {"mean": [1.0] * 56, "q10": [0.0] * 56, "q50": [1.0] * 56, "q90": [3.0] * 56}
    )
    stock_class = "AX"
    demand_class = "smooth"
    lead_days = 14
    lead_mean = 15.0
    lead_variance = 30.0
    protection_days = 21
    protection_mean = 21.0
    protection_variance = 42.0
    protection_q10 = 13.0
    protection_q50 = 21.0
    protection_q90 = 30.0


class PurchaseOrderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PurchaseOrder

    supplier = factory.SubFactory(PotteryFactory)
    created_on = AS_OF - timedelta(days=3)
    expected_on = AS_OF + timedelta(days=11)
    created_by = "staff"


class PurchaseOrderLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PurchaseOrderLine

    order = factory.SubFactory(PurchaseOrderFactory)
    product = factory.SubFactory(StockedProductFactory)
    quantity = 24
    unit_cost = Decimal("6.0000")
    created_on = AS_OF - timedelta(days=3)


def moment(day: date, hour: int = 12) -> datetime:
    """A time of a shop day."""
    return datetime.combine(day, time(hour), timezone.get_default_timezone())


def sell(product: Product, units: dict[date, int]) -> None:
    """Sell (or, below zero, take back) ``units`` of a product per day, one order each."""
    orders = [
        Order(
            number=f"{product.sku}/{day}/{quantity}",
            placed_at=moment(day),
            status=Order.Status.PAID if quantity > 0 else Order.Status.RETURN,
        )
        for day, quantity in units.items()
    ]
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, position=1, product=product, day=day, quantity=n, unit_price=product.price
        )
        for order, (day, n) in zip(orders, units.items(), strict=True)
    )


def steady(units: int, days: int, *, until: date = AS_OF) -> dict[date, int]:
    """The same units on each of the ``days`` before a day."""
    return {until - timedelta(days=back): units for back in range(days, 0, -1)}


def count(product: Product, on_hand: int, day: date, code: str = "MAIN") -> StockCount:
    """Somebody counted a product's stock at a place."""
    place, _is_new = Location.objects.get_or_create(code=code)
    return StockCount.objects.create(
        product=product, location=place, on_hand=on_hand, counted_at=moment(day, 20)
    )
