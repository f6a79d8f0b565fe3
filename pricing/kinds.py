"""The kind ``price``: how a price suggestion is checked, applied and explained."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pricing.charts import demand_curve, prices_and_units, profit_curve
from pricing.models import PriceSuggestion
from pricing.selectors import policies, weekly_history
from pricing.services import apply_price
from suggestions.kinds import Chart, InvalidValueError, Kind, register
from suggestions.money import money, number, rounded_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from suggestions.actors import Actor
    from suggestions.models import Suggestion

CENT = Decimal("0.01")
WHOLE_UNITS = 10


def _apply(suggestion: "Suggestion", actor: "Actor") -> None:
    apply_price(suggestion, actor)


def _check(suggestion: "Suggestion", value: Decimal) -> None:
    """Refuse a price under the floor or beyond the step, by the policy as it is now."""
    detail = _detail(suggestion)
    policy = policies().of(detail.product.category_id)
    floor = (detail.unit_cost * (1 + policy.minimum_margin)).quantize(CENT, ROUND_CEILING)
    lowest = (detail.current_price * (1 - policy.largest_step)).quantize(CENT, ROUND_CEILING)
    highest = (detail.current_price * (1 + policy.largest_step)).quantize(CENT, ROUND_FLOOR)
    if value < floor:
        raise InvalidValueError(
            _("The price must not be under %(floor)s: cost plus the least margin.")
            % {"floor": money(floor)}
        )
    if not lowest <= value <= highest:
        raise InvalidValueError(
            _("One step may move the price to between %(lowest)s and %(highest)s.")
            % {"lowest": money(lowest), "highest": money(highest)}
        )


def _detail(suggestion: "Suggestion") -> PriceSuggestion:
    return PriceSuggestion.objects.select_related("product").get(suggestion=suggestion)


def _charts(suggestion: "Suggestion") -> list[Chart]:
    detail = _detail(suggestion)
    history = weekly_history(product_id=detail.product_id, before=suggestion.as_of)
    return [prices_and_units(history), demand_curve(detail), profit_curve(detail)]


def _facts(suggestion: "Suggestion") -> "list[tuple[StrOrPromise, StrOrPromise]]":
    detail = _detail(suggestion)
    cost = money(detail.unit_cost)
    if detail.cost_is_assumed:
        cost = _("%(value)s (assumed)") % {"value": cost}
    return [
        (_("Current price"), money(detail.current_price)),
        (_("Suggested price"), money(detail.suggested_price)),
        (_("Unit cost"), cost),
        (_("Floor price"), money(detail.floor_price)),
        (
            _("Elasticity"),
            f"{detail.elasticity:.2f} ({detail.elasticity_low:.2f} … {detail.elasticity_high:.2f})",
        ),
        (_("Share of its own evidence"), f"{100 * detail.own_weight:.0f} %"),
        (_("Expected units, now → then"), f"{_units(detail.units_now)} → {_units(detail.units)}"),
        (_("Expected profit, now → then"), _from_to(detail.profit_now, "→", detail.profit)),
        (_("Expected profit, low … high"), _from_to(detail.profit_low, "…", detail.profit_high)),
    ]


def _units(value: float) -> str:
    return number(value, decimals=0 if value >= WHOLE_UNITS else 1)


def _from_to(first: Decimal, sign: str, second: Decimal) -> str:
    return f"{rounded_money(first)} {sign} {rounded_money(second)}"


register(
    Kind(
        name="price",
        label=gettext_lazy("Price"),
        icon="sell",
        apply=_apply,
        charts=_charts,
        facts=_facts,
        check_value=_check,
    )
)
