"""What a list shows of a product, kept by the web process for a few seconds.

A warm process answers a visit without asking the database: what it showed within the last
``GOOD_FOR_SECONDS`` it knows by heart. A product taken off sale is therefore gone from every list
within that time.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from catalog.models import Product
from recommendations.memory import on_forget
from sales.importers.writing import among, listed

GOOD_FOR_SECONDS = 20.0
CENT = Decimal("0.01")
_ON_SALE = """
SELECT product.id, product.sku, product.title, product.title_zh, product.price,
       product.category_id, category.path
  FROM catalog_product AS product LEFT JOIN catalog_category AS category
    ON category.id = product.category_id
 WHERE product.is_active AND product.kind = 'product'
"""


@dataclass(frozen=True, slots=True)
class Good:
    """A product on sale; ``path`` is that of its category, "" for none."""

    pk: int
    sku: str
    title: str
    title_zh: str
    price: Decimal | None
    category_id: int | None
    path: str

    def is_below(self, path: str) -> bool:
        """Whether it lies in the category or below it."""
        return self.path == path or self.path.startswith(f"{path} > ")


def goods(pks: Iterable[int]) -> dict[int, Good]:
    """Those of the products that are on sale; one query for what is not at hand."""
    known, now = _at_hand, time.monotonic()
    wanted = list(pks)
    missing = [pk for pk in wanted if pk not in known or known[pk][0] < now]
    if missing:
        found = _read(missing)
        known.update({pk: (now + GOOD_FOR_SECONDS, found.get(pk)) for pk in missing})
    return {pk: good for pk in wanted if (good := known[pk][1]) is not None}


_at_hand: dict[int, tuple[float, Good | None]] = {}  # until when, and what
on_forget(_at_hand.clear)


def _read(pks: Sequence[int]) -> dict[int, Good]:
    """By plain SQL: building the query took longer than running it."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_ON_SALE} AND product.id {among()}", [listed(pks)])
        return {row[0]: _good(row) for row in cursor.fetchall()}


def _good(row: tuple[Any, ...]) -> Good:
    pk, sku, title, title_zh, price, category_id, path = row
    exact = None if price is None else Decimal(str(price)).quantize(CENT)
    return Good(pk, sku, title, title_zh, exact, category_id, path or "")


def on_sale() -> "QuerySet[Product]":
    """Active products; postage, fees and the like are never recommended."""
    return Product.objects.filter(is_active=True, kind=Product.Kind.PRODUCT).order_by()


def read(products: "QuerySet[Product]") -> list[Good]:
    """Rows of a query as goods."""
    rows = products.annotate(path=F("category__path")).values_list(
        "pk", "sku", "title", "title_zh", "price", "category_id", "path"
    )
    return [_good(row) for row in rows]
