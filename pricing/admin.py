"""What prices may never do, and how demand answered to them."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jobs.faces import DEFAULTS_HOLD, LedgerAdmin, ModelAdmin
from pricing.models import Elasticity, PricePolicy
from suggestions.money import number


@admin.register(PricePolicy)
class PricePolicyAdmin(ModelAdmin[PricePolicy]):
    empty_hint = DEFAULTS_HOLD
    """The merchant's guardrails, editable in the list, one row per category."""

    list_display = [
        "__str__",
        "minimum_margin",
        "largest_step",
        "ending",
        "days_between_changes",
        "least_effect",
    ]
    list_editable = [
        "minimum_margin",
        "largest_step",
        "ending",
        "days_between_changes",
        "least_effect",
    ]
    list_select_related = ["category"]
    search_fields = ["category__path", "category__name_zh"]
    autocomplete_fields = ["category"]


@admin.register(Elasticity)
class ElasticityAdmin(LedgerAdmin[Elasticity]):
    list_display = ["product", "value_column", "observations", "own_column", "as_of"]
    list_select_related = ["product"]
    search_fields = ["product__sku", "product__title", "product__title_zh"]

    @admin.display(description=_("elasticity"), ordering="value")
    def value_column(self, row: Elasticity) -> SafeString:
        low, value, high = (number(x, decimals=2) for x in (row.low, row.value, row.high))
        return format_html("<b>{}</b> <small>{} … {}</small>", value, low, high)

    @admin.display(description=_("share of its own evidence"), ordering="own_weight")
    def own_column(self, row: Elasticity) -> str:
        return f"{number(100 * row.own_weight)} %"
