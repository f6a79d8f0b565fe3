"""The log of an experiment: the events that came back with its lists, and the money after them.

A visitor is the customer where the storefront named one, else the session, as when the list was
asked for. Nothing dated on or after ``until`` is read.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pandas as pd
from django.db import connection

from catalog.columns import MOMENT, read_columns
from recommendations.experiments.tags import Tag, read_tag
from recommendations.ids import read_recommendation_id
from recommendations.models import Experiment

NO_TAG = Tag(0)
PAST = timedelta(days=90)
_TOUCHES = """
SELECT COALESCE(event.customer_id, -1) AS customer_id, event.session,
       COALESCE(event.product_id, -1) AS product_id, COALESCE(product.sku, '') AS sku,
       event.kind, event.at, event.recommendation_id AS list
  FROM sales_event AS event LEFT JOIN catalog_product AS product ON product.id = event.product_id
 WHERE event.at >= ? AND event.at < ? AND event.recommendation_id <> ''
   AND event.recommendation_id LIKE ?
 ORDER BY event.at, event.id
"""
_ORDERS = """
SELECT placed.customer_id, placed.placed_at AS at,
       SUM(CAST(line.quantity * line.unit_price AS double precision)) AS money
  FROM sales_order AS placed JOIN sales_orderline AS line ON line.order_id = placed.id
 WHERE placed.placed_at >= ? AND placed.placed_at < ? AND placed.customer_id IS NOT NULL
   AND placed.status <> 'cancelled'
 GROUP BY placed.id, placed.customer_id, placed.placed_at
"""
_ANONYMOUS = """
SELECT session, at, COALESCE(value, 0) AS money FROM sales_event
 WHERE at >= ? AND at < ? AND kind = 'purchase' AND customer_id IS NULL
"""


@dataclass(frozen=True)
class Log:
    """touches: visitor, product_id, sku, kind, at, list, tag; sales: visitor, at, money.

    past: money by visitor in the 90 days before the experiment, 0 for a customer who bought
    nothing; of visitors without a number it is not known.
    """

    touches: pd.DataFrame
    sales: pd.DataFrame
    past: "pd.Series[float]" = field(default_factory=lambda: pd.Series(dtype="float64"))

    @property
    def shown(self) -> pd.DataFrame:
        return self.touches[self.touches["kind"] == "impression"]

    @property
    def acts(self) -> pd.DataFrame:
        """Clicks, and what was put in the cart or bought straight from a list."""
        return self.touches[self.touches["kind"].isin(["click", "cart", "purchase"])]

    def without(self, visitors: set[str]) -> "Log":
        touches, sales = (one[~one["visitor"].isin(visitors)] for one in (self.touches, self.sales))
        return Log(touches, sales, self.past)


def log_of(experiment: Experiment, *, until: datetime) -> Log:
    """Everything that came back until now, or until the experiment was stopped: three queries."""
    begin, end = experiment.started_at or until, min(until, experiment.stopped_at or until)
    span = (_moment(begin), _moment(end))
    touches = read_columns(
        _TOUCHES,
        (*span, f"%-e{experiment.pk}_%"),
        types={
            "customer_id": "int64",
            "session": "str",
            "product_id": "int64",
            "sku": "str",
            "kind": "str",
            "at": MOMENT,
            "list": "str",
        },
    )
    tags = {text: _tag(text) for text in touches["list"].unique()}
    touches["tag"] = touches["list"].map(tags)
    own = [tags[text].experiment == experiment.pk for text in touches["list"]]
    touches = touches[pd.Series(own, index=touches.index, dtype=bool)]
    orders = read_columns(
        _ORDERS,
        (_moment(begin - PAST), _moment(end)),
        types={"customer_id": "int64", "at": MOMENT, "money": "float64"},
    ).assign(session="")
    is_before = orders["at"] < pd.Timestamp(begin)
    others = read_columns(
        _ANONYMOUS, span, types={"session": "str", "at": MOMENT, "money": "float64"}
    )
    sales = [_named(orders[~is_before]), _named(others.assign(customer_id=-1))]
    columns = ["visitor", "at", "money"]
    seen = _named(touches)
    spent = _named(orders[is_before]).groupby("visitor")["money"].sum()
    customers = seen.loc[seen["customer_id"] >= 0, "visitor"].unique()
    return Log(
        seen,
        pd.concat([one[columns] for one in sales], ignore_index=True),
        spent.reindex(customers, fill_value=0.0),
    )


def _moment(at: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(at)


def _tag(text: str) -> Tag:
    origin = read_recommendation_id(text)
    return (read_tag(origin.tag) if origin else None) or NO_TAG


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """With ``visitor``: c and the customer, or s and the session; rows of nobody are left out."""
    is_known = rows["customer_id"] >= 0
    customers = "c" + rows["customer_id"].astype(str)
    sessions = "s" + rows["session"].astype(str)
    named = rows.assign(visitor=customers.where(is_known, sessions).astype(object))
    return named[is_known | (rows["session"] != "")]
