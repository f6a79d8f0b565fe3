"""The page of a product: what it is, what it sold, what it asked, what is advised."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
)

from catalog.admin import PriceChangeInline, price_cell
from catalog.models import PriceChange, Product
from catalog.services import PriceMovedError, set_price
from config.product_page import page_of
from jobs.faces import ModelAdmin
from suggestions.actors import Actor


@admin.register(Product)
class ProductAdmin(ModelAdmin[Product]):
    list_display = [
        "title_column",
        "sku",
        "category",
        "price_column",
        "cost_column",
        "is_active",
    ]
    list_select_related = ["category"]
    list_filter = [
        ("category", AutocompleteSelectFilter),
        ("is_active", BooleanRadioFilter),
        ("kind", ChoicesDropdownFilter),
    ]
    search_fields = ["sku", "title", "title_zh", "gtin"]
    search_help_text = _("Search by SKU, title or GTIN")
    autocomplete_fields = ["category", "brand"]
    inlines = [PriceChangeInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    change_form_outer_before_template = "config/product_page.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("sku", "gtin"),
                    ("title", "title_zh"),
                    ("category", "brand"),
                    ("price", "cost"),
                    ("kind", "is_active"),
                    ("launched_on", "image_url"),
                    ("shelf_life_days", "storage_units"),
                    ("description", "description_zh"),
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Product]:
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "catalog_product_changelist"
        return rows.defer("description", "description_zh") if is_list else rows

    @admin.display(description=_("title"), ordering="title")
    def title_column(self, product: Product) -> SafeString:
        return format_html('<span class="zg-subject">{}</span>', product.name)

    @admin.display(description=_("price"), ordering="price")
    def price_column(self, product: Product) -> SafeString:
        return price_cell(product.price)

    @admin.display(description=_("cost"), ordering="cost")
    def cost_column(self, product: Product) -> SafeString:
        return price_cell(product.cost)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Product | None:
        """The page above the form and the form ask for the same row; it is read once."""
        kept: dict[tuple[str, str | None], Product | None] = vars(request).setdefault("_rows", {})
        key = (object_id, from_field)
        if key not in kept:
            kept[key] = super().get_object(request, object_id, from_field)
        return kept[key]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        product = self.get_object(request, object_id)
        page = page_of(product, request) if product else None
        return super().change_view(
            request, object_id, form_url, {"page": page, **(extra_context or {})}
        )

    def save_model(
        self, request: HttpRequest, obj: Product, form: "ModelForm[Product]", change: object
    ) -> None:
        """A price set by hand goes the way of every price: with its history, or not at all."""
        price = obj.price
        is_priced = "price" in form.changed_data and price is not None
        if change:
            others = [name for name in form.changed_data if name != "price" or price is None]
            obj.save(update_fields=others)
        else:
            obj.price = None
            obj.save()
        if is_priced and price is not None:
            self._set_price(request, obj, price, form.initial.get("price"))

    def _set_price(
        self, request: HttpRequest, product: Product, price: Decimal, seen: Decimal | None
    ) -> None:
        try:
            set_price(
                product_id=product.pk,
                price=price,
                expected_current=seen,
                source=PriceChange.Source.STAFF,
                actor=Actor.of_user(request.user),
            )
        except PriceMovedError as error:
            messages.error(request, str(error))
        else:
            product.price = price
