"""Purchase orders on their way, forecasts, and how much caution is wanted."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import DecimalField, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from catalog.admin import price_cell
from inventory import admin_boards, services
from inventory.models import (
    DemandForecast,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockPolicy,
)
from jobs.badges import Tone, badge
from jobs.faces import LedgerAdmin, ModelAdmin, TabularInline

STATE_TONES: dict[str, Tone] = {
    "draft": "accent",
    "sent": "busy",
    "received": "good",
    "cancelled": "bad",
}
MOVES: dict[str, Callable[[PurchaseOrder], PurchaseOrder]] = {
    "send": services.send_purchase_order,
    "receive": services.receive_purchase_order,
    "cancel": services.cancel_purchase_order,
}
CHANGE = "inventory.change_purchaseorder"


class LineInline(TabularInline[PurchaseOrderLine, PurchaseOrder]):
    """What is ordered; quantities may be changed as long as the order is a draft."""

    model = PurchaseOrderLine
    extra = 0
    fields = ("product", "quantity", "unit_cost", "total_column")
    readonly_fields = ("product", "total_column")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrderLine]:
        return super().get_queryset(request).select_related("product")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and request.user.has_perm(CHANGE)

    @admin.display(description=_("total"))
    def total_column(self, line: PurchaseOrderLine) -> SafeString:
        return price_cell(line.total)


def _is_draft(order: PurchaseOrder | None) -> bool:
    return order is not None and order.state == PurchaseOrder.State.DRAFT


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ModelAdmin[PurchaseOrder]):
    list_display = [
        "__str__",
        "state_column",
        "total_column",
        "created_on",
        "expected_on",
        "created_by",
    ]
    list_select_related = ["supplier"]
    list_filter = [("state", ChoicesDropdownFilter), ("supplier", AutocompleteSelectFilter)]
    search_fields = ["supplier__name", "lines__product__sku", "lines__product__title"]
    autocomplete_fields = ["supplier"]
    fields = ["supplier", "state", "created_on", "created_by", "expected_on", "sent_on"]
    readonly_fields = ["state", "created_on", "created_by", "sent_on"]
    inlines = [LineInline]
    change_form_outer_before_template = "inventory/purchase_order.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrder]:
        cost = Sum(
            F("lines__quantity") * F("lines__unit_cost"),
            output_field=DecimalField(max_digits=20, decimal_places=4),
        )
        return super().get_queryset(request).annotate(cost=cost)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders begin with an approved suggestion."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An order is cancelled, not deleted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or _is_draft(obj)) and request.user.has_perm(CHANGE)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, order: PurchaseOrder) -> SafeString:
        return badge(order.get_state_display(), STATE_TONES[order.state])

    @admin.display(description=_("total"), ordering="cost")
    def total_column(self, order: PurchaseOrder) -> SafeString:
        return price_cell(getattr(order, "cost", None))

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:pk>/move/", move, name="inventory_move_order"),
            *super().get_urls(),
        ]

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send, receive or cancel an order; refused where its state has moved on."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        order = self.get_object(request, str(pk))
        move = MOVES.get(request.POST.get("move", ""))
        if order is None or move is None:
            return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_changelist"))
        try:
            move(order)
        except services.PurchaseOrderStateError as error:
            messages.error(request, str(error))
        else:
            text = _now("The order is %(state)s now.") % {"state": order.get_state_display()}
            messages.success(request, text)
        return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_change", args=[pk]))


@admin.register(RestockPolicy)
class RestockPolicyAdmin(ModelAdmin[RestockPolicy]):
    list_display = ["__str__", "service_level", "review_days", "holding_share", "least_effect"]
    list_editable = ["service_level", "review_days", "holding_share", "least_effect"]
    list_select_related = ["category"]
    search_fields = ["category__path", "category__name_zh"]
    autocomplete_fields = ["category"]


@admin.register(DemandForecast)
class DemandForecastAdmin(LedgerAdmin[DemandForecast]):
    list_display = ["as_of", "method", "horizon_days"]


__all__ = ["DemandForecastAdmin", "PurchaseOrderAdmin", "RestockPolicyAdmin", "admin_boards"]
