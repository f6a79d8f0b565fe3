"""Pages of the shelves: trees, suppliers, stock, prices, and what is assumed of them.

The page of a product draws on every room of the house; it stands in ``config.admin``.
"""

from decimal import Decimal

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.day_range import DayRangeFilter
from catalog.models import (
    Assumption,
    Brand,
    Category,
    CompetitorOffer,
    Delivery,
    Location,
    LocationChannel,
    OrderBudget,
    PriceBreak,
    PriceChange,
    Product,
    Promotion,
    StockCount,
    Supplier,
    SupplierItem,
)
from jobs.badges import from_to
from jobs.faces import DEFAULTS_HOLD, LedgerAdmin, LedgerInline, ModelAdmin, TabularInline
from suggestions.money import money

PRICE_COLUMNS = ("effective_at", "price_column", "previous_column", "source", "actor")


def price_cell(price: Decimal | None) -> SafeString:
    """An amount, aligned with those above and below it."""
    return format_html('<span class="zg-num">{}</span>', "–" if price is None else money(price))


class PriceChangeInline(LedgerInline[PriceChange, Product]):
    """The price history on the page of a product."""

    model = PriceChange
    tab = True
    per_page = 20
    fields = PRICE_COLUMNS
    readonly_fields = PRICE_COLUMNS
    ordering = ["-effective_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceChange]:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=_("price"))
    def price_column(self, change: PriceChange) -> str:
        return money(change.price)

    @admin.display(description=_("previous price"))
    def previous_column(self, change: PriceChange) -> str:
        return "–" if change.previous is None else money(change.previous)


@admin.register(Category)
class CategoryAdmin(ModelAdmin[Category]):
    list_display = ["path", "name_zh", "product_column"]
    search_fields = ["path", "name_zh"]
    autocomplete_fields = ["parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @admin.display(description=_("products"), ordering="product_count")
    def product_column(self, category: Category) -> int:
        return int(getattr(category, "product_count", 0))


@admin.register(Brand)
class BrandAdmin(ModelAdmin[Brand]):
    list_display = ["name", "product_column"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @admin.display(description=_("products"), ordering="product_count")
    def product_column(self, brand: Brand) -> int:
        return int(getattr(brand, "product_count", 0))


class ChannelInline(TabularInline[LocationChannel, Location]):
    """Channels whose orders leave from here."""

    model = LocationChannel
    extra = 0


@admin.register(Location)
class LocationAdmin(ModelAdmin[Location]):
    list_display = ["code", "name", "is_default"]
    search_fields = ["code", "name"]
    inlines = [ChannelInline]


@admin.register(StockCount)
class StockCountAdmin(ModelAdmin[StockCount]):
    """Counts are added, never rewritten: the newest one counts."""

    list_display = ["product", "location", "on_hand", "counted_at"]
    list_select_related = ["product", "location"]
    list_filter = [("counted_at", DayRangeFilter)]
    search_fields = ["product__sku", "product__title", "product__title_zh"]
    autocomplete_fields = ["product", "location"]

    def has_change_permission(self, request: HttpRequest, obj: StockCount | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StockCount | None = None) -> bool:
        return False


@admin.register(Supplier)
class SupplierAdmin(ModelAdmin[Supplier]):
    list_display = ["name", "email", "item_column"]
    search_fields = ["name", "email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supplier]:
        return super().get_queryset(request).annotate(item_count=Count("items"))

    @admin.display(description=_("products"), ordering="item_count")
    def item_column(self, supplier: Supplier) -> int:
        return int(getattr(supplier, "item_count", 0))


class PriceBreakInline(TabularInline[PriceBreak, SupplierItem]):
    """What more units cost."""

    model = PriceBreak
    extra = 0


@admin.register(SupplierItem)
class SupplierItemAdmin(ModelAdmin[SupplierItem]):
    list_display = [
        "product",
        "supplier",
        "lead_days",
        "minimum_quantity",
        "pack_size",
        "cost_column",
    ]
    list_select_related = ["product", "supplier"]
    search_fields = ["product__sku", "product__title", "product__title_zh", "supplier__name"]
    autocomplete_fields = ["product", "supplier"]
    inlines = [PriceBreakInline]

    @admin.display(description=_("cost"), ordering="cost")
    def cost_column(self, item: SupplierItem) -> SafeString:
        return price_cell(item.cost)


@admin.register(OrderBudget)
class OrderBudgetAdmin(ModelAdmin[OrderBudget]):
    """The most to spend on orders, of one supplier or all together."""

    list_display = ["__str__", "amount_column", "days"]
    list_select_related = ["supplier"]
    search_fields = ["supplier__name"]
    autocomplete_fields = ["supplier"]

    @admin.display(description=_("amount"), ordering="amount")
    def amount_column(self, budget: OrderBudget) -> SafeString:
        return price_cell(budget.amount)


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin[Delivery]):
    """What lead times are learned from."""

    list_display = ["product", "supplier", "ordered_on", "received_on", "days_column", "units"]
    list_display_links = None
    list_select_related = ["product", "supplier"]
    list_filter = [("received_on", DayRangeFilter)]
    search_fields = ["product__sku", "product__title", "product__title_zh", "supplier__name"]

    @admin.display(description=_("days"))
    def days_column(self, delivery: Delivery) -> int:
        return (delivery.received_on - delivery.ordered_on).days


@admin.register(PriceChange)
class PriceChangeAdmin(LedgerAdmin[PriceChange]):
    list_display = ["product", "change_column", "effective_at", "source", "actor"]
    list_select_related = ["product", "actor"]
    list_filter = [("source", ChoicesDropdownFilter), ("effective_at", DayRangeFilter)]
    search_fields = ["product__sku", "product__title", "product__title_zh"]

    @admin.display(description=_("price"), ordering="price")
    def change_column(self, change: PriceChange) -> SafeString:
        old = "–" if change.previous is None else money(change.previous)
        return from_to(old, money(change.price))


@admin.register(Promotion)
class PromotionAdmin(ModelAdmin[Promotion]):
    list_display = ["__str__", "product", "price_column", "starts_on", "ends_on"]
    list_select_related = ["product"]
    list_filter = [("starts_on", DayRangeFilter)]
    search_fields = ["name", "name_zh", "product__sku", "product__title", "product__title_zh"]
    autocomplete_fields = ["product"]

    @admin.display(description=_("price"), ordering="price")
    def price_column(self, promotion: Promotion) -> SafeString:
        return price_cell(promotion.price)


@admin.register(CompetitorOffer)
class CompetitorOfferAdmin(LedgerAdmin[CompetitorOffer]):
    list_display = ["product", "competitor", "price_column", "own_column", "seen_at"]
    list_select_related = ["product"]
    list_filter = [("seen_at", DayRangeFilter)]
    search_fields = ["competitor", "product__sku", "product__title", "product__title_zh"]

    @admin.display(description=_("their price"), ordering="price")
    def price_column(self, offer: CompetitorOffer) -> SafeString:
        return price_cell(offer.price)

    @admin.display(description=_("our price"))
    def own_column(self, offer: CompetitorOffer) -> SafeString:
        return price_cell(offer.product.price)


@admin.register(Assumption)
class AssumptionAdmin(ModelAdmin[Assumption]):
    """What is used where a fact is missing; the merchant knows better and may say so."""

    empty_hint = DEFAULTS_HOLD
    list_display = ["__str__", "cost_share", "lead_days", "lead_days_sd", "stock_days"]
    list_editable = ["cost_share", "lead_days", "lead_days_sd", "stock_days"]
    list_select_related = ["category"]
    search_fields = ["category__path", "category__name_zh"]
    autocomplete_fields = ["category"]
