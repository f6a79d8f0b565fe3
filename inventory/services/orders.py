"""Purchase orders: opened by an approved suggestion, sent, received."""

from datetime import date, timedelta
from typing import NoReturn

import pandas as pd
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.columns import shop_midnight
from inventory.models import (
    ExpectedChange,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockSuggestion,
)
from inventory.models.orders import NO_SUCH_DAY
from inventory.selectors import units_on_order
from inventory.services.movements import MOST_UNITS
from inventory.services.receipts import OPEN, Arrival, receive
from inventory.services.refusals import PurchaseOrderStateError, RefusedError
from sales.stock import stock_levels
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, WorldMovedError
from suggestions.models import Suggestion

State = PurchaseOrder.State
SYSTEM = Actor(name="system")


def order_suggested(suggestion: Suggestion, actor: Actor) -> PurchaseOrderLine:
    """Put an approved suggestion's quantity on the supplier's draft order.

    Call inside the transaction of the approval. Raises WorldMovedError where something was
    ordered since, or a newer count shows stock enough, and InvalidValueError where the draft's line
    cannot hold the units; then nothing has changed. What a unit costs follows what is on the line
    in the end.
    """
    detail = RestockSuggestion.objects.select_related("product", "supplier").get(
        suggestion=suggestion
    )
    order = _draft(detail, actor)
    _refuse_if_moved(detail, suggestion.as_of)
    units = int(str(suggestion.value).split(".")[0])
    line, is_new = PurchaseOrderLine.objects.get_or_create(
        order=order,
        product_id=detail.product_id,
        defaults={
            "quantity": units,
            "unit_cost": detail.unit_cost_of(units),
            "created_on": timezone.localdate(),
            "suggestion": suggestion,
        },
    )
    if not is_new:
        _refuse_beyond_a_line(line.quantity, units)
        line.quantity = F("quantity") + units
        line.suggestion = suggestion
        line.save(update_fields=["quantity", "suggestion"])
        line.refresh_from_db()
        line.unit_cost = detail.unit_cost_of(line.quantity)
        line.save(update_fields=["unit_cost"])
    return line


def _refuse_beyond_a_line(there: int, units: int) -> None:
    if there + units > MOST_UNITS:
        raise InvalidValueError(
            _(
                "%(there)s units are on the draft already; with %(units)s more the line holds more"
                " than a shelf does. Send the draft first, or order fewer."
            )
            % {"there": there, "units": units}
        )


def _draft(detail: RestockSuggestion, actor: Actor) -> PurchaseOrder:
    """Return the supplier's draft, locked, expecting its slowest line."""
    today = timezone.localdate()
    expected_on = today + timedelta(days=detail.lead_days)
    order, is_new = PurchaseOrder.objects.select_for_update().get_or_create(
        supplier=detail.supplier,
        state=State.DRAFT,
        defaults={
            "created_on": today,
            "expected_on": expected_on,
            "created_by": actor.name,
            "user_id": actor.user_id,
        },
    )
    if not is_new and (order.expected_on is None or order.expected_on < expected_on):
        order.expected_on = expected_on
        order.save(update_fields=["expected_on"])
    return order


def _refuse_if_moved(detail: RestockSuggestion, as_of: date) -> None:
    on_order = int(units_on_order(product_ids=[detail.product_id]).get(detail.product_id, 0))
    if on_order != detail.on_order:
        raise WorldMovedError(
            _("%(now)s units are on order now; there were %(then)s when this was computed.")
            % {"now": on_order, "then": detail.on_order}
        )
    counted = _counted_since(detail.product_id, as_of)
    if counted is not None and counted + on_order >= detail.reorder_point:
        raise WorldMovedError(
            _("A newer count found %(units)s units on hand; that is enough for now.")
            % {"units": counted}
        )


def _counted_since(product_id: int, as_of: date) -> int | None:
    """Return the units on hand now, where a count of some place is newer than ``as_of``."""
    levels = stock_levels(before=timezone.now(), product_ids=[product_id])
    if levels.empty or levels["counted_at"].max() < pd.Timestamp(shop_midnight(as_of)):
        return None
    return int(levels["on_hand"].sum())


