"""Sales as columns: every training read passes here, and none sees a day it may not."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from catalog.columns import DAY, MOMENT, read_columns, start_of

Ids = npt.NDArray[np.int64]
EVER = date(1900, 1, 1)
# Adding a float makes one of a decimal, in half the time that CAST takes in SQLite.
_LINES = """
SELECT order_id, product_id, quantity, position, day,
       unit_price + CAST(0 AS double precision) AS unit_price
  FROM sales_orderline WHERE day < ? AND day >= ?
"""
# Cancelled orders never reached a customer.
_ORDERS = """
SELECT id, COALESCE(customer_id, -1) AS customer_id FROM sales_order
 WHERE status <> 'cancelled' AND id BETWEEN ? AND ? ORDER BY id
"""
_SERVICES = "SELECT id FROM catalog_product WHERE kind <> 'product'"
_LINE_TYPES = {
    "order_id": "int64",
    "product_id": "int64",
    "quantity": "int32",
    "position": "int32",
    "day": DAY,
    "unit_price": "float64",
}


def order_lines(*, before: date, since: date = EVER) -> pd.DataFrame:
    """Lines of goods sold and returned, oldest first.

    Columns: order_id, customer_id (-1: guest), product_id, day, quantity (negative: returned),
    unit_price (float, the shop's currency). Orders are joined here: a million look-ups in columns
    take a tenth of the time that they take in SQLite.
    """
    lines = read_columns(_LINES, (before, since), types=_LINE_TYPES, paged="sales_orderline")
    services = read_columns(_SERVICES, types={"id": "int64"})["id"]
    customers, is_sale = _customers_of(lines["order_id"].to_numpy())
    is_sale &= ~np.isin(lines["product_id"].to_numpy(), services.to_numpy())
    oldest_first = np.lexsort([lines[name] for name in ("position", "order_id", "day")])
    rows = oldest_first[is_sale[oldest_first]]
    names = ["order_id", "customer_id", "product_id", "day", "quantity", "unit_price"]
    lines["customer_id"] = customers
    found = pd.DataFrame({name: lines[name].to_numpy()[rows] for name in names})
    return found.astype({"quantity": "int64"})


def _customers_of(order_ids: Ids) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """The customer of each line's order, and whether that order stands."""
    ends = (int(order_ids.min()), int(order_ids.max())) if len(order_ids) else (0, 0)
    orders = read_columns(_ORDERS, ends, types={"id": "int64", "customer_id": "int64"})
    if orders.empty:
        return np.full(len(order_ids), -1), np.zeros(len(order_ids), dtype=bool)
    known = orders["id"].to_numpy()
    place = np.searchsorted(known, order_ids).clip(max=len(known) - 1)
    return orders["customer_id"].to_numpy()[place], known[place] == order_ids


def daily_quantities(*, before: date, since: date = EVER) -> pd.DataFrame:
    """Units and money per product and day on which it sold or came back.

    Columns: product_id, day, units (sold; returns not taken off), returned, revenue (of the units
    sold), orders (lines sold), price (revenue / units; NaN on days with returns only).
    """
    lines = _signed(order_lines(before=before, since=since))
    lines["orders"] = (lines["units"] > 0).astype("int64")
    figures = ["units", "returned", "revenue", "orders"]
    daily = lines.groupby(["product_id", "day"], as_index=False)[figures].sum()
    daily["price"] = daily["revenue"] / daily["units"].where(daily["units"] > 0)
    return daily


def customer_orders(*, before: date, since: date = EVER) -> pd.DataFrame:
    """Orders of known customers, oldest first; guests are left out.

    Columns: customer_id, order_id, day, revenue (goods sold), refunded (goods returned, positive).
    """
    lines = _signed(order_lines(before=before, since=since))
    lines = lines[lines["customer_id"] >= 0]
    keys = ["day", "order_id", "customer_id"]
    orders = lines.groupby(keys, as_index=False)[["revenue", "refunded"]].sum()
    return orders[["customer_id", "order_id", "day", "revenue", "refunded"]]


def _signed(lines: pd.DataFrame) -> pd.DataFrame:
    """Sales and returns side by side: adds units, returned, revenue, refunded."""
    sold = lines["quantity"].clip(lower=0)
    returned = -lines["quantity"].clip(upper=0)
    return lines.assign(
        units=sold,
        returned=returned,
        revenue=sold * lines["unit_price"],
        refunded=returned * lines["unit_price"],
    )


def events(*, before: date, since: date) -> pd.DataFrame:
    """What visitors did, oldest first.

    Columns: customer_id (-1: unknown), session, product_id (-1: none), kind, at (UTC), value.
    """
    return read_columns(
        "SELECT COALESCE(customer_id, -1) AS customer_id, session,"
        " COALESCE(product_id, -1) AS product_id, kind, at, value FROM sales_event"
        " WHERE at < ? AND at >= ? ORDER BY at, id",
        (start_of(before), start_of(since)),
        types={
            "customer_id": "int64",
            "session": "str",
            "product_id": "int64",
            "kind": "str",
            "at": MOMENT,
            "value": "float64",
        },
    )
