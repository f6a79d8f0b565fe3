"""Price breaks in the night's orders: raised where that pays, paid at the quantity ordered."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import OrderBudget, PriceBreak
from inventory import services
from inventory.models import PurchaseOrderLine, RestockPolicy, RestockSuggestion
from suggestions.actors import Actor
from suggestions.kinds import kinds
from suggestions.models import Suggestion
from suggestions.services import approve
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    DemandForecastFactory,
    PotteryFactory,
    ProductForecastFactory,
    count,
)
from tests.factories.jobs import RunningJobFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STAFF = Actor(name="staff")


def stocked(*breaks, on_hand=5, forecast=None, **terms):
    """One unit a day at 6.00 (27 are missing, so 30 in packs of six), cheaper from some units."""
    item = DeliveryFactory(**terms)
    for units, cost in breaks:
        PriceBreak.objects.create(item=item, from_units=units, cost=Decimal(cost))
    forecast = forecast or DemandForecastFactory()
    ProductForecastFactory(product=item.product, forecast=forecast)
    count(item.product, on_hand, AS_OF - DAY)
    return item.product


def suggested() -> RestockSuggestion:
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    return RestockSuggestion.objects.select_related("suggestion").get()


def test_an_order_is_raised_to_the_break_that_pays_and_says_so():
    stocked((40, "5.5000"))
    row = suggested()
    assert (row.plain_quantity, row.quantity) == (30, 42)  # whole packs of six
    assert row.unit_cost == Decimal("5.5000")
    assert row.cost == 42 * Decimal("5.5000")
    assert row.break_saving == Decimal("21.00")
    assert row.break_holding == Decimal("0.27")  # 12 units for 12 days, half of them on average
    words = row.suggestion.reason_in_words
    assert "Ordering 42 units for 231 CNY" in words
    assert "Raised from 30 units to the price break: each costs 5.50 instead of 6.00 CNY" in words
    assert "saves 21.00 CNY on the whole line" in words
    assert "costs about 0.27 CNY" in words


def test_a_break_too_far_off_or_of_another_supplier_changes_nothing():
    product = stocked((900, "5.0000"))
    other = DeliveryFactory(product=product, supplier__name="Slow Kiln", lead_days=30)
    PriceBreak.objects.create(item=other, from_units=36, cost=Decimal("1.0000"))
    row = suggested()
    assert (row.quantity, row.plain_quantity) == (30, None)
    assert row.unit_cost == 6
    assert "price break" not in row.suggestion.reason_in_words


def test_stock_worth_keeping_bounds_the_raise():
    RestockPolicy.objects.create(keep_days=35)
    stocked((40, "5.5000"))
    assert suggested().quantity == 30


@pytest.mark.parametrize(("budget", "is_raised"), [(240, True), (200, False)])
def test_a_budget_bounds_the_raise(budget, is_raised):
    """42 units cost 231.00 at the break, 252.00 without."""
    OrderBudget.objects.create(supplier=PotteryFactory(), amount=budget)
    stocked((40, "5.5000"))
    row = suggested()
    assert (row.quantity == 42, row.plain_quantity is not None) == (is_raised, is_raised)
    assert 0 < row.cost <= budget


def test_shelf_life_bounds_the_raise():
    product = stocked((40, "5.5000"))
    product.shelf_life_days = 35
    product.save()
    assert suggested().quantity == 30


def test_room_bounds_the_raise():
    RestockPolicy.objects.create(capacity=36)
    stocked((40, "5.5000"))
    assert suggested().quantity <= 36


def test_a_break_the_need_reaches_anyway_is_paid_without_a_raise():
    stocked((24, "5.5000"))
    row = suggested()
    assert (row.quantity, row.plain_quantity, row.unit_cost) == (30, None, Decimal("5.5000"))
    assert row.cost == 165


@pytest.mark.parametrize(("chosen", "cost"), [(42, "5.5000"), (36, "6.0000"), (102, "5.0000")])
def test_the_cost_follows_what_staff_choose(chosen, cost):
    stocked((40, "5.5000"), (100, "5.0000"))
    suggestion = suggested().suggestion
    approve(suggestion, actor=STAFF, value=Decimal(chosen))
    line = PurchaseOrderLine.objects.get()
    assert (line.quantity, line.unit_cost) == (chosen, Decimal(cost))
    facts = {str(name): str(value) for name, value in kinds()["restock"].facts(suggestion)}
    assert facts["Unit cost"] == f"¥{Decimal(cost):.2f}"
    assert facts["Price breaks"] == "¥5.50 from 40 units on; ¥5.00 from 100 units on"


def test_two_orders_on_one_draft_reach_a_break_together():
    RestockPolicy.objects.create(keep_days=35)
    product = stocked((60, "5.0000"))
    first = suggested()
    line = services.order_suggested(first.suggestion, STAFF)
    assert (line.quantity, line.unit_cost) == (first.quantity, 6)
    RestockSuggestion.objects.update(on_order=first.quantity)
    again = Suggestion.objects.get()
    line = services.order_suggested(again, STAFF)
    assert (line.product, line.quantity) == (product, 2 * first.quantity)
    assert line.unit_cost == Decimal("5.0000")
