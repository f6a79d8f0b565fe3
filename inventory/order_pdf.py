"""A purchase order as PDF, in a font every PDF reader has for Chinese; nothing is embedded."""

import io
from typing import Any
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from inventory.papers import OrderPaper
from suggestions.money import money, number

FONT = "STSong-Light"
GREY, RULE = colors.HexColor("#6b675f"), colors.HexColor("#dcd8d0")
WIDTHS = [32 * mm, 70 * mm, 20 * mm, 26 * mm, 26 * mm]
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=9.5, leading=13, wordWrap="CJK")
TITLE = ParagraphStyle("title", parent=TEXT, fontSize=17, leading=24)
LINES = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), FONT, 9.5),
        ("TEXTCOLOR", (0, 0), (-1, 0), GREY),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -2), 0.5, RULE),
    ]
)


def as_pdf(paper: OrderPaper) -> bytes:
    """A4, the table's head repeated on every page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, margin=18 * mm, title=paper.file_name, author=paper.shop
    )
    document.build([*_head(paper), Spacer(0, 6 * mm), _table(paper)])
    return out.getvalue()


def _head(paper: OrderPaper) -> list[Any]:
    order = paper.order
    facts = (
        (_("Supplier"), order.supplier),
        (_("Date"), date_format(order.sent_on or order.created_on, "Y-m-d")),
        (_("Expected on"), order.expected_on and date_format(order.expected_on, "Y-m-d")),
        (_("Deliver to"), order.location),
    )
    title = f"{_('Purchase order')} #{order.pk}"
    lines = [paper.shop, *(f"{name}: {fact or '–'}" for name, fact in facts)]
    return [_text(title, TITLE), *map(_text, lines)]


def _table(paper: OrderPaper) -> Table:
    head = [_("SKU"), _("Product"), _("Quantity"), _("Unit cost"), _("Total")]
    rows = [
        [
            _text(line.sku),
            _text(line.title),
            number(line.quantity),
            money(line.unit_cost),
            money(line.total),
        ]
        for line in paper.lines
    ]
    total = [_("Total"), "", "", "", money(paper.total)]
    table = Table([head, *rows, total], colWidths=WIDTHS, repeatRows=1)
    table.setStyle(LINES)
    return table


def _text(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(escape(text), style)
