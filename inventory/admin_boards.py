"""Pages of the stock room beyond lists: restock board, evaluation, risk, replays."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget

from inventory import services
from inventory.board import groups, order_all
from inventory.charts import replay_chart, risk_chart, stock_value_chart
from inventory.evaluation import Evaluation, evaluate, risks
from inventory.models import (
    ClassServiceLevel,
    DemandForecast,
    LearnedLevels,
    RestockSuggestion,
    StockReplay,
    StockRule,
)
from inventory.selectors import forecast_scores
from inventory.wording_pages import AGE_LABEL, FIGURES, POLICIES, RISKS
from jobs.faces import LedgerAdmin, ModelAdmin
from jobs.terms import METRICS, in_words
from suggestions.actors import Actor

DECIDE = "suggestions.decide_suggestion"
REPLAY = "inventory.add_stockreplay"
LONGEST_NUMBER = 19  # digits of what no database key reaches
SHOWN, SHOWN_SPOILING, KEPT_SECONDS = 50, 15, 300


@admin.register(RestockSuggestion)
class RestockBoardAdmin(LedgerAdmin[RestockSuggestion]):
    """The list is the board by supplier; evaluation and risk stand beside it."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("order/", wrap(self.order_view), name="inventory_order_all"),
            path("evaluation/", wrap(self.evaluation_view), name="inventory_evaluation"),
            path("risk/", wrap(self.risk_view), name="inventory_risk"),
            *super().get_urls(),
        ]

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        frame = self.admin_site.each_context(request) | {"content_title": context["title"]}
        return TemplateResponse(request, f"inventory/{name}.html", frame | context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_order = request.user.has_perm(DECIDE)
        return self._page(
            request, "board", title=_("Restock board"), groups=groups(), may_order=may_order
        )

    def order_view(self, request: HttpRequest) -> HttpResponse:
        """Put a supplier's open orders on its draft purchase order."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        text = request.POST.get("supplier", "")
        if text.isdecimal() and len(text) < LONGEST_NUMBER:
            done, refused = order_all(supplier_id=int(text), actor=Actor.of_user(request.user))
            words = ngettext(
                "%(count)s product is on the draft order now.",
                "%(count)s products are on the draft order now.",
                done,
            )
            messages.success(request, words % {"count": done})
            for reason in refused[:5]:
                messages.warning(request, reason)
        else:
            messages.error(request, gettext("Choose a supplier of the board."))
        return HttpResponseRedirect(reverse("admin:inventory_restocksuggestion_changelist"))

    def evaluation_view(self, request: HttpRequest) -> HttpResponse:
        """How stock did in the last quarter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, scores = _evaluated(timezone.localdate())
        context: dict[str, Any] = {"title": _("Evaluation of stock"), "is_empty": found is None}
        if found is not None:
            context |= {
                "cards": [(FIGURES[name], name, value) for name, value in found.shop.items()],
                "chart_data": stock_value_chart(found.weeks),
                "ageing": [(AGE_LABEL % {"days": name}, v) for name, v in found.ageing.items()],
                "rows": found.products.head(SHOWN).reset_index().to_dict("records"),
                "spoiling": _spoiling(found),
                "scores": {in_words(METRICS, name): by for name, by in scores.items()},
            }
        return self._page(request, "evaluation", **context)

    def risk_view(self, request: HttpRequest) -> HttpResponse:
        """What is at risk, in money."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = risks(today=timezone.localdate())
        named = [(RISKS[risk.name], risk) for risk in found]
        return self._page(
            request, "risk", title=_("Risks of stock"), risks=named, chart_data=risk_chart(named)
        )


def _spoiling(found: Evaluation) -> list[dict[Any, Any]]:
    rows = found.products[found.products["expiring"] > 0]
    dearest = rows.sort_values("expiring_value", ascending=False).head(SHOWN_SPOILING)
    return dearest.reset_index().to_dict("records")


def _evaluated(day: date) -> tuple[Evaluation | None, dict[str, dict[str, float]]]:
    """Return the figures of a day and the forecast's scores, kept for some minutes."""
    key = f"inventory.evaluation:{day.isoformat()}"
    kept: tuple[Evaluation | None, dict[str, dict[str, float]]] | None = cache.get(key)
    if kept is None:
        forecast = DemandForecast.objects.live()
        kept = evaluate(as_of=day), forecast_scores(forecast) if forecast else {}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


class ReplayForm(forms.Form):
    """What a replay is to ask: what if …"""

    days = forms.IntegerField(
        label=_("days"), min_value=56, max_value=728, initial=182,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    service_level = forms.DecimalField(
        label=_("service level"), min_value=0.5, max_value=0.999, required=False,
        help_text=_("Empty: the policy's."), widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    lead_factor = forms.DecimalField(
        label=_("lead time, times"), min_value=0.1, max_value=5, initial=1,
        help_text=_("1.5: deliveries take half as long again."),
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    budget = forms.DecimalField(
        label=_("budget per review"), min_value=0, max_digits=14, decimal_places=2, required=False,
        help_text=_("Empty: no limit."), widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip


@admin.register(StockReplay)
class StockReplayAdmin(LedgerAdmin[StockReplay]):
    empty_hint = _("Ask above what would have been; the answer will stand here.")
    list_display = ["__str__", "days", "products", "job"]
    list_select_related = ["job"]
    list_before_template = "inventory/replay_form.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = ReplayForm() if request.user.has_perm(REPLAY) else None
        context = {"replay_form": form} | (extra_context or {})
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(self.start_view)
        return [path("start/", start, name="inventory_start_replay"), *super().get_urls()]

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Queue a replay; a wish that makes no sense is refused with the reason."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(REPLAY):
            raise PermissionDenied
        form = ReplayForm(request.POST)
        if not form.is_valid():
            return self._list(request, form)
        wish = form.cleaned_data
        job = services.queue_replay(
            as_of=timezone.localdate(),
            days=wish["days"],
            service_level=_number(wish["service_level"]),
            lead_factor=float(wish["lead_factor"]),
            budget=_number(wish["budget"]),
        )
        messages.success(
            request, gettext("The replay is queued; its result will stand in this list.")
        )
        if request.user.has_perm("jobs.view_job"):
            return HttpResponseRedirect(reverse("admin:jobs_job_change", args=[job.pk]))
        return HttpResponseRedirect(reverse("admin:inventory_stockreplay_changelist"))

    def _list(self, request: HttpRequest, form: ReplayForm) -> HttpResponse:
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else name
            messages.error(request, f"{label}: {' '.join(str(error) for error in errors)}")
        return HttpResponseRedirect(reverse("admin:inventory_stockreplay_changelist"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The policies beside what happened, the cheapest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).select_related("job")
        replay = found.filter(pk=object_id).first() if object_id.isdecimal() else None
        if replay is None:
            return self.not_found(request, object_id)
        rows = sorted(replay.results, key=lambda row: row["holding"] + row["shortage"])
        named = [(POLICIES.get(row["policy"], row["policy"]), row) for row in rows]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": replay,
            "title": str(replay),
            "replay": replay,
            "rows": named,
            "wish": replay.job.arguments,
            "chart_data": replay_chart(named),
        }
        return TemplateResponse(request, "inventory/replay.html", context)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@admin.register(ClassServiceLevel)
class ClassServiceLevelAdmin(ModelAdmin[ClassServiceLevel]):
    list_display = ["__str__", "service_level"]
    list_editable = ["service_level"]


@admin.register(LearnedLevels)
class LearnedLevelsAdmin(LedgerAdmin[LearnedLevels]):
    empty_hint = _("Service levels are learned by the night.")
    list_display = ["__str__", "days", "products", "levels_column"]

    @admin.display(description=_("service levels"))
    def levels_column(self, row: LearnedLevels) -> str:
        return ", ".join(f"{name} {100 * level:g} %" for name, level in sorted(row.levels.items()))


@admin.register(StockRule)
class StockRuleAdmin(ModelAdmin[StockRule]):
    empty_hint = _("A rule begins when a suggestion to hold less of a product is approved.")
    list_display = ["product", "service_level", "set_on", "set_by"]
    list_select_related = ["product"]
    search_fields = ["product__sku", "product__title"]
    fields = ["product", "service_level", "set_on", "set_by"]
    readonly_fields = ["product", "set_on", "set_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A rule begins with an approved suggestion."""
        return False
