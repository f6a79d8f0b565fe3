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
    StockRule,
    TightenSuggestion,
    Transfer,
)
from inventory.selectors import products_on_the_move
from inventory.services.transfers import open_transfer
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion

if TYPE_CHECKING:
    from suggestions.actors import Actor


def plan_transfer(suggestion: Suggestion, actor: "Actor") -> Transfer:
    """Open an approved move; WorldMovedError where stock was counted or a move planned since."""
    detail = BalanceSuggestion.objects.select_related("source", "target").get(suggestion=suggestion)
    _refuse_if_counted(detail.product_id, suggestion.as_of)
    if detail.product_id in products_on_the_move():
        raise WorldMovedError(_("A transfer of this product is planned already."))
    return open_transfer(
        source=detail.source,
        destination=detail.target,
        units={detail.product_id: int(str(suggestion.value).split(".")[0])},
        note=_("Suggestion %(number)s") % {"number": suggestion.pk},
        actor=actor,
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


def _refuse_if_counted(product_id: int, as_of: date) -> None:
    newest = StockCount.objects.filter(product_id=product_id).aggregate(at=Max("counted_at"))["at"]
    if newest is not None and timezone.localdate(newest) >= as_of:
        raise WorldMovedError(_("Stock of this product was counted since; wait for tonight's run."))
