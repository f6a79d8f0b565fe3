from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from inventory import services
from inventory.board import order_all
from inventory.models import PurchaseOrder, PurchaseOrderLine, RestockSuggestion
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, WorldMovedError, kinds
from suggestions.models import Suggestion
from suggestions.services import AlreadyDecidedError, approve
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    DemandForecastFactory,
    PotteryFactory,
    ProductForecastFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    count,
)
from tests.factories.jobs import RunningJobFactory

pytestmark = pytest.mark.django_db
STAFF = Actor(name="li")
DAY = timedelta(days=1)


@pytest.fixture
def advice() -> list[Suggestion]:
    """Two open suggestions of 36 units from one supplier."""
    forecast = DemandForecastFactory()
    for _product in range(2):
        product = DeliveryFactory().product
        ProductForecastFactory(forecast=forecast, product=product)
        count(product, 0, AS_OF - DAY)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    return list(Suggestion.objects.order_by("pk"))


def test_approval_opens_one_draft_per_supplier(advice):
    for suggestion in advice:
        approve(suggestion, actor=STAFF)
    order = PurchaseOrder.objects.get()
    today = timezone.localdate()
    assert (order.state, order.supplier, order.created_by) == ("draft", PotteryFactory(), "li")
    assert order.expected_on == today + 14 * DAY
    assert [line.quantity for line in order.lines.all()] == [36, 36]
    assert [line.suggestion for line in order.lines.all()] == advice
    assert order.total == 72 * Decimal("6.0000")
    assert advice[0].state == Suggestion.State.APPLIED


def test_the_quantity_staff_chose_is_ordered(advice):
    approve(advice[0], actor=STAFF, value=Decimal(48))
    assert PurchaseOrderLine.objects.get().quantity == 48


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0", "at least 1 unit"),
        ("6", "minimum is 12"),
        ("20", "packs of 6"),
        ("2147483652", "more than a shelf holds"),
    ],
)
def test_a_quantity_the_supplier_does_not_accept_is_refused(advice, value, message):
    with pytest.raises(InvalidValueError, match=message):
        approve(advice[0], actor=STAFF, value=Decimal(value))
    assert not PurchaseOrder.objects.exists()


def test_approving_twice_is_refused(advice):
    approve(advice[0], actor=STAFF)
    with pytest.raises(AlreadyDecidedError):
        approve(advice[0], actor=STAFF)
    assert PurchaseOrderLine.objects.count() == 1


def test_an_order_placed_meanwhile_is_refused_and_nothing_is_left_behind(advice):
    PurchaseOrderLineFactory(
        order=PurchaseOrderFactory(state=PurchaseOrder.State.SENT),
        product=advice[0].restock.product,
        quantity=30,
    )
    with pytest.raises(WorldMovedError, match="30 units are on order now; there were 0"):
        approve(advice[0], actor=STAFF)
    advice[0].refresh_from_db()
    assert advice[0].state == Suggestion.State.OPEN
    assert not PurchaseOrder.objects.filter(state=PurchaseOrder.State.DRAFT).exists()


def test_a_newer_count_that_shows_enough_is_refused(advice):
    count(advice[0].restock.product, 80, AS_OF)
    with pytest.raises(WorldMovedError, match="80 units on hand"):
        approve(advice[0], actor=STAFF)


def test_a_newer_count_that_still_shows_too_little_does_not_stop_the_order(advice):
    count(advice[0].restock.product, 2, AS_OF)
    approve(advice[0], actor=STAFF)
    assert PurchaseOrderLine.objects.count() == 1


def test_a_second_order_of_a_product_adds_to_its_line(advice):
    detail = RestockSuggestion.objects.get(suggestion=advice[0])
    draft = PurchaseOrderFactory(supplier=detail.supplier)
    PurchaseOrderLineFactory(order=draft, product=detail.product, quantity=6)
    RestockSuggestion.objects.filter(pk=detail.pk).update(on_order=6)
    approve(advice[0], actor=STAFF)
    assert PurchaseOrderLine.objects.get().quantity == 42


def test_a_line_that_would_pass_what_it_can_hold_is_refused_in_words(advice):
    detail = RestockSuggestion.objects.get(suggestion=advice[0])
    there = 2**31 - 12
    line = PurchaseOrderLineFactory(
        order=PurchaseOrderFactory(supplier=detail.supplier),
        product=detail.product,
        quantity=there,
    )
    RestockSuggestion.objects.filter(pk=detail.pk).update(on_order=there)
    with pytest.raises(InvalidValueError, match="Send the draft first, or order fewer"):
        approve(advice[0], actor=STAFF)
    line.refresh_from_db()
    assert line.quantity == there
    done, refused = order_all(supplier_id=detail.supplier_id, actor=STAFF)
    assert (done, len(refused)) == (1, 1)


@pytest.mark.parametrize("day", ["2001-01-01", "9999-12-31"])
def test_a_draft_is_not_expected_on_a_day_no_delivery_comes_on(day):
    order = PurchaseOrderFactory()
    order.expected_on = date.fromisoformat(day)
    with pytest.raises(ValidationError, match="check the day"):
        order.clean()
    order.refresh_from_db()
    with pytest.raises(services.RefusedError, match="check the day"):
        services.change_expected(order, expected_on=date.fromisoformat(day), actor=STAFF)


def test_an_order_of_nothing_is_not_sent():
    order = PurchaseOrderFactory()
    with pytest.raises(services.RefusedError, match="no lines"):
        services.send_purchase_order(order)
    assert order.state == PurchaseOrder.State.DRAFT


def test_an_order_is_sent_then_received(advice):
    approve(advice[0], actor=STAFF)
    order = PurchaseOrder.objects.get()
    PurchaseOrder.objects.update(created_on=order.created_on - 2 * DAY)
    order.refresh_from_db()
    today = timezone.localdate()

    services.send_purchase_order(order)
    assert (order.state, order.sent_on) == ("sent", today)
    assert order.expected_on == today + 16 * DAY

    services.receive_purchase_order(order)
    assert (order.state, order.received_on) == ("received", today)


def test_steps_out_of_order_are_refused():
    order = PurchaseOrderFactory(state=PurchaseOrder.State.RECEIVED)
    with pytest.raises(services.PurchaseOrderStateError, match="received"):
        services.send_purchase_order(order)
    with pytest.raises(services.PurchaseOrderStateError):
        services.cancel_purchase_order(order)
    with pytest.raises(services.PurchaseOrderStateError):
        services.receive_purchase_order(order)


def test_the_detail_page_shows_charts_and_facts(advice):
    kind = kinds()["restock"]
    weekly, stock = kind.charts(advice[0])
    assert len(weekly.labels) == 26 + 8
    assert all(len(line["data"]) == 34 for line in weekly.datasets)
    assert weekly.datasets[1]["data"][26] == 7  # one unit a day
    with_order = stock.datasets[0]["data"]
    assert with_order[:14] == [0] * 14  # empty until the delivery
    assert with_order[14:17] == [35, 34, 33]
    facts = {str(label): str(value) for label, value in kind.facts(advice[0])}
    assert facts["On hand"] == "0"
    assert facts["Supplier"] == "Jingdezhen Pottery"
    assert facts["Cost of the order"] == "¥216"
