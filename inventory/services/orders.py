"""Purchase orders: opened by an approved suggestion, sent, received."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import StockCount
from inventory.models import PurchaseOrder, PurchaseOrderLine, RestockSuggestion
from inventory.selectors import units_on_order
from suggestions.actors import Actor
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion

State = PurchaseOrder.State


class PurchaseOrderStateError(Exception):
    """The order is not in the state this step starts from."""


def order_suggested(suggestion: Suggestion, actor: Actor) -> PurchaseOrderLine:
    """Put an approved suggestion's quantity on the supplier's draft order.

    Call inside the transaction of the approval. Raises WorldMovedError where something was
    ordered since, or a newer count shows stock enough; then nothing has changed.
    """
    detail = RestockSuggestion.objects.select_related("product", "supplier").get(
        suggestion=suggestion
    )
    order = _draft(detail, actor)
    _refuse_if_moved(detail, suggestion.as_of)
    line, is_new = PurchaseOrderLine.objects.get_or_create(
        order=order,
        product_id=detail.product_id,
        defaults={
            "quantity": int(str(suggestion.value).split(".")[0]),
            "unit_cost": detail.unit_cost,
            "created_on": timezone.localdate(),
            "suggestion": suggestion,
        },
    )
    if not is_new:
        line.quantity = F("quantity") + int(str(suggestion.value).split(".")[0])
        line.unit_cost, line.suggestion = detail.unit_cost, suggestion
        line.save(update_fields=["quantity", "unit_cost", "suggestion"])
        line.refresh_from_db()
    return line


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
    """Return the units of the newest count at every place, where one is newer than ``as_of``."""
    newest: dict[int, StockCount] = {}
    for count in StockCount.objects.filter(product_id=product_id).order_by("counted_at", "pk"):
        newest[count.location_id] = count
    if not any(timezone.localdate(count.counted_at) >= as_of for count in newest.values()):
        return None
    return sum(count.on_hand for count in newest.values())


def send_purchase_order(order: PurchaseOrder) -> PurchaseOrder:
    """Mark a draft as sent today; the expected day moves by as long as it lay waiting."""
    today = timezone.localdate()
    waited = today - order.created_on
    expected_on = order.expected_on + waited if order.expected_on else None
    return _move(order, State.DRAFT, state=State.SENT, sent_on=today, expected_on=expected_on)


def receive_purchase_order(order: PurchaseOrder, *, on: date | None = None) -> PurchaseOrder:
    """Mark a sent order as received in full; its units count as stock from the next day on."""
    received_on = on or timezone.localdate()
    return _move(order, State.SENT, state=State.RECEIVED, received_on=received_on)


def cancel_purchase_order(order: PurchaseOrder) -> PurchaseOrder:
    """Withdraw a draft; its units are no longer expected."""
    return _move(order, State.DRAFT, state=State.CANCELLED)


@transaction.atomic
def _move(order: PurchaseOrder, start: str, **changes: object) -> PurchaseOrder:
    moved = PurchaseOrder.objects.filter(pk=order.pk, state=start).update(**changes)
    order.refresh_from_db()
    if moved != 1:
        raise PurchaseOrderStateError(
            _("The order is %(state)s; nothing was changed.") % {"state": order.get_state_display()}
        )
    return order
