"""The kind ``restock``: how an order suggestion is checked, applied and explained."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory.charts import sales_and_forecast, stock_ahead
from inventory.models import RestockSuggestion
from inventory.selectors import forecast_fan, weekly_sales
from inventory.services import order_suggested
from inventory.services.movements import MOST_UNITS
from inventory.wording import percent
from suggestions.kinds import Chart, InvalidValueError, Kind, register
from suggestions.money import money, number, rounded_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from suggestions.actors import Actor
    from suggestions.models import Suggestion


def _apply(suggestion: "Suggestion", actor: "Actor") -> None:
    order_suggested(suggestion, actor)


def _check(suggestion: "Suggestion", value: Decimal) -> None:
    detail = _detail(suggestion)
    if value < 1:
        raise InvalidValueError(_("Order at least 1 unit."))
    if value > MOST_UNITS:
        raise InvalidValueError(_("That is more than a shelf holds; check the units."))
    if value < detail.minimum_quantity:
        raise InvalidValueError(
            _("The supplier's minimum is %(units)s units.")
            % {"units": number(detail.minimum_quantity)}
        )
    if int(value) % detail.pack_size:
        raise InvalidValueError(
            _("The supplier delivers packs of %(units)s units.")
            % {"units": number(detail.pack_size)}
        )


def _detail(suggestion: "Suggestion") -> RestockSuggestion:
    return RestockSuggestion.objects.select_related("supplier").get(suggestion=suggestion)


def _charts(suggestion: "Suggestion") -> list[Chart]:
    detail = _detail(suggestion)
    past = weekly_sales(product_id=detail.product_id, before=suggestion.as_of)
    fan = forecast_fan(product_id=detail.product_id, as_of=suggestion.as_of)
    return [sales_and_forecast(past, fan), stock_ahead(fan, detail)]


def _facts(suggestion: "Suggestion") -> "list[tuple[StrOrPromise, StrOrPromise]]":
    detail = _detail(suggestion)
    assumed = {True: _("%(value)s (assumed)"), False: "%(value)s"}
    run_out = date_format(detail.run_out_on) if detail.run_out_on else "–"
    units = int(str(suggestion.value).split(".")[0])
    unit_cost = detail.unit_cost_of(units)
    return [
        (_("Supplier"), str(detail.supplier or _("not known"))),
        (_("On hand"), assumed[detail.on_hand_is_assumed] % {"value": number(detail.on_hand)}),
        (_("On order"), number(detail.on_order)),
        (_("Lead time in days"), assumed[detail.lead_is_assumed] % {"value": detail.lead_days}),
        (_("Days the order must last"), str(detail.protection_days)),
        (
            _("Demand over those days"),
            f"{number(detail.demand_mean, decimals=1)} "
            f"({number(detail.demand_q10)}–{number(detail.demand_q90)})",
        ),
        (_("Method"), detail.get_method_display()),
        (_("Service level"), _service_level(detail)),
        (_("Reorder point"), number(detail.reorder_point)),
        (_("Order up to"), number(detail.order_up_to)),
        (_("Minimum order quantity"), number(detail.minimum_quantity)),
        (_("Pack size"), number(detail.pack_size)),
        (_("Unit cost"), assumed[detail.cost_is_assumed] % {"value": money(unit_cost)}),
        *_price_breaks(detail),
        (_("Cost of the order"), rounded_money(units * unit_cost)),
        (_("Runs out on"), run_out),
        (_("Order by"), date_format(detail.order_by)),
        (_("Risk of running out before it arrives"), percent(detail.stockout_risk)),
        (_("Cost of waiting until the next order"), rounded_money(detail.waiting_cost)),
    ]


def _price_breaks(detail: RestockSuggestion) -> "list[tuple[StrOrPromise, StrOrPromise]]":
    steps = [
        _("%(cost)s from %(units)s units on") % {"cost": money(cost), "units": number(units)}
        for units, cost in detail.steps[1:]
    ]
    return [(_("Price breaks"), "; ".join(steps))] if steps else []


def _service_level(detail: RestockSuggestion) -> str:
    if detail.on_hand_is_assumed:
        return _("no safety stock before stock is counted")
    return percent(detail.service_level)


register(
    Kind(
        name="restock",
        label=gettext_lazy("Restock"),
        icon="inventory_2",
        verb=pgettext_lazy("what is done with an amount", "Order"),
        apply=_apply,
        charts=_charts,
        facts=_facts,
        check_value=_check,
        decimals=0,
    )
)
