"""What ctrl-K finds: products, customers and orders, a few of each."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from catalog.models import Product
from sales.models import Customer, Order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

MOST_OF_EACH = 8


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """Rows whose name or number holds the term, where the reader may see them."""
    found: list[SearchResult] = []
    if request.user.has_perm("catalog.view_product"):
        named = Q(sku__icontains=term) | Q(title__icontains=term) | Q(title_zh__icontains=term)
        products = Product.objects.filter(named)[:MOST_OF_EACH]
        found += _results(products, "catalog_product", _("Product"), "sell")
    if request.user.has_perm("sales.view_customer"):
        named = Q(number__istartswith=term) | Q(name__icontains=term) | Q(email__istartswith=term)
        customers = Customer.objects.filter(named)[:MOST_OF_EACH]
        found += _results(customers, "sales_customer", _("Customer"), "person")
    if request.user.has_perm("sales.view_order"):
        orders = Order.objects.filter(number__istartswith=term)[:MOST_OF_EACH]
        found += _results(orders, "sales_order", _("Order"), "receipt_long")
    return found


def _results(rows: "Iterable[Model]", page: str, description: str, icon: str) -> list[SearchResult]:
    return [
        SearchResult(
            title=str(row),
            description=description,
            link=reverse(f"admin:{page}_change", args=[row.pk]),
            icon=icon,
        )
        for row in rows
    ]
