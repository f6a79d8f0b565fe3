"""What one customer bought and looked at, newest first, in one query."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from sales.models import Event

Row = tuple[int, str, str, bool]
ROWS = 3000
MOST_OF_ONE = 24  # of one product, the purchases that count: monthly for two years
BOUGHT = "bought"
# How much an act says about liking, beside a purchase; not fitted, because storefronts differ.
WEIGHTS = {BOUGHT: 1.0, "purchase": 1.0, "cart": 0.5, "click": 0.2, "view": 0.2}
PURCHASES = (BOUGHT, "purchase")
SECONDS_PER_DAY = 86_400.0
SECONDS = len("YYYY-MM-DD HH:MM:SS")


@dataclass(frozen=True)
class History:
    """Acts, newest first: products, age in days (0 for the newest), weight, was it a purchase?

    ``is_personalised`` is False for a customer who wants no lists from their own history.
    ``idle_days``: how long ago the newest act was.
    """

    product_ids: NDArray[np.int64]
    ages: NDArray[np.float64]
    weights: NDArray[np.float64]
    is_purchase: NDArray[np.bool_]
    is_personalised: bool = True
    idle_days: float = 0.0

    def __len__(self) -> int:
        return len(self.product_ids)

    def bought(self) -> NDArray[np.int64]:
        """The products ever bought, each once."""
        return np.unique(self.product_ids[self.is_purchase])


def history_of(number: str) -> History:
    """The newest 3,000 acts of a customer; empty for a number nobody has.

    Purchases count each time; of views, clicks and carts only the last of each product counts, so
    that a flood of them moves no list. A purchase event whose order has arrived counts once.
    """
    if "\x00" in number:  # no database holds one
        return NO_HISTORY
    with connection.cursor() as cursor:
        cursor.execute(_ACTS, [number, number])
        return as_history(cursor.fetchall())


# Plain SQL: building the query took longer than running it.
_KINDS = ", ".join(f"'{kind}'" for kind in WEIGHTS if kind != BOUGHT)
_ACTS = f"""
SELECT line.product_id, CAST(placed.placed_at AS text) AS moment, '{BOUGHT}' AS act,
       customer.is_personalised
  FROM sales_customer AS customer
  JOIN sales_order AS placed ON placed.customer_id = customer.id
  JOIN sales_orderline AS line ON line.order_id = placed.id
 WHERE customer.number = %s AND line.quantity > 0 AND placed.status <> 'cancelled'
UNION ALL
SELECT event.product_id, CAST(MAX(event.at) AS text) AS moment, event.kind AS act,
       customer.is_personalised
  FROM sales_customer AS customer JOIN sales_event AS event ON event.customer_id = customer.id
 WHERE customer.number = %s AND event.product_id IS NOT NULL AND event.kind IN ({_KINDS})
 GROUP BY event.product_id, event.kind, customer.is_personalised
 ORDER BY moment DESC
 LIMIT {ROWS}
"""  # noqa: S608 - constants of this module


def as_history(rows: list[Row]) -> History:
    """Rows of product, time, act and consent as arrays; times still to come count as now.

    Times are texts in UTC that begin YYYY-MM-DD HH:MM:SS, as both databases keep them: reading
    thousands as datetimes took longer than everything else a request does.
    """
    ordered = {product for product, _at, act, _agrees in rows if act == BOUGHT}
    kept = [
        row for row in _few_of_each(rows) if row[2] != Event.Kind.PURCHASE or row[0] not in ordered
    ]
    times = np.array([row[1][:SECONDS] for row in kept], "datetime64[s]").astype(np.float64)
    now = timezone.now().timestamp()
    times = np.minimum(times, now)
    return History(
        product_ids=np.array([row[0] for row in kept], np.int64),
        ages=(times.max(initial=0.0) - times) / SECONDS_PER_DAY,
        weights=np.array([WEIGHTS[row[2]] for row in kept], np.float64),
        is_purchase=np.array([row[2] in PURCHASES for row in kept], np.bool_),
        is_personalised=all(row[3] for row in kept),
        idle_days=(now - float(times.max(initial=0.0))) / SECONDS_PER_DAY if kept else 0.0,
    )


def _few_of_each(rows: list[Row]) -> list[Row]:
    """Of each product the newest purchases, as many as training counts."""
    times: Counter[int] = Counter()
    kept = []
    for row in rows:
        times[row[0]] += row[2] == BOUGHT
        if row[2] != BOUGHT or times[row[0]] <= MOST_OF_ONE:
            kept.append(row)
    return kept


NO_HISTORY = as_history([])
