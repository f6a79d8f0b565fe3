"""Demand as it was wanted: what met an empty shelf is put back."""

from datetime import timedelta

import numpy as np
import pytest

from catalog.models import Promotion
from inventory.models import PurchaseOrder
from inventory.selectors import opening_counts
from inventory.services import receive_purchase_order
from inventory.services.demand_facts import demand_panel, informed_boosting
from tests.factories.inventory import (
    AS_OF,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    StockedProductFactory,
    count,
    sell,
    steady,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def gap(product, days):
    """Sold four a day for a hundred days, but for the last ``days``."""
    sell(product, steady(4, 100 - days, until=AS_OF - days * DAY))


def demand_of(product):
    return demand_panel(product_ids=[product.pk], as_of=AS_OF).y[0]


def test_silence_before_an_empty_shelf_is_demand_all_the_same():
    product = StockedProductFactory()
    gap(product, 10)
    assert np.nansum(demand_of(product)[-10:]) == 0
    count(product, 0, AS_OF - 11 * DAY)
    assert demand_of(product)[-10:] == pytest.approx([4.0] * 10, abs=0.6)


def test_silence_before_a_full_shelf_is_no_demand():
    product = StockedProductFactory()
    gap(product, 10)
    count(product, 50, AS_OF - 11 * DAY)
    assert demand_of(product)[-10:].tolist() == [0.0] * 10


def test_a_delivery_ends_the_gap():
    product = StockedProductFactory()
    gap(product, 10)
    count(product, 0, AS_OF - 11 * DAY)
    order = PurchaseOrderFactory(state=PurchaseOrder.State.SENT)
    PurchaseOrderLineFactory(order=order, product=product, quantity=40)
    receive_purchase_order(order, on=AS_OF - 4 * DAY)
    found = demand_of(product)[-10:]
    assert (found[:6] > 3).all()
    assert found[6:].tolist() == [0.0] * 4


def test_a_count_is_of_the_day_it_begins_and_of_all_places():
    product = StockedProductFactory()
    count(product, 3, AS_OF - 5 * DAY)  # at eight in the evening
    count(product, 0, AS_OF - 3 * DAY, code="STORE")
    count(product, 0, AS_OF - 2 * DAY, code="STORE")
    count(product, 2, AS_OF - 2 * DAY)
    found = opening_counts(before=AS_OF, since=AS_OF - 90 * DAY)
    assert found["units"].tolist() == [2]
    assert found["day"].iloc[0].date() == AS_OF - DAY


def test_planned_promotions_are_told_and_products_that_never_sold_have_a_row():
    product, quiet = StockedProductFactory(), StockedProductFactory()
    gap(product, 0)
    Promotion.objects.create(
        product=product, name="Fair", starts_on=AS_OF + DAY, ends_on=AS_OF + 2 * DAY, price=8
    )
    panel = demand_panel(product_ids=[product.pk, quiet.pk], as_of=AS_OF, also=[quiet.pk])
    assert panel.ids.tolist() == [product.pk, quiet.pk]
    assert np.nansum(panel.y[1]) == 0
    told = informed_boosting(panel, as_of=AS_OF, horizon_days=14).as_known(panel, 14)
    assert told.promotion[0, -14:].tolist() == [0, 1, 1] + [0] * 11
    assert told.promotion[1].sum() == 0
