"""Who bought what, when; and what was looked at, said, and refused on the way in."""

from sales.models.customer import Customer
from sales.models.event import Event
from sales.models.imports import ImportBatch, RefusedRow
from sales.models.order import Order, OrderLine
from sales.models.review import Review

__all__ = [
    "Customer",
    "Event",
    "ImportBatch",
    "Order",
    "OrderLine",
    "RefusedRow",
    "Review",
]
