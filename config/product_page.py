"""What the page of a product shows above its form, gathered from every room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.charts import price_chart
from catalog.models import Product
from inventory.charts import sales_and_forecast
from inventory.selectors import forecast_fan, weekly_sales
from recommendations.selectors import Recommended, similar_products
from sales import takings
from sales.stock import units_at_places
from suggestions.admin import columns
from suggestions.kinds import Chart
from suggestions.models import Suggestion
from suggestions.money import money, number
from suggestions.selectors import open_suggestions

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

WEEKS = 52
MOST_PRICES = 400
SHOWN_SIMILAR = 6


@dataclass(frozen=True)
class Advice:
    """A suggestion in a line."""

    suggestion: Suggestion
    kind: "SafeString"
    change: "SafeString"
    effect: "SafeString"
    risk: "SafeString"


@dataclass(frozen=True)
class ProductPage:
    """Facts as ``(label, value, remark)``, charts, and open suggestions."""

    facts: list[tuple[str, str, str]]
    charts: list[Chart] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)
    lists: list[tuple[str, list[Recommended]]] = field(default_factory=list)


def page_of(product: Product, request: HttpRequest) -> ProductPage:
    """Everything the reader may see about a product."""
    may = request.user.has_perm
    charts = [price_chart(_prices(product))]
    units: list[int] = []
    if may("sales.view_order"):
        before = (takings.newest_day() or timezone.localdate()) + timedelta(days=1)
        past = weekly_sales(product_id=product.pk, before=before, weeks=WEEKS)
        units = [int(week) for week in past["units"]]
        charts.insert(0, sales_and_forecast(past, forecast_fan(product_id=product.pk)))
    advice = advice_for(f"product:{product.pk}") if may("suggestions.view_suggestion") else []
    return ProductPage(_facts(product, units), charts, advice, _lists(product, request))


def _lists(product: Product, request: HttpRequest) -> list[tuple[str, list[Recommended]]]:
    if not request.user.has_perm("recommendations.view_recommenderversion"):
        return []
    similar = similar_products(product.sku, SHOWN_SIMILAR)
    return [(_("Goes with it"), similar.items)] if similar.items else []


def advice_for(subject_key: str) -> list[Advice]:
    """The open suggestions about a subject."""
    return [
        Advice(
            suggestion,
            columns.kind_badge(suggestion.kind),
            columns.change_arrow(suggestion),
            columns.effect_cell(suggestion),
            columns.risk_badge(suggestion),
        )
        for suggestion in open_suggestions().filter(subject_key=subject_key)
    ]


def _prices(product: Product) -> list[tuple[date, Decimal]]:
    newest_first = product.price_changes.values_list("effective_at", "price")[:MOST_PRICES]
    prices = [(timezone.localdate(at), price) for at, price in reversed(newest_first)]
    return [*prices, (timezone.localdate(), prices[-1][1])] if prices else []


def _facts(product: Product, weekly_units: Sequence[int]) -> list[tuple[str, str, str]]:
    counted = _stock(product)
    cost = _("unknown; an assumption is used") if product.cost is None else ""
    margin = ""
    if product.price and product.cost is not None:
        share = 100 * (product.price - product.cost) / product.price
        margin = _("margin %(share)s %%") % {"share": number(share)}
    return [
        (_("Price"), "–" if product.price is None else money(product.price), margin),
        (_("Cost"), "–" if product.cost is None else money(product.cost), cost),
        (
            _("On hand"),
            "–" if counted is None else number(counted[0]),
            _("never counted; an assumption is used")
            if counted is None
            else _("counted %(day)s") % {"day": counted[1].isoformat()},
        ),
        (
            _("Sold in 4 weeks"),
            number(sum(weekly_units[-4:])),
            _("%(units)s in a year") % {"units": number(sum(weekly_units))},
        ),
    ]


def _stock(product: Product) -> tuple[int, date] | None:
    """Units on hand now at all locations, and the day of the newest count."""
    levels = units_at_places(before=timezone.now(), product_ids=[product.pk])
    if levels.empty:
        return None
    return int(levels["on_hand"].sum()), timezone.localdate(levels["counted_at"].max())
