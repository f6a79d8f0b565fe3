"""Names of figures, risks and policies as the pages show them."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AGE_LABEL = _("%(days)s days since it last sold")
FIGURES: "dict[str, StrOrPromise]" = {
    "turns": _("turnover per year"),
    "cover_days": _("days of cover"),
    "sell_through": _("sell-through"),
    "fill_rate": _("fill rate, estimated"),
    "gmroi": _("gross margin on stock per year (GMROI)"),
    "stock_value": _("stock at cost"),
    "dead_value": _("dead stock: no sale in 90 days"),
    "expiring_value": _("will spoil before it sells"),
    "stockout_share": _("days out of stock"),
}
RISKS: "dict[str, StrOrPromise]" = {
    "stockout": _("running out: margin at stake"),
    "overstock": _("too much stock: money tied up"),
    "expiry": _("spoiling before it sells: cost of the goods"),
    "excess_cover": _("more cover than pays: money that could be freed"),
    "misplaced": _("stock in the wrong place: margin at stake"),
    "late_suppliers": _("late deliveries: worth of the orders"),
}
POLICIES: "dict[str, StrOrPromise]" = {
    "oracle": _("oracle (knows the future)"),
    "happened": _("what happened"),
    "restock rule": _("restock suggestions"),
    "normal textbook": _("textbook, normal demand"),
    "weeks of cover": _("4 weeks of cover"),
    "fixed minimum": _("fixed minimum and maximum"),
}
