"""What the stock page of a product shows: places, entries, what is coming, how fast it comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.selectors import LeadTime, lead_time_of
from inventory.charts import stock_so_far
from inventory.ledger import COUNTS, Entry, ledger_of
from inventory.levels import at_places, awaited, outstanding_lines
from inventory.models import Transfer, TransferLine
from sales.stock import Places, known_places, units_reserved
from suggestions.kinds import Chart
from suggestions.money import number

SHOWN_ENTRIES = 60
CHART_DAYS = 182
KEPT_SECONDS = 300


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
    lines = outstanding_lines()
    orders = at_places(lines[lines["product_id"] == product.pk], places)
    transfers = list(_transfers(product))
    rows = _by_place(entries, orders, transfers, places)
    reserved = units_reserved(now, [product.pk]).set_index("location_id")["reserved"]
    for row in rows.values():
        row.reserved = int(reserved.get(row.pk, 0))
    newest = [(entry, places.names.get(entry.location_id, "–")) for entry in reversed(entries)]
    return StockPage(
        facts=_facts(product, list(rows.values()), lines),
        places=list(rows.values()),
        entries=newest[:SHOWN_ENTRIES],
        arrivals=[*_ordered(orders), *map(_transferred, transfers)],
        chart=stock_so_far(daily_stock(entries, days=CHART_DAYS, until=timezone.localdate())),
        locations=places.names,
    )


def _transfers(product: Product) -> Iterable[TransferLine]:
    lines = TransferLine.objects.filter(product=product, transfer__state=Transfer.State.SENT)
    return lines.select_related("transfer__source", "transfer__destination").order_by("pk")


def _by_place(
    entries: Iterable[Entry],
    orders: pd.DataFrame,
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
    for place, units in orders[["location_id", "units"]].itertuples(index=False):
        row_of(int(place)).on_order += int(units)
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


def _ordered(orders: pd.DataFrame) -> Iterable[Arrival]:
    """What is still to come on orders, the soonest first and what names no day last."""
    today = timezone.localdate()
    rows = orders[["order_id", "supplier", "expected_on", "units"]].itertuples(index=False)
    for pk, supplier, due, units in sorted(rows, key=lambda row: (row[2] is None, row[2] or today)):
        yield Arrival(
            what=supplier or _("supplier not known"),
            url_name="admin:inventory_purchaseorder_change",
            pk=int(pk),
            units=int(units),
            due=due,
            is_late=bool(due and due < today),
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


def _facts(
    product: Product, rows: list[PlaceRow], lines: pd.DataFrame
) -> list[tuple[str, str, str]]:
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
        _lead_time(product, lines),
    ]


def _lead(product: Product, lines: pd.DataFrame) -> LeadTime:
    """Return the lead time counted with; what was learned of it is kept for some minutes."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    coming = awaited(before=tomorrow, lines=lines)
    key = f"inventory.lead_time:{product.pk}:{tomorrow.isoformat()}:{coming['units'].sum()}"
    kept: LeadTime | None = cache.get(key)
    if kept is None:
        kept = lead_time_of(
            product_id=product.pk,
            category_id=product.category_id,
            as_of=tomorrow,
            awaited=coming,
        )
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _lead_time(product: Product, lines: pd.DataFrame) -> tuple[str, str, str]:
    lead = _lead(product, lines)
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
