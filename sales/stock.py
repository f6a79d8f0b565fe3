"""What lies where: counts and movements of the catalogue, and the sales since.

No number is kept that a sale would have to change: a line of an order is its own movement. It
leaves from the place of the order's channel, else from the default location.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import Min

from catalog.algorithms.ledger import INSTANT, PLACE, balances, leave_from, with_openings
from catalog.columns import MOMENT, read_columns, shop_midnight
from catalog.models import Location, Reservation
from catalog.stock import counts, moment, movements, only
from sales.models import Order, OrderLine

NOWHERE = -1
SALES = {"product_id": "int64", "at": MOMENT, "channel": "str", "units": "int64"}
# Days before the count in any time zone: lines carry days, and most of them need no look at the
# moment of their order.
_SOLD_BETWEEN = """
SELECT line.product_id, placed.placed_at AS at, placed.channel, line.quantity AS units
  FROM sales_orderline AS line JOIN sales_order AS placed ON placed.id = line.order_id
 WHERE line.day >= ? AND placed.placed_at >= ? AND placed.placed_at < ?
   AND placed.status <> 'cancelled' ORDER BY placed.placed_at, line.id
"""
_DAY_BEFORE = {"sqlite": "date({}, '-2 day')", "postgresql": "(CAST({} AS date) - 2)"}


@dataclass(frozen=True)
class Places:
    """The locations by key, the one each channel is served from, and the default (-1: none)."""

    codes: dict[int, str]
    names: dict[int, str]
    channels: dict[str, int]
    default: int


def known_places() -> Places:
    """All locations, in one query. The default is the marked one, else ``MAIN``, else the first."""
    names = ("pk", "code", "name", "is_default", "channels__channel")
    rows = list(Location.objects.order_by("pk", "channels__channel").values_list(*names))
    marked = [pk for pk, _code, _name, is_default, _channel in rows if is_default]
    main = [pk for pk, code, *_rest in rows if code == "MAIN"]
    every = [pk for pk, *_rest in rows]
    return Places(
        codes={pk: code for pk, code, *_rest in rows},
        names={pk: name or code for pk, code, name, *_rest in rows},
        channels={channel: pk for pk, *_rest, channel in rows if channel is not None},
        default=next(iter([*marked, *main, *every]), NOWHERE),
    )


def stock_levels(
    *,
    before: datetime,
    product_ids: Sequence[int] | None = None,
    places: Places | None = None,
) -> pd.DataFrame:
    """What lay at each place just before a moment, of every product that was ever counted.

    Columns: those of `units_at_places`, reserved, available (on hand less reserved).
    """
    levels = units_at_places(before=before, product_ids=product_ids, places=places)
    levels = levels.merge(units_reserved(before, product_ids), on=PLACE, how="left")
    levels["reserved"] = levels["reserved"].fillna(0).astype("int64")
    levels["available"] = levels["on_hand"] - levels["reserved"]
    names = ["on_hand", "counted_at", "reserved", "available"]
    return levels[[*PLACE, *names]]


def units_at_places(
    *,
    before: datetime,
    product_ids: Sequence[int] | None = None,
    places: Places | None = None,
) -> pd.DataFrame:
    """What lay at each place just before a moment, promised or not.

    Columns: product_id, location_id, on_hand (below zero: more was sold than was there), counted_at
    (the count it rests on, UTC).
    """
    moved = movements(before=before, product_ids=product_ids)
    counted = counts(before=before, product_ids=product_ids, newest_only=True)
    counted = with_openings(counted, moved, begun=_begun(counted, moved))
    left = _left(counted, before, product_ids, newest_only=True, places=places)
    rows = counted[PLACE].drop_duplicates().assign(at=_instant(before))
    flows = pd.concat([moved, left], ignore_index=True)
    levels = balances(rows, counted, flows).sort_values(PLACE, ignore_index=True)
    return levels[[*PLACE, "on_hand", "counted_at"]]


def expected_at(rows: pd.DataFrame) -> pd.DataFrame:
    """What should lie at a place at a moment: ``rows`` (product_id, location_id, at), found ones.

    Adds on_hand and counted_at; rows of places that had not been counted by then are left out.
    """
    if rows.empty:
        return rows.assign(on_hand=pd.Series(dtype="int64"), counted_at=rows["at"])
    products = sorted({int(key) for key in rows["product_id"]})
    before = rows["at"].max().to_pydatetime()
    moved = movements(before=before, product_ids=products)
    counted = counts(before=before, product_ids=products, newest_only=False)
    counted = with_openings(counted, moved, begun=_begun(counted, moved))
    left = _left(counted, before, products, newest_only=False, places=None)
    return balances(rows, counted, pd.concat([moved, left], ignore_index=True))


def stock_by_day(*, since: date, until: date) -> pd.DataFrame:
    """What lay in the shop at the start of each day, ``until`` included, as the ledger has it.

    Columns: product_id, day, on_hand (all places together; below zero: more was sold than was
    there). Days before the first count of a product are left out.
    """
    first, last = shop_midnight(since), shop_midnight(until)
    begin = units_at_places(before=first).drop(columns="counted_at")
    begin = begin.assign(at=_instant(first) - INSTANT, first_at=_instant(first) - INSTANT)
    moved = movements(before=last)
    counted = counts(before=last, newest_only=False)
    counted = pd.concat([begin, counted[counted["at"] >= first]], ignore_index=True)
    counted = with_openings(counted, moved, begun=_begun(counted, moved))
    places = known_places()
    sales = read_columns(_SOLD_BETWEEN, (since, moment(first), moment(last)), types=SALES)
    left = leave_from(sales, counted, channels=places.channels, default=places.default)
    days = pd.date_range(since, until, unit="s")
    starts = [_instant(shop_midnight(day.date())) for day in days]
    rows = counted[PLACE].drop_duplicates()
    rows = rows.merge(pd.DataFrame({"at": starts, "day": days}), how="cross")
    levels = balances(rows, counted, pd.concat([moved, left], ignore_index=True))
    found: pd.DataFrame = levels.groupby(["product_id", "day"], as_index=False)[["on_hand"]].sum()
    return found


def counted_and_sold(
    *, product_id: int, before: datetime, moved: pd.DataFrame, places: Places | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All counts of a product whose movements are ``moved``, and all its sales since.

    Counts: product_id, location_id, at, on_hand, first_at, is_opening (a count of zero that nobody
    made: the place began with a movement). Sales: product_id, location_id, at, units (below zero:
    sold).
    """
    counted = counts(before=before, product_ids=[product_id], newest_only=False)
    real = len(counted)
    counted = with_openings(counted, moved, begun=_begun(counted, moved))
    left = _left(counted, before, [product_id], newest_only=False, places=places)
    return counted.assign(is_opening=np.arange(len(counted)) >= real), left


