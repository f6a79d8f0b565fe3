"""What the stock page of a product shows: places, entries, what is coming, how fast it comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.selectors import lead_time_of
from inventory.charts import stock_so_far
from inventory.ledger import COUNTS, Entry, ledger_of
from inventory.levels import awaited
from inventory.models import PurchaseOrderLine, Transfer, TransferLine
from inventory.selectors import OPEN_STATES
from sales.stock import Places, known_places, units_reserved
from suggestions.kinds import Chart
from suggestions.money import number

SHOWN_ENTRIES = 60
CHART_DAYS = 182


@dataclass(frozen=True)
class Arrival:
    """Units to come of one order or transfer; ``is_late``: they should be here."""

    what: str
    url_name: str
    pk: int
    units: int
    due: date | None
    is_late: bool


@dataclass
class PlaceRow:
    """What is at a location, promised and coming; ``on_hand`` is None where nothing is known."""

    pk: int
    name: str
    on_hand: int | None = None
    reserved: int = 0
    in_transit: int = 0
    on_order: int = 0
    counted_at: datetime | None = None

    @property
    def available(self) -> int | None:
        return None if self.on_hand is None else self.on_hand - self.reserved


@dataclass(frozen=True)
class StockPage:
    """``facts`` are (label, value, remark); ``entries`` newest first, with their place."""

    facts: list[tuple[str, str, str]]
    places: list[PlaceRow]
    entries: list[tuple[Entry, str]]
    arrivals: list[Arrival]
    chart: Chart
    locations: dict[int, str]


def stock_page(product: Product) -> StockPage:
    """Everything about a product's stock as of now."""
    now = timezone.now()
    places = known_places()
    entries = ledger_of(product_id=product.pk, before=now, places=places)
    orders = list(_orders(product))
    transfers = list(_transfers(product))
    rows = _by_place(entries, orders, transfers, places)
    reserved = units_reserved(now, [product.pk]).set_index("location_id")["reserved"]
    for row in rows.values():
        row.reserved = int(reserved.get(row.pk, 0))
    newest = [(entry, places.names.get(entry.location_id, "–")) for entry in reversed(entries)]
    return StockPage(
        facts=_facts(product, list(rows.values())),
        places=list(rows.values()),
        entries=newest[:SHOWN_ENTRIES],
        arrivals=[*map(_ordered, orders), *map(_transferred, transfers)],
        chart=stock_so_far(daily_stock(entries, days=CHART_DAYS, until=timezone.localdate())),
        locations=places.names,
    )


def _orders(product: Product) -> Iterable[PurchaseOrderLine]:
    """Lines still to come, soonest first, with the order, the supplier and what came."""
    came = Coalesce(Sum("receipt_lines__units"), 0)
    lines = PurchaseOrderLine.objects.filter(product=product, order__state__in=OPEN_STATES)
    rows = lines.select_related("order__supplier").annotate(came=came)
    soonest = F("order__expected_on").asc(nulls_last=True)
    still = F("quantity") - F("cancelled")
    return rows.filter(came__lt=still).order_by(soonest, "pk")


def _transfers(product: Product) -> Iterable[TransferLine]:
    lines = TransferLine.objects.filter(product=product, transfer__state=Transfer.State.SENT)
    return lines.select_related("transfer__source", "transfer__destination").order_by("pk")


def _to_come(line: PurchaseOrderLine) -> int:
    return line.quantity - line.cancelled - int(getattr(line, "came", 0))


def _by_place(
    entries: Iterable[Entry],
    orders: Iterable[PurchaseOrderLine],
    transfers: Iterable[TransferLine],
    places: Places,
) -> dict[int, PlaceRow]:
    rows: dict[int, PlaceRow] = {}

    def row_of(pk: int) -> PlaceRow:
        return rows.setdefault(pk, PlaceRow(pk, places.names.get(pk, "–")))

    for entry in entries:
        row = row_of(entry.location_id)
        row.on_hand = entry.on_hand
        if entry.kind in COUNTS:
            row.counted_at = entry.at
    for line in orders:
        row_of(line.order.location_id or places.default).on_order += _to_come(line)
    for moving in transfers:
        row_of(moving.transfer.destination_id).in_transit += moving.units
    return rows


def daily_stock(entries: Iterable[Entry], *, days: int, until: date) -> pd.DataFrame:
    """What lay at all places together at the end of each day: ``day``, ``on_hand``.

    Days before the first count are left out.
    """
    first = until - timedelta(days=days - 1)
    by_place: dict[int, int] = {}
    at_end: dict[date, int] = {}
    for entry in entries:
        if entry.on_hand is not None:
            by_place[entry.location_id] = entry.on_hand
            at_end[max(entry.day, first)] = sum(by_place.values())
    if not at_end:
        return pd.DataFrame({"day": [], "on_hand": []})
    span = pd.date_range(min(at_end), until, unit="s")
    known = pd.Series(at_end).sort_index()
    known.index = pd.DatetimeIndex(known.index).as_unit("s")
    on_hand = known.reindex(span).ffill()
    return pd.DataFrame({"day": span, "on_hand": on_hand.to_numpy()})


def _ordered(line: PurchaseOrderLine) -> Arrival:
    order = line.order
    return Arrival(
        what=str(order.supplier or _("supplier not known")),
        url_name="admin:inventory_purchaseorder_change",
        pk=order.pk,
        units=_to_come(line),
        due=order.expected_on,
        is_late=bool(order.expected_on and order.expected_on < timezone.localdate()),
    )


def _transferred(line: TransferLine) -> Arrival:
    transfer = line.transfer
    return Arrival(
        what=f"{transfer.source} → {transfer.destination}",
        url_name="admin:inventory_transfer_change",
        pk=transfer.pk,
        units=line.units,
        due=None,
        is_late=False,
    )


def _facts(product: Product, rows: list[PlaceRow]) -> list[tuple[str, str, str]]:
    known = [row.on_hand for row in rows if row.on_hand is not None]
    reserved = sum(row.reserved for row in rows)
    counted = max((row.counted_at for row in rows if row.counted_at), default=None)
    remark = _("never counted; an assumption is used")
    if counted or known:
        remark = _("counted %(day)s") % {"day": timezone.localdate(counted)} if counted else ""
    return [
        (_("On hand"), number(sum(known)) if known else "–", remark),
        (
            _("Available"),
            number(sum(known) - reserved) if known else "–",
            _("%(units)s reserved") % {"units": number(reserved)},
        ),
        (
            _("On order"),
            number(sum(row.on_order for row in rows)),
            _("%(units)s between locations")
            % {"units": number(sum(row.in_transit for row in rows))},
        ),
        _lead_time(product),
    ]


def _lead_time(product: Product) -> tuple[str, str, str]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    lead = lead_time_of(
        product_id=product.pk,
        category_id=product.category_id,
        as_of=tomorrow,
        awaited=awaited(before=tomorrow),
    )
    days = _("%(days)s ± %(spread)s days") % {
        "days": round(lead.days),
        "spread": number(lead.sd, decimals=1),
    }
    if lead.deliveries:
        remark = _("learned from %(orders)s orders") % {"orders": lead.deliveries}
    elif lead.is_assumed:
        remark = _("assumed; no supplier is known")
    else:
        remark = _("as promised; the spread is assumed")
    return (_("Lead time"), days, remark)
