"""Customers, orders, events and reviews."""

from decimal import Decimal

import factory
from django.utils import timezone

from sales.models import Customer, Event, ImportBatch, Order, OrderLine, RefusedRow, Review
from tests.factories.catalog import ProductFactory


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    number = factory.Sequence(lambda n: f"C{n:05d}")
    name = factory.Sequence(lambda n: f"Customer {n}")


class OrderFactory(factory.django.DjangoModelFactory):
    """An order of a known customer; ``customer=None`` makes it a guest's."""

    class Meta:
        model = Order

    number = factory.Sequence(lambda n: f"O{n:05d}")
    placed_at = factory.LazyFunction(timezone.now)
    customer = factory.SubFactory(CustomerFactory)


class OrderLineFactory(factory.django.DjangoModelFactory):
    """One unit at 10.00 on the day of its order."""

    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    position = factory.Sequence(lambda n: n)
    product = factory.SubFactory(ProductFactory)
    day = factory.LazyAttribute(lambda line: timezone.localdate(line.order.placed_at))
    quantity = 1
    unit_price = Decimal("10.00")


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Event

    event_id = factory.Sequence(lambda n: f"E{n:07d}")
    kind = Event.Kind.VIEW
    at = factory.LazyFunction(timezone.now)
    customer = factory.SubFactory(CustomerFactory)
    session = factory.Sequence(lambda n: f"S{n:07d}")
    product = factory.SubFactory(ProductFactory)


class ReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Review

    review_id = factory.Sequence(lambda n: f"R{n:05d}")
    product = factory.SubFactory(ProductFactory)
    customer = factory.SubFactory(CustomerFactory)
    rating = 5
    text = "A fine cup."
    language = "en"
    written_at = factory.LazyFunction(timezone.now)


class ImportBatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportBatch

    file_name = "orders.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    layout = "orders"
    state = ImportBatch.State.DONE


class RefusedRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RefusedRow

    batch = factory.SubFactory(ImportBatchFactory)
    line = factory.Sequence(lambda n: n + 2)
    column = "quantity"
    reason = "Not a whole number."
    values = factory.LazyFunction(lambda: {"quantity": "two"})
