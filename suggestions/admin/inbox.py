"""One list of every kind of suggestion, the most valuable first."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeNumericFilter

from jobs.faces import LedgerAdmin
from suggestions import selectors
from suggestions.admin import bulk, columns, detail, filters
from suggestions.kinds import kinds
from suggestions.models import Suggestion


@admin.register(Suggestion)
class SuggestionAdmin(LedgerAdmin[Suggestion]):
    empty_hint = _("Nothing waits for you. New suggestions come with the next night.")
    list_display = [
        "subject_column",
        "kind_column",
        "change_column",
        "effect_column",
        "risk_column",
        "age_column",
        "state_column",
    ]
    list_display_links = ["subject_column"]
    list_filter = [
        filters.KindFilter,
        filters.StateFilter,
        filters.RiskFilter,
        filters.AgeFilter,
        ("effect", RangeNumericFilter),
    ]
    list_before_template = "suggestions/piles.html"
    search_fields = ["subject", "subject_zh", "subject_key"]
    search_help_text = _("Search by product or segment")
    ordering = ["-effect", "pk"]
    actions = ["approve_selected", "reject_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        return super().get_queryset(request).defer(*selectors.HEAVY_FIELDS)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(detail.DECIDE)

    @admin.display(description=_("subject"), ordering="subject")
    def subject_column(self, suggestion: Suggestion) -> SafeString:
        return format_html('<span class="zg-subject">{}</span>', columns.subject(suggestion))

    @admin.display(description=_("kind"), ordering="kind")
    def kind_column(self, suggestion: Suggestion) -> SafeString:
        return columns.kind_badge(suggestion.kind)

    @admin.display(description=_("change"), ordering="suggested_value")
    def change_column(self, suggestion: Suggestion) -> SafeString:
        return columns.change_arrow(suggestion)

    @admin.display(description=_("expected effect"), ordering="effect")
    def effect_column(self, suggestion: Suggestion) -> SafeString:
        return columns.effect_cell(suggestion)

    @admin.display(description=_("risk"), ordering="risk")
    def risk_column(self, suggestion: Suggestion) -> SafeString:
        return columns.risk_badge(suggestion)

    @admin.display(description=_("age"), ordering="-created_at")
    def age_column(self, suggestion: Suggestion) -> str:
        return columns.age(suggestion)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, suggestion: Suggestion) -> SafeString:
        return columns.state_badge(suggestion.state)

    @admin.action(description=_("Approve"), permissions=["decide"])
    def approve_selected(
        self, request: HttpRequest, chosen: QuerySet[Suggestion]
    ) -> HttpResponse | None:
        return bulk.approve_selected(self, request, chosen)

    @admin.action(description=_("Reject with a reason"), permissions=["decide"])
    def reject_selected(
        self, request: HttpRequest, chosen: QuerySet[Suggestion]
    ) -> HttpResponse | None:
        return bulk.reject_selected(self, request, chosen)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        piles = selectors.piles_by_kind()
        known = kinds()
        context = {
            "piles": [
                {"name": name, "kind": known.get(name), "pile": pile}
                for name, pile in piles.items()
            ],
            "pile_count": sum(pile.count for pile in piles.values()),
            "pile_effect": sum(pile.effect for pile in piles.values()),
            "chosen_kind": request.GET.get("kind", ""),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one suggestion; its rows are never edited by hand."""
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET"])
        suggestion = self._visible(request, object_id)
        if suggestion is None:
            return self.not_found(request, object_id)
        return detail.show(self, request, suggestion)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/decide/", wrap(self.decide_view), name="suggestions_decide"),
            path("<int:pk>/check/", wrap(self.check_view), name="suggestions_check"),
        ]
        return [*own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        suggestion = self._visible(request, str(pk))
        if suggestion is None:
            return self.not_found(request, str(pk))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return detail.decide(self, request, suggestion)

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        suggestion = self._visible(request, str(pk))
        if suggestion is None:
            return self.not_found(request, str(pk))
        return detail.check(request, suggestion)

    def _visible(self, request: HttpRequest, pk: str) -> Suggestion | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        whole = Suggestion.objects.select_related("job", "job__run")
        return whole.prefetch_related("decisions").filter(pk=pk).first() if pk.isdecimal() else None
