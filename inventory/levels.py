"""What is where, promised, on its way and on order, place by place."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from django.db.models import IntegerField, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.algorithms.ledger import PLACE
from catalog.columns import shop_midnight
from catalog.models import Product
from inventory.models import PurchaseOrder, PurchaseOrderLine, TransferLine
from sales.stock import Places, known_places, stock_levels

State = PurchaseOrder.State
OF_ORDER = ["supplier_id", "sent_on", "location_id", "expected_on"]
READ = [*(f"order__{name}" for name in OF_ORDER), "order__supplier__name"]


def outstanding_lines(
    *, before: date | None = None, product_ids: Iterable[int] | None = None
) -> pd.DataFrame:
    """Return what is still to come on orders as they stood before a day (None: now).

    Columns: product_id, order_id, supplier_id and sent_on (None: none yet), location_id (−1: the
    default location), expected_on, supplier (its name, None: none), units.
    """
    lines = PurchaseOrderLine.objects.all()
    came = Q()
    if before is None:
        lines = lines.exclude(order__state__in=[State.RECEIVED, State.CANCELLED])
    else:
        lines = lines.filter(created_on__lt=before)
        lines = lines.exclude(order__received_on__lt=before, order__cancelled_on=None)
        lines = lines.exclude(order__state=State.CANCELLED, order__cancelled_on=None)
        lines = lines.exclude(order__state=State.CANCELLED, order__cancelled_on__lt=before)
        came = Q(receipt_lines__receipt__received_at__lt=shop_midnight(before))
    if product_ids is not None:
        lines = lines.filter(product_id__in=product_ids)
    came_in = Coalesce(Sum("receipt_lines__units", filter=came), 0, output_field=IntegerField())
    names = ["product_id", "order_id", *READ, "quantity"]
    rows = lines.annotate(came=came_in).order_by("pk")
    return _still_open(
        [*rows.values_list(*names, "came", "cancelled", "order__cancelled_on")], before
    )


def _still_open(rows: list[tuple[object, ...]], before: date | None) -> pd.DataFrame:
    names = ["product_id", "order_id", *OF_ORDER, "supplier", "quantity", "came"]
    frame = pd.DataFrame.from_records(rows, columns=[*names, "cancelled", "cancelled_on"])
    numbers = dict.fromkeys(["product_id", "order_id", "quantity", "came", "cancelled"], "int64")
    frame = frame.astype(numbers)
    frame["location_id"] = frame["location_id"].fillna(-1).astype("int64")
    given_up = frame["cancelled"]
    if before is not None:
        gone = [day is not None and day < before for day in frame["cancelled_on"]]
        given_up = given_up.where(pd.Series(gone, index=frame.index, dtype=bool), 0)
    units = (frame["quantity"] - frame["came"] - given_up).clip(lower=0).astype("int64")
    frame = frame[["product_id", "order_id", *OF_ORDER, "supplier"]]
    return frame.assign(units=units)[units > 0].reset_index(drop=True)


def awaited(*, before: date, lines: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what was sent to suppliers before a day and had not come in by then.

    ``lines`` are the `outstanding_lines` before that day, where they were read already. Columns:
    supplier_id, product_id, ordered_on, units: what `catalog.selectors.lead_times` takes.
    """
    lines = outstanding_lines(before=before) if lines is None else lines
    sent = [day is not None and day < before for day in lines["sent_on"]]
    lines = lines[pd.Series(sent, index=lines.index, dtype=bool) & lines["supplier_id"].notna()]
    lines = lines.rename(columns={"sent_on": "ordered_on"}).astype({"supplier_id": "int64"})
    ordered_on = pd.to_datetime(lines["ordered_on"]).astype("datetime64[s]")
    columns = ["supplier_id", "product_id", "ordered_on", "units"]
    return lines.assign(ordered_on=ordered_on)[columns].reset_index(drop=True)


def units_in_transit(*, before: datetime, product_ids: Iterable[int] | None = None) -> pd.DataFrame:
    """Return what was between two locations at a moment.

    Columns: product_id, location_id (where it goes), units.
    """
    lines = TransferLine.objects.filter(transfer__sent_at__lt=before)
    lines = lines.exclude(transfer__received_at__lt=before)
    if product_ids is not None:
        lines = lines.filter(product_id__in=product_ids)
    rows = lines.order_by("product_id", "transfer__destination_id").values_list(
        "product_id", "transfer__destination_id"
    )
    sums = list(rows.annotate(Sum("units")))
    names = ["product_id", "location_id", "units"]
    return pd.DataFrame.from_records(sums, columns=names).astype("int64")


def levels_of(
    products: Sequence[Product], *, places: Places | None = None
) -> list[dict[str, object]]:
    """Return each product's ``sku`` and ``locations``: what is where, promised and coming, now.

    ``on_hand`` and ``available`` are None where nothing was ever counted or moved.
    """
    ids = [product.pk for product in products]
    now = timezone.now()
    places = places or known_places()
    ordered = at_places(outstanding_lines(product_ids=ids), places)
    table = stock_levels(before=now, product_ids=ids, places=places).set_index(PLACE)
    coming = units_in_transit(before=now, product_ids=ids).groupby(PLACE)["units"].sum()
    table = table.join(coming.rename("in_transit"), how="outer")
    table = table.join(ordered.groupby(PLACE)["units"].sum().rename("on_order"), how="outer")
    found: dict[int, list[dict[str, object]]] = {pk: [] for pk in ids}
    rows: list[Any] = list(table.sort_index().reset_index().itertuples())
    for row in rows:
        found[row.product_id].append(_place(row, places))
    return [{"sku": product.sku, "locations": found[product.pk]} for product in products]


def at_places(ordered: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return `outstanding_lines` with the default location where none was named."""
    named = ordered["location_id"].where(ordered["location_id"] >= 0, places.default)
    return ordered.assign(location_id=named)


def _place(row: Any, places: Places) -> dict[str, object]:
    known = not pd.isna(row.on_hand)
    return {
        "location": places.codes.get(row.location_id, ""),
        "name": places.names.get(row.location_id, "–"),
        "on_hand": int(row.on_hand) if known else None,
        "reserved": _whole(row.reserved),
        "available": int(row.available) if known else None,
        "in_transit": _whole(row.in_transit),
        "on_order": _whole(row.on_order),
        "counted_at": row.counted_at.to_pydatetime() if known else None,
    }


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)