def _left(
    counted: pd.DataFrame,
    before: datetime,
    product_ids: Sequence[int] | None,
    *,
    newest_only: bool,
    places: Places | None,
) -> pd.DataFrame:
    """Sales as movements from the places they left from."""
    if counted.empty:
        return counted[[*PLACE, "at"]].assign(units=counted["on_hand"])
    sales = _sales(before, product_ids, newest_only=newest_only)
    if counted[PLACE].drop_duplicates()["product_id"].is_unique:  # nothing to choose from
        return leave_from(sales, counted, channels={}, default=NOWHERE)
    places = places or known_places()
    return leave_from(sales, counted, channels=places.channels, default=places.default)


def _instant(at: datetime) -> pd.Timestamp:
    return pd.Timestamp(at).tz_convert("UTC").as_unit("us")


def _begun(counted: pd.DataFrame, moved: pd.DataFrame) -> list[int]:
    """Products never counted whose first movement came before any sale: new ones."""
    first = moved.groupby("product_id")["at"].min()
    first = first[~first.index.isin(counted["product_id"])]
    if first.empty:
        return []
    sold = OrderLine.objects.filter(product_id__in=first.index.tolist()).order_by("product_id")
    sold = sold.exclude(order__status=Order.Status.CANCELLED)
    sales = dict(sold.values_list("product_id").annotate(Min("order__placed_at")))
    return [key for key in first.index.tolist() if key not in sales or first[key] < sales[key]]


def _sales(
    before: datetime, product_ids: Sequence[int] | None, *, newest_only: bool
) -> pd.DataFrame:
    """Lines of orders that stand, since the oldest count or opening that matters for them."""
    chosen, ids = only("product_id", product_ids)
    newest = "MAX" if newest_only else "MIN"
    day = _DAY_BEFORE[connection.vendor].format("known.since")
    sql = (
        "WITH known AS (SELECT product_id, MIN(at) AS since FROM ("  # noqa: S608
        f"SELECT product_id, location_id, {newest}(counted_at) AS at FROM catalog_stockcount"
        f" WHERE counted_at < ?{chosen} GROUP BY product_id, location_id"
        " UNION ALL SELECT product_id, location_id, MIN(at) AS at FROM catalog_stockmovement AS m"
        f" WHERE at < ?{chosen} AND NOT EXISTS (SELECT 1 FROM catalog_stockcount AS c WHERE"
        " c.product_id = m.product_id AND c.location_id = m.location_id AND c.counted_at < ?)"
        " GROUP BY product_id, location_id) AS places GROUP BY product_id)"
        " SELECT line.product_id, placed.placed_at AS at, placed.channel, line.quantity AS units"
        " FROM sales_orderline AS line CROSS JOIN known CROSS JOIN sales_order AS placed"
        f" WHERE known.product_id = line.product_id AND line.day >= {day}"
        " AND placed.id = line.order_id AND placed.placed_at >= known.since"
        " AND placed.placed_at < ? AND placed.status <> ? ORDER BY placed.placed_at, line.id"
    )
    now = moment(before)
    params = [now, *ids, now, *ids, now, now, Order.Status.CANCELLED.value]
    return read_columns(sql, params, types=SALES)


def units_reserved(before: datetime, product_ids: Sequence[int] | None) -> pd.DataFrame:
    """Units promised at a moment: product_id, location_id, reserved."""
    rows = Reservation.objects.filter(reserved_at__lt=before)
    rows = rows.exclude(released_at__lt=before).exclude(expires_at__lt=before)
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    frame = pd.DataFrame.from_records(
        list(rows.order_by().values_list(*PLACE, "units")), columns=[*PLACE, "reserved"]
    )
    return frame.astype("int64").groupby(PLACE)["reserved"].sum().reset_index()
