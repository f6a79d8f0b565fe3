"""Which trained recommender serves which list, and what the merchant wants in it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from jobs.badges import badge
from jobs.faces import LedgerAdmin, ModelAdmin
from recommendations.experiments.admin import ExperimentAdmin
from recommendations.models import PlacementRule, RecommenderVersion
from recommendations.shelf import forget_versions


@admin.register(RecommenderVersion)
class RecommenderVersionAdmin(LedgerAdmin[RecommenderVersion]):
    list_display = ["placement_column", "model", "as_of", "products", "live_column", "job_column"]
    list_filter = [("placement", ChoicesDropdownFilter), ("is_live", BooleanRadioFilter)]
    fields = ["placement", "model", "recipe", "as_of", "products", "is_live", "created_at"]
    search_fields = ["model"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecommenderVersion]:
        return super().get_queryset(request).defer("blob", "recipe")

    @admin.display(description=_("placement"), ordering="placement")
    def placement_column(self, version: RecommenderVersion) -> str:
        return version.get_placement_display()

    @admin.display(description=_("state"), ordering="is_live")
    def live_column(self, version: RecommenderVersion) -> SafeString:
        return badge(_("live"), "good", "bolt") if version.is_live else badge(_("replaced"))

    @admin.display(description=_("scores"), ordering="job")
    def job_column(self, version: RecommenderVersion) -> SafeString:
        url = reverse("admin:jobs_job_change", args=[version.job_id])
        words = _("beside the simple rule")
        return format_html('<a class="zg-link" href="{}">{}</a>', url, words)


@admin.register(PlacementRule)
class PlacementRuleAdmin(ModelAdmin[PlacementRule]):
    """Rules are seen by this process at once, by the others within seconds."""

    list_display = ["__str__", "placement_column", "number", "starts_on", "ends_on", "state_column"]
    list_filter = [("placement", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter)]
    list_select_related = ["product", "category"]
    search_fields = ["product__sku", "product__title", "product__title_zh", "category__path"]
    autocomplete_fields = ["product", "category"]

    def save_model(self, request: HttpRequest, obj: PlacementRule, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        forget_versions()

    def delete_model(self, request: HttpRequest, obj: PlacementRule) -> None:
        super().delete_model(request, obj)
        forget_versions()

    @admin.display(description=_("list"), ordering="placement")
    def placement_column(self, rule: PlacementRule) -> str:
        return rule.get_placement_display()

    @admin.display(description=_("state"))
    def state_column(self, rule: PlacementRule) -> SafeString:
        today = timezone.localdate()
        if rule.starts_on and rule.starts_on > today:
            return badge(_("to come"), "plain", "schedule")
        if rule.ends_on and rule.ends_on < today:
            return badge(_("over"))
        return badge(_("in force"), "good", "bolt")


__all__ = ["ExperimentAdmin", "PlacementRuleAdmin", "RecommenderVersionAdmin"]
