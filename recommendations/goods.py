"""What a list shows of a product, kept by the web process for a few seconds.

A warm process answers a visit without asking the database: what it showed within the last
``REMEMBER_SECONDS`` it knows by heart. A product taken off sale is therefore gone from every list
within that time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet

from catalog.models import Product
from catalog.models.product import in_language
from recommendations.memory import remembered


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

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_zh)

    def is_below(self, path: str) -> bool:
        """Whether it lies in the category or below it."""
        return self.path == path or self.path.startswith(f"{path} > ")


def goods(pks: Iterable[int]) -> dict[int, Good]:
    """Those of the products that are on sale; one query for what is not at hand."""
    known = _at_hand()
    wanted = set(pks)
    missing = wanted - known.keys()
    if missing:
        found = {good.pk: good for good in read(on_sale().filter(pk__in=missing))}
        known.update({pk: found.get(pk) for pk in missing})
    return {pk: good for pk in wanted if (good := known[pk]) is not None}


def on_sale() -> "QuerySet[Product]":
    """Active products; postage, fees and the like are never recommended."""
    return Product.objects.filter(is_active=True, kind=Product.Kind.PRODUCT).order_by()


def read(products: "QuerySet[Product]") -> list[Good]:
    """Rows of a query as goods."""
    rows = products.annotate(path=F("category__path")).values_list(
        "pk", "sku", "title", "title_zh", "price", "category_id", "path"
    )
    return [Good(*row[:6], row[6] or "") for row in rows]


@remembered
def _at_hand() -> dict[int, Good | None]:
    return {}
