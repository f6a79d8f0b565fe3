"""A purchase order as the supplier gets it: one content, written as CSV or as a page to print."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from inventory.models import PurchaseOrder

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class PaperLine:
    sku: str
    title: str
    quantity: int
    unit_cost: Decimal
    total: Decimal


@dataclass(frozen=True)
class OrderPaper:
    """What is written on the paper, whatever it is written with."""

    order: PurchaseOrder
    shop: str
    currency: str
    lines: list[PaperLine]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal())

    @property
    def file_name(self) -> str:
        return f"purchase-order-{self.order.pk}"


def paper_of(order: PurchaseOrder) -> OrderPaper:
    """The paper of an order: what is wanted, given-up units taken off."""
    lines = [
        PaperLine(
            line.product.sku,
            line.product.name,
            line.quantity - line.cancelled,
            line.unit_cost,
            (line.quantity - line.cancelled) * line.unit_cost,
        )
        for line in order.lines.select_related("product")
        if line.quantity > line.cancelled
    ]
    return OrderPaper(order, settings.SHOP_NAME, settings.SHOP_CURRENCY, lines)


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def as_csv(paper: OrderPaper) -> bytes:
    """UTF-8 with a mark at the beginning, so that spreadsheets read Chinese right."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [_("SKU"), _("product"), _("quantity"), _("unit cost"), _("total"), _("currency")]
    )
    for line in paper.lines:
        money = [f"{line.unit_cost:.4f}", f"{line.total:.2f}", paper.currency]
        writer.writerow([safe_cell(line.sku), safe_cell(line.title), line.quantity, *money])
    return out.getvalue().encode("utf-8-sig")


def language() -> str:
    """The language the paper is written in, for its ``lang`` attribute."""
    return translation.get_language() or settings.LANGUAGE_CODE
