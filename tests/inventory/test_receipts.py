"""Goods come in: in parts, twice, too many, too few, and never half."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Delivery, StockMovement
from inventory import services
from inventory.models import ExpectedChange, PurchaseOrder, PurchaseReceipt
from inventory.selectors import receipts, stock_on_hand, units_on_order
from inventory.services import (
    Arrival,
    ConflictError,
    PurchaseOrderStateError,
    RefusedError,
    receive,
)
from tests.factories.stockroom import LI, ago, found, sent_order, sold, warehouse

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def lines_of(order: PurchaseOrder) -> list:
    return list(order.lines.order_by("pk"))


def state_of(order: PurchaseOrder) -> str:
    order.refresh_from_db()
    return order.state


def ledger() -> list[tuple]:
    return list(StockMovement.objects.order_by("pk").values_list("product_id", "kind", "units"))


def on_hand_tomorrow() -> dict[int, float]:
    return stock_on_hand(as_of=timezone.localdate() + DAY).to_dict()


def test_a_part_then_the_rest() -> None:
    order = sent_order(30, 12)
    cups, pots = lines_of(order)
    receive(order, Arrival("LS-1", {cups.pk: 10}), actor=LI)

    assert state_of(order) == "partly"
    assert units_on_order().to_dict() == {cups.product_id: 20, pots.product_id: 12}
    assert ledger() == [(cups.product_id, "receipt", 10)]

    receive(order, Arrival("LS-2", {cups.pk: 20, pots.pk: 12}), actor=LI)

    assert (state_of(order), order.received_on) == ("received", timezone.localdate())
    assert units_on_order().to_dict() == {}
    assert on_hand_tomorrow() == {cups.product_id: 30, pots.product_id: 12}
    assert receipts(before=timezone.localdate() + DAY)["units"].tolist() == [10, 20, 12]
    assert Delivery.objects.count() == 3


def test_the_same_delivery_told_twice_changes_nothing() -> None:
    order = sent_order(30)
    (line,) = lines_of(order)
    first = receive(order, Arrival("LS-1", {line.pk: 10}), actor=LI)

    again = receive(order, Arrival("LS-1", {line.pk: 10}), actor=LI)

    assert again == first
    assert PurchaseReceipt.objects.count() == StockMovement.objects.count() == 1
    assert units_on_order().to_dict() == {line.product_id: 20}


def test_a_delivery_note_stands_for_one_delivery() -> None:
    order, other = sent_order(30), sent_order(30)
    (line,) = lines_of(order)
    receive(order, Arrival("LS-1", {line.pk: 10}), actor=LI)

    with pytest.raises(ConflictError, match="received already, with other goods"):
        receive(order, Arrival("LS-1", {line.pk: 11}), actor=LI)
    with pytest.raises(ConflictError):
        receive(other, Arrival("LS-1", {lines_of(other)[0].pk: 10}), actor=LI)
    assert StockMovement.objects.count() == 1


def test_more_than_ordered_is_asked_about_then_taken() -> None:
    order = sent_order(30)
    (line,) = lines_of(order)

    with pytest.raises(RefusedError, match="36 units came and 30 were still to come"):
        receive(order, Arrival("LS-1", {line.pk: 36}), actor=LI)
    assert (state_of(order), ledger()) == ("sent", [])

    receive(order, Arrival("LS-1", {line.pk: 36}, accept_surplus=True), actor=LI)

    assert state_of(order) == "received"
    assert units_on_order(before=timezone.localdate() + DAY).to_dict() == {}
    assert on_hand_tomorrow() == {line.product_id: 36}


@pytest.mark.parametrize(
    ("units", "key", "at", "message"),
    [
        (-3, "LS", None, "-3 units cannot be received"),
        (0, "LS", None, "Nothing was received"),
        (5, " ", None, "a number that is its own"),
        (5, "LS", timedelta(days=1), "in the future"),
        (5, "LS", timedelta(days=-30), "cannot have come before"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(units, key, at, message) -> None:
    order = sent_order(30)
    (line,) = lines_of(order)
    moment = timezone.now() + at if at else None

    with pytest.raises(RefusedError, match=message):
        receive(order, Arrival(key, {line.pk: units}, received_at=moment), actor=LI)
    assert (state_of(order), ledger(), PurchaseReceipt.objects.count()) == ("sent", [], 0)


def test_a_line_of_another_order_is_refused() -> None:
    order, other = sent_order(30), sent_order(30)

    with pytest.raises(RefusedError, match="no such line"):
        receive(order, Arrival("LS", {lines_of(other)[0].pk: 3}), actor=LI)


def test_overlapping_orders_of_a_product_are_kept_apart() -> None:
    first = sent_order(30)
    (line,) = lines_of(first)
    second = sent_order(5)
    second.lines.create(product=line.product, quantity=20, unit_cost=6, created_on="2026-01-01")

    receive(first, Arrival("LS", {line.pk: 30}), actor=LI)

    assert units_on_order(product_ids=[line.product_id]).to_dict() == {line.product_id: 20}
    assert state_of(second) == "sent"


def test_orders_not_under_way_receive_nothing() -> None:
    order = sent_order(30)
    (line,) = lines_of(order)
    PurchaseOrder.objects.update(state="draft")

    with pytest.raises(PurchaseOrderStateError, match="draft"):
        receive(order, Arrival("LS", {line.pk: 3}), actor=LI)
    assert ledger() == []


def test_a_fault_in_the_middle_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    order = sent_order(30)
    (line,) = lines_of(order)

    def burn(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(Delivery.objects, "bulk_create", burn)
    with pytest.raises(RuntimeError):
        receive(order, Arrival("LS", {line.pk: 3}), actor=LI)

    assert (state_of(order), ledger(), PurchaseReceipt.objects.count()) == ("sent", [], 0)


def test_the_rest_is_given_up() -> None:
    order, untouched = sent_order(30), sent_order(9)
    (line,) = lines_of(order)
    receive(order, Arrival("LS", {line.pk: 10}), actor=LI)

    services.cancel_rest(order)
    services.cancel_rest(untouched)

    assert (order.state, lines_of(order)[0].cancelled) == ("received", 20)
    assert (untouched.state, untouched.received_on) == ("cancelled", None)
    assert units_on_order().to_dict() == {}
    with pytest.raises(PurchaseOrderStateError):
        services.cancel_rest(order)


def test_the_past_knows_nothing_of_later_receipts_and_cancellations() -> None:
    order = sent_order(30, days_ago=20)
    (line,) = lines_of(order)
    receive(order, Arrival("LS", {line.pk: 10}, received_at=ago(days=5)), actor=LI)
    services.cancel_rest(order)
    today = timezone.localdate()

    on_order = [
        units_on_order(before=today - days * DAY).get(line.product_id, 0) for days in (20, 10, 2)
    ]
    assert on_order == [0, 30, 20]
    assert units_on_order(before=today + DAY).to_dict() == {}


def test_an_expected_day_changes_and_the_ones_named_before_are_kept() -> None:
    order = sent_order(30)
    before = order.expected_on

    services.change_expected(order, expected_on=before + 9 * DAY, note="strike", actor=LI)

    assert order.expected_on == before + 9 * DAY
    change = ExpectedChange.objects.get()
    assert (change.previous, change.note, change.actor) == (before, "strike", "li")
    with pytest.raises(RefusedError, match="cannot be expected before"):
        services.change_expected(order, expected_on=order.sent_on - DAY, actor=LI)
    services.receive_purchase_order(order)
    with pytest.raises(PurchaseOrderStateError):
        services.change_expected(order, expected_on=before, actor=LI)
    assert ExpectedChange.objects.count() == 1


def test_a_received_order_adds_to_what_was_counted_and_sales_take_off() -> None:
    order = sent_order(30)
    (line,) = lines_of(order)
    found(warehouse(), {line.product: 4}, at=ago(days=10))
    sold(line.product, 3, at=ago(days=9))
    receive(order, Arrival("LS", {line.pk: 30}, received_at=ago(days=8)), actor=LI)
    sold(line.product, 5, at=ago(days=7))

    assert on_hand_tomorrow() == {line.product_id: 26}
    assert stock_on_hand(as_of=timezone.localdate() - 8 * DAY).to_dict() == {line.product_id: 1}
