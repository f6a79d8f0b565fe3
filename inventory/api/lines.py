"""Lines that rows name by SKU."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from catalog.models import Product
from inventory.services import RefusedError


class Line(Protocol):
    """A line of an order or of a transfer."""

    pk: Any
    product: Product


def units_by_line(
    lines: Iterable[Line], rows: Iterable[Mapping[str, Any]], unknown: str
) -> dict[int, int]:
    """Units by line id of rows with sku and units.

    RefusedError with ``unknown``, which names the ``skus``, where some are on no line.
    """
    known = {line.product.sku: line.pk for line in lines}
    units = {row["sku"]: row["units"] for row in rows}
    missing = [sku for sku in units if sku not in known]
    if missing:
        raise RefusedError(unknown % {"skus": ", ".join(missing)}, "lines")
    return {known[sku]: count for sku, count in units.items()}
