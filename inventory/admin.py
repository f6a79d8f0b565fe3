"""Forecasts, and how much caution is wanted; what happens to stock has pages of its own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from inventory import admin_boards, pages
from inventory.models import DemandForecast, RestockPolicy
from inventory.override_admin import ForecastOverrideAdmin
from jobs.faces import DEFAULTS_HOLD, LedgerAdmin, ModelAdmin
from jobs.terms import METHODS, in_words

__all__ = [
    "DemandForecastAdmin",
    "ForecastOverrideAdmin",
    "RestockPolicyAdmin",
    "admin_boards",
    "pages",
]


@admin.register(RestockPolicy)
class RestockPolicyAdmin(ModelAdmin[RestockPolicy]):
    empty_hint = DEFAULTS_HOLD
    list_display = [
        "__str__",
        "level_by",
        "service_level",
        "review_days",
        "holding_share",
        "least_effect",
    ]
    list_editable = ["level_by", "service_level", "review_days", "holding_share", "least_effect"]
    list_select_related = ["category"]
    search_fields = ["category__path", "category__name_zh"]
    autocomplete_fields = ["category"]


@admin.register(DemandForecast)
class DemandForecastAdmin(LedgerAdmin[DemandForecast]):
    list_display = ["as_of", "method_column", "horizon_days"]

    @admin.display(description=_("method"), ordering="method")
    def method_column(self, forecast: DemandForecast) -> str:
        return str(in_words(METHODS, forecast.method))
