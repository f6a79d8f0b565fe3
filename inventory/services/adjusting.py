"""Approved adjustments: a transfer is planned, a product's own level set, a clearance asked for."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Clearance, StockCount
from catalog.services import ask_clearance
from inventory.models import (
    BalanceSuggestion,
    ClearanceSuggestion,
    PlannedTransfer,
    StockRule,
    TightenSuggestion,
)
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion

if TYPE_CHECKING:
    from suggestions.actors import Actor

State = PlannedTransfer.State


class TransferStateError(Exception):
    """The transfer is no longer planned: it was done or cancelled before."""


def plan_transfer(suggestion: Suggestion, actor: "Actor") -> PlannedTransfer:
    """Plan an approved move; WorldMovedError where stock was counted or a move planned since."""
    detail = BalanceSuggestion.objects.get(suggestion=suggestion)
    _refuse_if_counted(detail.product_id, suggestion.as_of)
    planned = PlannedTransfer.objects.filter(product_id=detail.product_id, state=State.PLANNED)
    if planned.exists():
        raise WorldMovedError(_("A transfer of this product is planned already."))
    return PlannedTransfer.objects.create(
        product_id=detail.product_id,
        source_id=detail.source_id,
        target_id=detail.target_id,
        quantity=int(str(suggestion.value).split(".")[0]),
        created_on=timezone.localdate(),
        created_by=actor.name,
        suggestion=suggestion,
    )


def set_stock_rule(suggestion: Suggestion, actor: "Actor") -> StockRule:
    """Give a product the level of an approved suggestion; WorldMovedError if it got one since."""
    detail = TightenSuggestion.objects.get(suggestion=suggestion)
    newer = StockRule.objects.filter(product_id=detail.product_id, set_on__gte=suggestion.as_of)
    if newer.exists():
        raise WorldMovedError(_("This product was given a service level of its own since."))
    rule, _is_new = StockRule.objects.update_or_create(
        product_id=detail.product_id,
        defaults={
            "service_level": round(detail.level_then, 3),
            "set_on": timezone.localdate(),
            "set_by": actor.name,
            "suggestion": suggestion,
        },
    )
    return rule


def clear_stock(suggestion: Suggestion, actor: "Actor") -> Clearance:
    """Ask for an approved clearance, as a fact that pricing reads.

    Raises WorldMovedError where stock was counted since.
    """
    detail = ClearanceSuggestion.objects.get(suggestion=suggestion)
    _refuse_if_counted(detail.product_id, suggestion.as_of)
    return ask_clearance(
        product_id=detail.product_id,
        units=int(str(suggestion.value).split(".")[0]),
        clear_by=detail.clear_by,
        actor=actor,
        suggestion=suggestion,
    )


def end_transfer(transfer: PlannedTransfer, *, state: str) -> PlannedTransfer:
    """Mark a planned transfer as done or cancelled; TransferStateError where it no longer is."""
    if state not in (State.DONE, State.CANCELLED):
        raise ValueError("state must be done or cancelled")
    moved = PlannedTransfer.objects.filter(pk=transfer.pk, state=State.PLANNED).update(state=state)
    transfer.refresh_from_db()
    if moved != 1:
        raise TransferStateError(
            _("The transfer is %(state)s; nothing was changed.")
            % {"state": transfer.get_state_display()}
        )
    return transfer


def _refuse_if_counted(product_id: int, as_of: date) -> None:
    newest = StockCount.objects.filter(product_id=product_id).aggregate(at=Max("counted_at"))["at"]
    if newest is not None and timezone.localdate(newest) >= as_of:
        raise WorldMovedError(_("Stock of this product was counted since; wait for tonight's run."))
