"""Goods come in on a purchase order: all of it, a part, or more than was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.columns import shop_midnight
from catalog.models import Delivery, Location, StockMovement
from inventory.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
)
from inventory.services.movements import refuse_more_than_a_shelf
from inventory.services.places import home_location
from inventory.services.refusals import ConflictError, PurchaseOrderStateError, RefusedError
from suggestions.actors import Actor

State = PurchaseOrder.State
OPEN = (State.SENT, State.PARTLY)


@dataclass(frozen=True)
class Arrival:
    """A delivery as it is told: units by line id, where and when, and a key that is its own."""

    key: str
    units: Mapping[int, int]
    location: Location | None = None
    received_at: datetime | None = None
    note: str = ""
    accept_surplus: bool = False


def receive(order: PurchaseOrder, arrival: Arrival, *, actor: Actor) -> PurchaseReceipt:
    """Write a delivery down and post its units as stock; told again, nothing changes.

    Raises PurchaseOrderStateError for an order not under way, ConflictError where the key belongs
    to another delivery, RefusedError for units that cannot be; then nothing has changed.
    """
    with transaction.atomic():
        order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
        told = PurchaseReceipt.objects.filter(key=arrival.key).first()
        if told is not None:
            return _same(told, order, arrival)
        lines = _lines(order)
        units = _checked(order, lines, arrival)
        receipt = _write(order, lines, units, arrival, actor)
        _move_on(order, lines, units, receipt)
    return receipt


def _lines(order: PurchaseOrder) -> dict[int, PurchaseOrderLine]:
    rows = order.lines.select_related("product").prefetch_related("receipt_lines")
    return {line.pk: line for line in rows}


def _same(told: PurchaseReceipt, order: PurchaseOrder, arrival: Arrival) -> PurchaseReceipt:
    """The delivery as it was told before, where it is the same one."""
    units = dict(told.lines.values_list("line_id", "units"))
    wanted = {key: count for key, count in arrival.units.items() if count}
    if told.order_id != order.pk or units != wanted:
        raise ConflictError(
            _("Delivery note %(key)s was received already, with other goods; use another number.")
            % {"key": told.key},
            "key",
        )
    return told


def _checked(
    order: PurchaseOrder, lines: Mapping[int, PurchaseOrderLine], arrival: Arrival
) -> dict[int, int]:
    """The units above zero by line; raises where something cannot be."""
    if order.state not in OPEN:
        raise PurchaseOrderStateError(
            _("The order is %(state)s; nothing was changed.") % {"state": order.get_state_display()}
        )
    if not arrival.key.strip():
        raise RefusedError(_("Give the delivery a number that is its own."), "key")
    _check_time(order, arrival.received_at or timezone.now())
    for pk, units in arrival.units.items():
        _check_line(lines.get(pk), units, is_surplus_fine=arrival.accept_surplus)
    above = {pk: units for pk, units in arrival.units.items() if units}
    if not above:
        raise RefusedError(
            _("Nothing was received: enter the units of one line at least."), "lines"
        )
    return above


def _check_line(line: PurchaseOrderLine | None, units: int, *, is_surplus_fine: bool) -> None:
    if line is None:
        raise RefusedError(_("This order has no such line."), "lines")
    if units < 0:
        raise RefusedError(
            _(
                "%(product)s: %(units)s units cannot be received; write goods sent back down as"
                " “returned to the supplier”."
            )
            % {"product": line.product, "units": units},
            "lines",
        )
    refuse_more_than_a_shelf(units, "lines")
    if units > line.outstanding and not is_surplus_fine:
        raise RefusedError(
            _(
                "%(product)s: %(units)s units came and %(outstanding)s were still to come; accept"
                " the surplus, or enter fewer."
            )
            % {"product": line.product, "units": units, "outstanding": line.outstanding},
            "lines",
        )


def _check_time(order: PurchaseOrder, at: datetime) -> None:
    if at > timezone.now():
        raise RefusedError(_("Goods cannot have come in the future."), "received_at")
    if order.sent_on and at < shop_midnight(order.sent_on):
        raise RefusedError(
            _("The order was sent on %(day)s; its goods cannot have come before.")
            % {"day": date_format(order.sent_on)},
            "received_at",
        )


def _write(
    order: PurchaseOrder,
    lines: Mapping[int, PurchaseOrderLine],
    units: Mapping[int, int],
    arrival: Arrival,
    actor: Actor,
) -> PurchaseReceipt:
    receipt = PurchaseReceipt.objects.create(
        order=order,
        location=arrival.location or order.location or home_location(),
        key=arrival.key,
        received_at=arrival.received_at or timezone.now(),
        note=arrival.note,
        actor=actor.name,
    )
    parts = [
        PurchaseReceiptLine(receipt=receipt, line=lines[pk], units=count)
        for pk, count in units.items()
    ]
    PurchaseReceiptLine.objects.bulk_create(parts)
    StockMovement.objects.bulk_create(_movement(part) for part in parts)
    if order.supplier_id and order.sent_on:
        source = (order.supplier_id, order.sent_on)
        Delivery.objects.bulk_create(_delivery(part, *source) for part in parts)
    return receipt


def _movement(part: PurchaseReceiptLine) -> StockMovement:
    receipt = part.receipt
    return StockMovement(
        product_id=part.line.product_id,
        location=receipt.location,
        kind=StockMovement.Kind.RECEIPT,
        units=part.units,
        at=receipt.received_at,
        reference=f"PO {receipt.order_id} / {receipt.key}"[:80],
        note=receipt.note,
        actor=receipt.actor,
        key=f"receipt:{receipt.pk}:{part.line_id}",
    )


def _delivery(part: PurchaseReceiptLine, supplier_id: int, ordered_on: date) -> Delivery:
    return Delivery(
        supplier_id=supplier_id,
        product_id=part.line.product_id,
        ordered_on=ordered_on,
        received_on=timezone.localdate(part.receipt.received_at),
        units=part.units,
        key=f"receipt:{part.receipt_id}:{part.line_id}",
    )


def _move_on(
    order: PurchaseOrder,
    lines: Mapping[int, PurchaseOrderLine],
    units: Mapping[int, int],
    receipt: PurchaseReceipt,
) -> None:
    """Received once nothing is outstanding, partly received until then."""
    is_done = all(line.outstanding <= units.get(pk, 0) for pk, line in lines.items())
    order.state = State.RECEIVED if is_done else State.PARTLY
    if is_done:
        days = order.receipts.values_list("received_at", flat=True)
        order.received_on = timezone.localdate(max([*days, receipt.received_at]))
    order.save(update_fields=["state", "received_on"])
