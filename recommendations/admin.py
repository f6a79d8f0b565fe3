"""Which trained recommender serves which list, and what the merchant wants in it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from jobs.badges import badge
from jobs.faces import LedgerAdmin, ModelAdmin
from jobs.terms import METHODS, in_words
from recommendations import screens, services
from recommendations.experiments.admin import ExperimentAdmin
from recommendations.models import PlacementRule, RecommenderVersion
from recommendations.recipe_wording import recipe_table
from recommendations.shelf import forget_versions

VIEW = "recommendations.view_recommenderversion"
CHANGE = "recommendations.change_recommenderversion"
SEE_CUSTOMER = "sales.view_customer"


@admin.register(RecommenderVersion)
class RecommenderVersionAdmin(LedgerAdmin[RecommenderVersion]):
    list_display = [
        "placement_column",
        "model_column",
        "as_of",
        "products",
        "live_column",
        "job_column",
    ]
    list_filter = [("placement", ChoicesDropdownFilter), ("is_live", BooleanRadioFilter)]
    fields = [
        "placement",
        "model_column",
        "recipe_column",
        "as_of",
        "products",
        "is_live",
        "held_column",
        "created_at",
    ]
    readonly_fields = ["model_column", "recipe_column", "held_column"]
    search_fields = ["model"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecommenderVersion]:
        return super().get_queryset(request).defer("blob", "recipe")

    @admin.display(description=_("made of"))
    def recipe_column(self, version: RecommenderVersion) -> SafeString:
        return recipe_table(version)

    @admin.display(description=_("held back because"))
    def held_column(self, version: RecommenderVersion) -> str:
        return " ".join(str(screens.CHECKS.get(name, name)) for name in version.held) or "–"

    @admin.display(description=_("placement"), ordering="placement")
    def placement_column(self, version: RecommenderVersion) -> str:
        return version.get_placement_display()

    @admin.display(description=_("model"), ordering="model")
    def model_column(self, version: RecommenderVersion) -> str:
        return str(in_words(METHODS, version.model))

    @admin.display(description=_("state"), ordering="is_live")
    def live_column(self, version: RecommenderVersion) -> SafeString:
        if version.held and not version.is_live:
            return badge(_("held back"), "warn", "front_hand")
        return badge(_("live"), "good", "bolt") if version.is_live else badge(_("replaced"))

    @admin.display(description=_("scores"), ordering="job")
    def job_column(self, version: RecommenderVersion) -> SafeString:
        url = reverse("admin:jobs_job_change", args=[version.job_id])
        words = _("beside the simple rule")
        return format_html('<a class="zg-link" href="{}">{}</a>', url, words)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages = [
            path("placements/", wrap(self.placements_view), name="recommendations_placements"),
            path("leaderboard/", wrap(self.leaderboard_view), name="recommendations_leaderboard"),
            path("preview/", wrap(self.preview_view), name="recommendations_preview"),
            path("<int:pk>/live/", wrap(self.live_view), name="recommendations_put_live"),
        ]
        return [*pages, *super().get_urls()]

    def placements_view(self, request: HttpRequest) -> HttpResponse:
        """Every list: what serves it, and did personalisation beat popularity?"""
        found = {"may_change": request.user.has_perm(CHANGE)}
        return self._page(request, "placements", _("Placements"), screens.placements() | found)

    def leaderboard_view(self, request: HttpRequest) -> HttpResponse:
        """All models of the last contest, for both objectives."""
        return self._page(request, "leaderboard", _("Leaderboard"), screens.leaderboard())

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """A list as any customer would see it, and what was kept out of it."""
        may_see = request.user.has_perm(SEE_CUSTOMER)
        form = screens.PreviewForm(screens.asked(request.GET, may_see_customers=may_see))
        found: dict[str, Any] = {"form": form}
        if form.is_valid():
            if form.cleaned_data["customer"] and not may_see:
                raise PermissionDenied
            found["preview"] = form.made()
        return self._page(request, "preview", _("Preview of a list"), found)

    def _page(
        self, request: HttpRequest, name: str, title: object, found: dict[str, Any]
    ) -> HttpResponse:
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        frame = self.admin_site.each_context(request)
        context = {**frame, "title": title, "content_title": title, "page": name, **found}
        return TemplateResponse(request, f"recommendations/{name}.html", context)

    def live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Serve a stored version, whatever the checks said; refused where it is gone or live."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        version = RecommenderVersion.objects.defer("blob").filter(pk=pk).first()
        if version is None:
            return self.not_found(request, str(pk))
        try:
            services.put_live(version)
        except services.NotPutLiveError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The version is live now."))
        return HttpResponseRedirect(reverse("admin:recommendations_placements"))


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
