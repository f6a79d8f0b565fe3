"""Recency, frequency, money: quintile scores and the named segments read off them.

The rules follow the usual RFM grid (Hughes, *Strategic Database Marketing*); first match wins, the
last one takes everybody, so that segments are disjoint and leave nobody out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

QUINTILES = 5


@dataclass(frozen=True)
class Rule:
    """A segment and who belongs to it, given recency and mean frequency-money scores."""

    segment: str
    holds: Callable[[pd.Series, pd.Series], pd.Series]


RULES = (
    Rule("champions", lambda r, fm: (r >= 4) & (fm >= 4.5)),
    Rule("loyal", lambda r, fm: (r >= 4) & (fm >= 3)),
    Rule("promising", lambda r, _fm: r >= 4),
    Rule("needs_attention", lambda r, fm: (r == 3) & (fm >= 3)),
    Rule("about_to_sleep", lambda r, _fm: r == 3),
    Rule("at_risk", lambda r, fm: (r <= 2) & (fm >= 4)),
    Rule("hibernating", lambda r, fm: (r <= 2) & (fm >= 2.5)),
    Rule("lost", lambda r, _fm: r <= 2),
)
SEGMENTS = tuple(rule.segment for rule in RULES)


def customer_history(orders: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Recency, frequency and money of each customer before ``as_of``.

    ``orders`` has customer_id, order_id, day, revenue, refunded. Returns customer_id (sorted),
    recency_days (since the last order), frequency (orders with revenue), monetary (refunds off).
    """
    past = orders[(orders["day"] < pd.Timestamp(as_of)) & (orders["revenue"] > 0)]
    by_customer = past.groupby("customer_id", sort=True)
    history = by_customer.agg(last_day=("day", "max"), frequency=("order_id", "nunique"))
    money = orders.groupby("customer_id")[["revenue", "refunded"]].sum()
    net = (money["revenue"] - money["refunded"]).clip(lower=0.0)
    history["monetary"] = net.reindex(history.index)
    history["recency_days"] = (pd.Timestamp(as_of) - history.pop("last_day")).dt.days
    return history.reset_index()[["customer_id", "recency_days", "frequency", "monetary"]]


def quintile(values: pd.Series) -> pd.Series:
    """Scores 1 to 5 by rank, highest values 5; equal values get equal scores."""
    share = values.rank(method="average", pct=True)
    return pd.Series(np.ceil(share * QUINTILES)).clip(1, QUINTILES).astype("int64")


def segment_customers(history: pd.DataFrame) -> pd.DataFrame:
    """Scores and segment per customer.

    ``history`` as from ``customer_history``. Adds recency, frequency and monetary scores
    (``recency_score`` …, 5 is best) and ``segment``, one of ``SEGMENTS``.
    """
    scored = history.assign(
        recency_score=quintile(-history["recency_days"]),
        frequency_score=quintile(history["frequency"]),
        monetary_score=quintile(history["monetary"]),
    )
    fm = (scored["frequency_score"] + scored["monetary_score"]) / 2
    holds = [rule.holds(scored["recency_score"], fm) for rule in RULES]
    scored["segment"] = np.select(holds, SEGMENTS, default=SEGMENTS[-1])
    return scored
