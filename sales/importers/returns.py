"""Link returned lines with the sales they undo."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.db import connection, transaction

from sales.importers.writing import among, fetch_where, listed, lookup, update
from sales.models import Order, OrderLine

_LEFT = """line.quantity + COALESCE((SELECT SUM(back.quantity) FROM sales_orderline AS back
 WHERE back.returns_id = line.id), 0)"""
_SOLD_IN_ORDERS = f"""
SELECT line.id, line.order_id, line.product_id, '', {_LEFT} FROM sales_orderline AS line
 WHERE line.quantity > 0 AND line.order_id """  # noqa: S608
_UNLINKED = """
SELECT line.id, placed.customer_id, line.product_id, placed.placed_at, -line.quantity
  FROM sales_orderline AS line JOIN sales_order AS placed ON placed.id = line.order_id
 WHERE line.quantity < 0 AND line.returns_id IS NULL AND placed.customer_id IS NOT NULL"""
_SOLD_TO_RETURNERS = f"""
SELECT line.id, placed.customer_id, line.product_id, placed.placed_at,
       line.quantity + COALESCE(back.quantity, 0)
  FROM sales_orderline AS line JOIN sales_order AS placed ON placed.id = line.order_id
  LEFT JOIN (SELECT returns_id, SUM(quantity) AS quantity FROM sales_orderline
              WHERE returns_id IS NOT NULL GROUP BY returns_id) AS back
    ON back.returns_id = line.id
 WHERE line.quantity > 0 AND placed.status = 'paid'
   AND (placed.customer_id, line.product_id) IN
       (SELECT customer_id, product_id FROM ({_UNLINKED}) AS unlinked)"""  # noqa: S608


@dataclass(slots=True)
class Piece:
    """A line of a purchase or a return; ``key`` says which may go together."""

    line: int
    key: Hashable
    at: Any
    units: int


def link_named(lines: pd.DataFrame) -> None:
    """Link returns that name the order they undo.

    Columns: order_id, position, product_id, returns_order.
    """
    if lines.empty:
        return
    orders = lookup(Order, "number", lines["returns_order"])
    places = zip(lines["order_id"], lines["position"], strict=True)
    named = dict(zip(places, lines["returns_order"].map(orders.get), strict=True))
    names = ["id", "order_id", "position", "product_id", "quantity"]
    stored = fetch_where(OrderLine, names, "order_id", lines["order_id"].unique().tolist())
    returned = [
        Piece(line, (named.get((order, position)), product), "", -quantity)
        for line, order, position, product, quantity in stored
        if quantity < 0
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SOLD_IN_ORDERS + among(), [listed(list(orders.values()))])
        _save(match(returned, _pieces(cursor.fetchall())))


def link_by_customer() -> int:
    """Link the other returns with the customer's latest earlier purchase of the product.

    Returns how many were linked. Guests' returns and those without a purchase stay as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNLINKED)
        returned = _pieces(cursor.fetchall())
        cursor.execute(_SOLD_TO_RETURNERS)
        pairs = match(returned, _pieces(cursor.fetchall()))
    with transaction.atomic():
        _save(pairs)
    return len(pairs)


def match(returned: Iterable[Piece], sold: Iterable[Piece]) -> dict[int, int]:
    """The line sold for each line returned: the latest before it with enough units left.

    Where no single one has enough, the latest with any left; ``sold`` is used up in the course.
    """
    stock = defaultdict(list)
    for piece in sorted(sold, key=lambda piece: (piece.at, piece.line)):
        stock[piece.key].append(piece)
    pairs = {}
    for back in sorted(returned, key=lambda piece: (piece.at, piece.line)):
        open_sales = [sale for sale in stock[back.key] if sale.units > 0 and sale.at <= back.at]
        if open_sales:
            enough = [sale for sale in open_sales if sale.units >= back.units]
            sale = (enough or open_sales)[-1]
            sale.units -= back.units
            pairs[back.line] = sale.line
    return pairs


def _pieces(rows: Iterable[tuple[Any, ...]]) -> list[Piece]:
    return [Piece(line, (first, second), at, units) for line, first, second, at, units in rows]


def _save(pairs: dict[int, int]) -> None:
    if pairs:
        update(OrderLine, "id", {"id": pairs.keys(), "returns_id": pairs.values()})
