"""What was asked for a product, read from what was paid."""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby, pairwise
from operator import itemgetter

import pandas as pd
from django.db import transaction
from django.utils import timezone

from catalog.columns import DAY, read_columns
from catalog.models import PriceChange, Product
from sales.importers.writing import insert, update

MOST_OF_OLD_PRICE = 0.25  # of the lines, after which it counts as gone
_WEEKLY = ("product_id", "week", "price", "lines", "day")
PRODUCTS_AT_ONCE = 1000
_PAID = """
SELECT line.product_id, line.day, CAST(line.unit_price AS double precision) AS price,
       COUNT(*) AS lines,
       SUM(CASE WHEN placed.customer_id IS NULL THEN 0 ELSE 1 END) AS known
  FROM sales_orderline AS line
  JOIN sales_order AS placed ON placed.id = line.order_id
 WHERE line.product_id >= ? AND line.product_id <= ? AND line.quantity > 0
   AND line.unit_price > 0 AND placed.status = 'paid'
 GROUP BY line.product_id, line.day, line.unit_price
"""
_TYPES = {"product_id": "int64", "day": DAY, "price": "float64", "lines": "int64", "known": "int64"}


def record_prices() -> int:
    """Add the prices seen in sales to the history and bring ``Product.price`` up to date.

    Only products whose history has no other source are touched. Returns the entries added.
    """
    other = PriceChange.objects.exclude(source=PriceChange.Source.SALES).values("product_id")
    products = Product.objects.filter(kind=Product.Kind.PRODUCT).exclude(pk__in=other)
    keys = list(products.order_by("pk").values_list("pk", flat=True))
    added = 0
    for start in range(0, len(keys), PRODUCTS_AT_ONCE):
        part = keys[start : start + PRODUCTS_AT_ONCE]
        paid = read_columns(_PAID, (part[0], part[-1]), types=_TYPES)
        changes = price_steps(_list_prices(paid[paid["product_id"].isin(part)]))
        with transaction.atomic():
            added += _save(changes)
    return added


def _list_prices(paid: pd.DataFrame) -> pd.DataFrame:
    """What known customers paid; guests may come through channels with prices of their own."""
    ever_known = paid.groupby("product_id")["known"].transform("sum") > 0
    counted = paid.assign(lines=paid["known"].where(ever_known, paid["lines"]))
    return counted[counted["lines"] > 0]


def price_steps(paid: pd.DataFrame) -> pd.DataFrame:
    """When the usual price moved: rows product_id, day, price, in order of product and day.

    ``paid``: product_id, day, price, lines (how many lines paid it). A week's usual price is the
    one most lines paid. It becomes the price, from the first day it was paid in that week, once it
    is the usual one of the next week with sales too and the old price has all but gone in both:
    a basket's discount moves nothing, nor do two prices asked side by side for small and large
    quantities.
    """
    week = paid["day"].dt.to_period("W-SUN").dt.start_time
    weekly = (
        paid.assign(week=week)
        .groupby(["product_id", "week", "price"], as_index=False)
        .agg(lines=("lines", "sum"), day=("day", "min"))
    )
    rows = zip(*(weekly[name].tolist() for name in _WEEKLY), strict=True)
    steps = [
        (product, day, price)
        for product, of_product in groupby(rows, key=itemgetter(0))
        for day, price in _steps([_Week(list(of)) for _, of in groupby(of_product, itemgetter(1))])
    ]
    return pd.DataFrame(steps, columns=["product_id", "day", "price"])


class _Week:
    """The prices paid in one week: rows product_id, week, price, lines, day."""

    def __init__(self, rows: list[tuple[int, pd.Timestamp, float, int, pd.Timestamp]]) -> None:
        self.lines = {price: lines for _, _, price, lines, _ in rows}
        self.first_day = {price: day for _, _, price, _, day in rows}
        self.total = sum(self.lines.values())
        self.usual = max(self.lines, key=lambda price: (self.lines[price], price))


def _steps(weeks: list[_Week]) -> Iterator[tuple[pd.Timestamp, float]]:
    price = weeks[0].usual
    yield weeks[0].first_day[price], price
    for week, following in pairwise(weeks):
        if week.usual == price or following.usual != week.usual:
            continue
        still = week.lines.get(price, 0) + following.lines.get(price, 0)
        if still <= MOST_OF_OLD_PRICE * (week.total + following.total):
            price = week.usual
            yield week.first_day[price], price


def _save(changes: pd.DataFrame) -> int:
    if changes.empty:
        return 0
    zone = timezone.get_default_timezone()
    at = {
        day: datetime.combine(day.date(), time.min, zone)
        for day in changes["day"].drop_duplicates()
    }
    before = changes["price"].shift(1)
    is_first = changes["product_id"] != changes["product_id"].shift(1)
    added = insert(
        PriceChange,
        {
            "product_id": changes["product_id"],
            "price": changes["price"].round(2).astype(str),
            "previous": before.mask(is_first).round(2).astype(object),
            "effective_at": changes["day"].map(at).astype(object),
            "source": [PriceChange.Source.SALES] * len(changes),
        },
    )
    if added:
        last = changes.drop_duplicates("product_id", keep="last")
        prices = last["price"].round(2).astype(str)
        update(Product, "id", {"id": last["product_id"], "price": prices})
    return added