def send_purchase_order(order: PurchaseOrder, *, actor: Actor = SYSTEM) -> PurchaseOrder:
    """Mark a draft as sent today; the expected day moves by as long as it lay waiting.

    RefusedError where it has no lines.
    """
    del actor  # who made the draft is written on it
    if order.state == State.DRAFT and not order.lines.exists():
        raise RefusedError(_("The order has no lines; cancel it."), "lines")
    today = timezone.localdate()
    waited = today - order.created_on
    expected_on = order.expected_on + waited if order.expected_on else None
    return _move(order, State.DRAFT, state=State.SENT, sent_on=today, expected_on=expected_on)


def receive_purchase_order(
    order: PurchaseOrder, *, on: date | None = None, actor: Actor = SYSTEM
) -> PurchaseOrder:
    """Receive all that is outstanding, now or at the beginning of a day in the past."""
    lines = order.lines.prefetch_related("receipt_lines")
    arrival = Arrival(
        key=f"PO {order.pk} rest {order.receipts.count() + 1}",
        units={line.pk: line.outstanding for line in lines},
        received_at=shop_midnight(on) if on else None,
    )
    receive(order, arrival, actor=actor)
    order.refresh_from_db()
    return order


def cancel_purchase_order(order: PurchaseOrder, *, actor: Actor = SYSTEM) -> PurchaseOrder:
    """Withdraw a draft; its units are no longer expected."""
    del actor
    today = timezone.localdate()
    return _move(order, State.DRAFT, state=State.CANCELLED, cancelled_on=today)


def cancel_rest(order: PurchaseOrder, *, actor: Actor = SYSTEM) -> PurchaseOrder:
    """Give up what a sent order has not delivered; what came in stays.

    An order of which something came is received from then on, else it is cancelled.
    """
    del actor
    with transaction.atomic():
        locked = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state not in OPEN:
            order.refresh_from_db()
            _refuse(order)
        for line in locked.lines.prefetch_related("receipt_lines"):
            line.cancelled += line.outstanding
            line.save(update_fields=["cancelled"])
        newest = locked.receipts.order_by("-received_at").first()
        locked.state = State.RECEIVED if newest else State.CANCELLED
        locked.received_on = timezone.localdate(newest.received_at) if newest else None
        locked.cancelled_on = timezone.localdate()
        locked.save(update_fields=["state", "received_on", "cancelled_on"])
    order.refresh_from_db()
    return order


def change_expected(
    order: PurchaseOrder, *, expected_on: date, note: str = "", actor: Actor
) -> ExpectedChange:
    """Write down that an order is expected on another day; the days named before are kept."""
    with transaction.atomic():
        locked = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state not in (State.DRAFT, *OPEN):
            order.refresh_from_db()
            _refuse(order)
        if locked.sent_on and expected_on < locked.sent_on:
            raise RefusedError(
                _("The order was sent on %(day)s; it cannot be expected before.")
                % {"day": date_format(locked.sent_on)},
                "expected_on",
            )
        if not locked.may_come_on(expected_on):
            raise RefusedError(str(NO_SUCH_DAY), "expected_on")
        change = ExpectedChange.objects.create(
            order=locked,
            previous=locked.expected_on,
            expected_on=expected_on,
            note=note,
            actor=actor.name,
        )
        locked.expected_on = expected_on
        locked.save(update_fields=["expected_on"])
    order.refresh_from_db()
    return change


@transaction.atomic
def _move(order: PurchaseOrder, start: str, **changes: object) -> PurchaseOrder:
    moved = PurchaseOrder.objects.filter(pk=order.pk, state=start).update(**changes)
    order.refresh_from_db()
    if moved != 1:
        _refuse(order)
    return order


def _refuse(order: PurchaseOrder) -> NoReturn:
    raise PurchaseOrderStateError(
        _("The order is %(state)s; nothing was changed.") % {"state": order.get_state_display()}
    )
