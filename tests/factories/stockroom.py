"""A stock room with a warehouse and a shop, and orders under way."""

from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Location, LocationChannel, Product, StockMovement
from inventory.models import PurchaseOrder
from inventory.services import Counted, post_stocktake
from sales.models import Order, OrderLine
from suggestions.actors import Actor
from tests.factories.inventory import PotteryFactory, StockedProductFactory

LI = Actor(name="li")


def warehouse() -> Location:
    return Location.objects.get_or_create(code="WAREHOUSE", defaults={"is_default": True})[0]


def store() -> Location:
    """The place whose orders come through the channel ``store``."""
    place, is_new = Location.objects.get_or_create(code="STORE")
    if is_new:
        LocationChannel.objects.create(location=place, channel="store")
    return place


def ago(**past: float) -> datetime:
    return timezone.now() - timedelta(**past)


def found(
    place: Location, units: dict[Product, int], *, at: datetime | None = None, key: str = ""
) -> None:
    """Somebody counted products at a place."""
    by_id = {product.pk: count for product, count in units.items()}
    name = key or f"round {StockMovement.objects.count()} {timezone.now()}"
    post_stocktake(Counted(name, place, by_id, at), actor=LI)


def sold(product: Product, units: int, *, at: datetime, channel: str = "web") -> None:
    """A customer bought (or, below zero, brought back) units."""
    number = f"{channel}/{product.sku}/{at.isoformat()}/{Order.objects.count()}"
    order = Order.objects.create(
        number=number,
        placed_at=at,
        channel=channel,
        status=Order.Status.PAID if units > 0 else Order.Status.RETURN,
    )
    OrderLine.objects.create(
        order=order,
        position=1,
        product=product,
        day=timezone.localdate(at),
        quantity=units,
        unit_price=product.price,
    )


def sent_order(*quantities: int, days_ago: int = 20) -> PurchaseOrder:
    """An order under way, a product for each quantity."""
    day = timezone.localdate() - timedelta(days=days_ago)
    order = PurchaseOrder.objects.create(
        supplier=PotteryFactory(),
        state=PurchaseOrder.State.SENT,
        created_on=day,
        sent_on=day,
        expected_on=day + timedelta(days=14),
        created_by="li",
    )
    for quantity in quantities:
        order.lines.create(
            product=StockedProductFactory(), quantity=quantity, unit_cost=6, created_on=day
        )
    return order
