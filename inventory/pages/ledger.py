"""The ledger as a list, and the stock page of a product."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
)

from catalog.day_range import DayRangeFilter
from catalog.models import Product, Reservation, StockMovement
from inventory import services
from inventory.pages.forms import MovementForm
from inventory.services.movements import signed_units
from inventory.stock_page import stock_page
from jobs.badges import Tone, badge
from jobs.faces import LedgerAdmin

VIEW, ADD = "catalog.view_stockmovement", "catalog.add_stockmovement"
TONES: dict[str, Tone] = {
    "opening": "accent",
    "count": "accent",
    "receipt": "good",
    "write_off": "bad",
    "adjustment": "warn",
}


def signed(units: int) -> SafeString:
    """``+12`` in green, ``−3`` in red."""
    tone, sign = ("zg-gain", "+") if units > 0 else ("zg-loss", "−")
    return format_html('<span class="zg-num {}">{}{}</span>', tone, sign, abs(units))


@admin.register(StockMovement)
class StockMovementAdmin(LedgerAdmin[StockMovement]):
    """Movements are added by what happens; nobody edits one."""

    list_display = [
        "at",
        "product",
        "location",
        "kind_column",
        "units_column",
        "reference",
        "note",
        "actor",
    ]
    list_display_links = None
    list_select_related = ["product", "location"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("location", AutocompleteSelectFilter),
        ("at", DayRangeFilter),
    ]
    search_fields = ["product__sku", "product__title", "product__title_zh", "reference"]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_column(self, movement: StockMovement) -> SafeString:
        return badge(movement.get_kind_display(), TONES.get(movement.kind, "plain"))

    @admin.display(description=_("units"), ordering="units")
    def units_column(self, movement: StockMovement) -> SafeString:
        return signed(movement.units)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.product_view)
        move = self.admin_site.admin_view(self.write_view)
        return [
            path("product/<int:pk>/", page, name="inventory_product_stock"),
            path("product/<int:pk>/write/", move, name="inventory_write_movement"),
            *super().get_urls(),
        ]

    def product_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is where, what moved, what is coming."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        product = get_object_or_404(Product, pk=pk)
        page = stock_page(product)
        form = MovementForm(initial={"key": f"hand {uuid.uuid4().hex}"})
        form.offer(page.locations)
        context = {
            **self.admin_site.each_context(request),
            "title": product.name,
            "content_title": gettext("Stock page"),
            "product": product,
            "page": page,
            "form": form if request.user.has_perm(ADD) else None,
        }
        return TemplateResponse(request, "inventory/product_stock.html", context)

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A movement written by hand; the same form sent twice counts once."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        product = get_object_or_404(Product, pk=pk)
        form = MovementForm(request.POST)
        if not form.is_valid():
            for name, problems in form.errors.items():
                messages.error(request, f"{form.fields[name].label}: {problems[0]}")
        else:
            self._write(request, product, form.cleaned_data)
        return HttpResponseRedirect(reverse("admin:inventory_product_stock", args=[pk]))

    def _write(self, request: HttpRequest, product: Product, given: dict[str, Any]) -> None:
        try:
            units = signed_units(given["kind"], given["units"])
            told = StockMovement.objects.filter(key=given["key"]).first()
            movement = StockMovement(
                product=product,
                location=given["location"],
                kind=given["kind"],
                units=units,
                at=told.at if told else timezone.now(),
                note=given["note"],
                actor=request.user.get_username(),
                key=given["key"],
            )
            services.post_movements([movement])
        except services.RefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The movement is written down."))


@admin.register(Reservation)
class ReservationAdmin(LedgerAdmin[Reservation]):
    """Promises of storefronts; staff may give the units free."""

    list_display = ["key", "product", "location", "units", "reserved_at", "state_column", "actor"]
    list_display_links = None
    list_select_related = ["product", "location"]
    list_filter = [("location", AutocompleteSelectFilter), ("reserved_at", DayRangeFilter)]
    search_fields = ["key", "product__sku", "product__title", "product__title_zh"]
    actions = ["release_chosen"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and request.user.has_perm("catalog.change_reservation")

    @admin.display(description=_("state"))
    def state_column(self, reservation: Reservation) -> SafeString:
        if reservation.released_at:
            return badge(_("released"), "plain")
        is_over = reservation.expires_at and reservation.expires_at < timezone.now()
        return badge(_("expired"), "warn") if is_over else badge(_("held"), "busy")

    @admin.action(description=_("Release the chosen"), permissions=["change"])
    def release_chosen(self, request: HttpRequest, chosen: Any) -> None:
        for reservation in chosen:
            services.release(reservation)
        messages.success(request, gettext("The units are available again."))
