"""The kinds ``balance``, ``tighten`` and ``clearance``: how they are checked and explained."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory.charts import sales_and_forecast
from inventory.models import BalanceSuggestion, ClearanceSuggestion, TightenSuggestion
from inventory.selectors import forecast_fan, weekly_sales
from inventory.services.adjusting import clear_stock, plan_transfer, set_stock_rule
from inventory.wording import percent
from suggestions.kinds import Chart, InvalidValueError, Kind, register
from suggestions.money import money, number, rounded_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from suggestions.actors import Actor
    from suggestions.models import Suggestion

    Facts = list[tuple[StrOrPromise, StrOrPromise]]


def _charts(suggestion: "Suggestion") -> list[Chart]:
    product_id = int(suggestion.subject_key.partition(":")[2])
    past = weekly_sales(product_id=product_id, before=suggestion.as_of)
    return [sales_and_forecast(past, forecast_fan(product_id=product_id, as_of=suggestion.as_of))]


def _units(value: Decimal, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidValueError(
            _("Give a number of units from 1 to %(most)s.") % {"most": number(most)}
        )


def _transfer(suggestion: "Suggestion", actor: "Actor") -> None:
    plan_transfer(suggestion, actor)


def _check_transfer(suggestion: "Suggestion", value: Decimal) -> None:
    _units(value, BalanceSuggestion.objects.get(suggestion=suggestion).source_units)


def _transfer_facts(suggestion: "Suggestion") -> "Facts":
    detail = BalanceSuggestion.objects.select_related("source", "target").get(suggestion=suggestion)
    return [
        (_("From location"), str(detail.source)),
        (_("To location"), str(detail.target)),
        (_("Way of balancing"), detail.get_balancing_display()),
        (_("Units at the source"), number(detail.source_units)),
        (_("Days the source lasts"), number(detail.source_cover_days)),
        (_("Units at the target"), number(detail.target_units)),
        (_("Days the target lasts"), number(detail.target_cover_days)),
        (_("Worth moved"), rounded_money(detail.quantity * detail.unit_cost)),
    ]


def _tighten(suggestion: "Suggestion", actor: "Actor") -> None:
    set_stock_rule(suggestion, actor)


def _tighten_facts(suggestion: "Suggestion") -> "Facts":
    detail = TightenSuggestion.objects.get(suggestion=suggestion)
    return [
        (_("On hand"), number(detail.on_hand)),
        (_("On order"), number(detail.on_order)),
        (_("Order up to, now → then"), f"{number(detail.up_to_now)} → {number(detail.up_to_then)}"),
        (
            _("Service level, now → then"),
            f"{percent(detail.level_now)} → {percent(detail.level_then)}",
        ),
        (
            _("Days of cover, now → then"),
            f"{number(detail.cover_now_days)} → {number(detail.cover_then_days)}",
        ),
        (_("Money freed"), rounded_money(detail.money_freed)),
        (_("Holding cost saved per year"), rounded_money(detail.holding_saved)),
        (_("Margin put at risk per year"), rounded_money(detail.risk_taken)),
        (_("Unit cost"), money(detail.unit_cost)),
    ]


def _clear(suggestion: "Suggestion", actor: "Actor") -> None:
    clear_stock(suggestion, actor)


def _check_clearance(suggestion: "Suggestion", value: Decimal) -> None:
    _units(value, ClearanceSuggestion.objects.get(suggestion=suggestion).on_hand)


def _clearance_facts(suggestion: "Suggestion") -> "Facts":
    detail = ClearanceSuggestion.objects.get(suggestion=suggestion)
    return [
        (_("On hand"), number(detail.on_hand)),
        (_("Expected demand per day"), number(detail.daily_demand, decimals=2)),
        (_("Days of stock worth keeping"), number(detail.keep_days)),
        (_("Units too many"), number(detail.surplus)),
        (_("Money tied up"), rounded_money(detail.money_tied)),
        *_expiry_facts(detail),
        (_("Holding cost saved"), rounded_money(detail.holding_saved)),
        (_("Clear by"), date_format(detail.clear_by)),
        (_("Unit cost"), money(detail.unit_cost)),
    ]


def _expiry_facts(detail: ClearanceSuggestion) -> "Facts":
    if not detail.expiring:
        return []
    return [
        (_("Shelf life in days"), number(detail.shelf_life_days or 0)),
        (_("Units that spoil before they sell"), number(detail.expiring)),
        (_("Cost of what spoils"), rounded_money(detail.expiring_cost)),
    ]


register(
    Kind(
        name="balance",
        label=gettext_lazy("Balance"),
        icon="swap_horiz",
        verb=pgettext_lazy("what is done with an amount", "Move"),
        apply=_transfer,
        charts=_charts,
        facts=_transfer_facts,
        check_value=_check_transfer,
        decimals=0,
    )
)
register(
    Kind(
        name="tighten",
        label=gettext_lazy("Tighten"),
        icon="compress",
        apply=_tighten,
        charts=_charts,
        facts=_tighten_facts,
        is_editable=False,
        decimals=0,
    )
)
register(
    Kind(
        name="clearance",
        label=gettext_lazy("Clearance"),
        icon="sell",
        verb=pgettext_lazy("what is done with an amount", "Clear"),
        apply=_clear,
        charts=_charts,
        facts=_clearance_facts,
        check_value=_check_clearance,
        decimals=0,
    )
)
