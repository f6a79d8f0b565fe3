"""Stocktakes: a form to count with, and what was counted."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from catalog.day_range import DayRangeFilter
from inventory import services
from inventory.models import Stocktake, StocktakeLine
from inventory.pages.forms import StocktakeForm
from inventory.pages.ledger import signed
from jobs.faces import LedgerAdmin, LedgerInline
from sales.stock import known_places
from suggestions.actors import Actor


class StocktakeLineInline(LedgerInline[StocktakeLine, Stocktake]):
    model = StocktakeLine
    per_page = 50
    fields = ("product", "expected", "counted", "difference_column")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StocktakeLine]:
        return super().get_queryset(request).select_related("product")

    @admin.display(description=_("difference"))
    def difference_column(self, line: StocktakeLine) -> SafeString | str:
        if line.expected is None:
            return gettext("first count")
        return signed(line.difference) if line.difference else "0"


@admin.register(Stocktake)
class StocktakeAdmin(LedgerAdmin[Stocktake]):
    list_display = ["__str__", "location", "counted_at", "line_column", "note", "actor"]
    list_select_related = ["location"]
    list_filter = [("location", AutocompleteSelectFilter), ("counted_at", DayRangeFilter)]
    search_fields = ["key", "note", "lines__product__sku"]
    fields = ["location", "counted_at", "key", "note", "actor", "recorded_at"]
    inlines = [StocktakeLineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stocktake]:
        return super().get_queryset(request).annotate(line_count=Count("lines"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inventory.add_stocktake")

    @admin.display(description=_("products"), ordering="line_count")
    def line_column(self, stocktake: Stocktake) -> int:
        return int(getattr(stocktake, "line_count", 0))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Count a location; the same form sent twice is posted once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        first = {"key": f"hand {uuid.uuid4().hex}", "location": known_places().default}
        form = StocktakeForm(request.POST or None, initial=first)
        if request.method == "POST" and form.is_valid():
            stocktake = self._post(request, form)
            if stocktake is not None:
                page = reverse("admin:inventory_stocktake_change", args=[stocktake.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Count a location"),
            "form": form,
        }
        return TemplateResponse(request, "inventory/stocktake.html", context)

    def _post(self, request: HttpRequest, form: StocktakeForm) -> Stocktake | None:
        given = form.cleaned_data
        counted = services.Counted(
            given["key"], given["location"], given["counts"], given["counted_at"], given["note"]
        )
        try:
            stocktake = services.post_stocktake(counted, actor=Actor.of_user(request.user))
        except services.RefusedError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return None
        messages.success(request, gettext("The counts are kept and their differences posted."))
        return stocktake
