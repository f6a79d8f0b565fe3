"""What was ordered and has not come in, as it stood on a day, and what it says of a supplier."""

from datetime import timedelta

import pytest

from catalog.models import Delivery
from catalog.selectors import product_facts
from inventory.levels import awaited
from inventory.models import PurchaseOrder
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SENT = PurchaseOrder.State.SENT


def sent(item, days_ago: int, **fields):
    """An order sent so many days ago with a line of the product."""
    order = PurchaseOrderFactory(
        supplier=item.supplier, state=SENT, sent_on=AS_OF - days_ago * DAY, **fields
    )
    PurchaseOrderLineFactory(
        order=order, product=item.product, created_on=AS_OF - days_ago * DAY, quantity=24
    )


def came(item, *took: int) -> None:
    for number, days in enumerate(took):
        ordered_on = AS_OF - (100 + number) * DAY
        Delivery.objects.create(
            supplier=item.supplier,
            product=item.product,
            ordered_on=ordered_on,
            received_on=ordered_on + days * DAY,
            units=10,
            key=str(number),
        )


def test_what_is_sent_and_open_on_the_day_is_awaited():
    item = DeliveryFactory()
    sent(item, 30)
    sent(item, 20, received_on=AS_OF + DAY)  # what the next days brought is not known yet
    sent(item, 10, received_on=AS_OF - DAY)
    sent(item, 0)  # of the day itself
    PurchaseOrderLineFactory(order=PurchaseOrderFactory(supplier=item.supplier))  # a draft

    rows = awaited(before=AS_OF)

    assert rows["ordered_on"].dt.date.tolist() == [AS_OF - 30 * DAY, AS_OF - 20 * DAY]
    assert rows["units"].tolist() == [24, 24]
    assert set(rows["supplier_id"]) == {item.supplier_id}


def test_overdue_orders_lengthen_the_lead_time_and_young_ones_do_not():
    item = DeliveryFactory()
    came(item, 14, 14, 14)
    sent(item, 5)

    def lead_days() -> int:
        facts = product_facts(as_of=AS_OF, awaited=awaited(before=AS_OF))
        return facts.set_index("product_id")["lead_days"][item.product_id]

    assert lead_days() == 14
    for days_ago in (18, 19, 20):
        sent(item, days_ago)
    # 14 three times of six in reach, the others hand on to the one that is waited for longest.
    assert lead_days() == 17
