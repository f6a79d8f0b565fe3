"""The shop's own past as a replay takes it: demand, lead times, money as known on the first day."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from catalog.selectors import product_facts
from forecasting import Panel, to_panel
from forecasting.outliers import without_bulk_orders
from inventory.algorithms.replay import Money, ReplayCase, starting_stock
from inventory.levels import awaited
from inventory.selectors import default_policy
from inventory.services.demand_facts import HISTORY_DAYS
from sales.selectors import daily_quantities

LATELY_DAYS = 91
SEED = 20250101


class NoPastError(Exception):
    """The shop's past is too short to be replayed over so many days."""


def past_products(*, since: date, as_of: date) -> tuple[Panel, pd.DataFrame]:
    """Return demand and facts (same order) of products sold in the quarter before ``since``."""
    sold, facts = past_sales(since=since, as_of=as_of)
    return demand_of_past(sold, as_of=as_of), facts


def past_sales(*, since: date, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return daily sales up to ``as_of`` and facts of products sold in the quarter before a day.

    Sales as `daily_quantities`; facts by product id, ascending.
    """
    facts = product_facts(as_of=since, awaited=awaited(before=since)).set_index("product_id")
    sold = daily_quantities(before=as_of, since=since - timedelta(days=HISTORY_DAYS))
    lately = (sold["day"] < pd.Timestamp(since)) & (
        sold["day"] >= pd.Timestamp(since - timedelta(days=LATELY_DAYS))
    )
    selling = set(sold.loc[lately & (sold["units"] > 0), "product_id"])
    kept = sorted(selling & set(facts.index))
    if not kept:
        raise NoPastError(_("Nothing was sold in the quarter before %(day)s.") % {"day": since})
    return sold[sold["product_id"].isin(kept)], facts.reindex(kept)


def demand_of_past(sold: pd.DataFrame, *, as_of: date) -> Panel:
    """Return sales less returns, up to the day before, by product id; bulk orders brought down."""
    demand = pd.DataFrame(
        {
            "unique_id": sold["product_id"],
            "ds": sold["day"],
            "y": (sold["units"] - sold["returned"]).clip(lower=0).astype("float64"),
        }
    )
    panel = to_panel(demand, "D", end=pd.Timestamp(as_of) - pd.Timedelta(days=1))
    return without_bulk_orders(panel)


def money_of(facts: pd.DataFrame) -> Money:
    """Return what units cost and sell for."""
    return Money(
        unit_cost=facts["cost"].fillna(0).to_numpy(dtype=np.float64),
        price=facts["price"].fillna(0).to_numpy(dtype=np.float64),
        holding_share=float(default_policy().holding_share),
    )


def past_case(panel: Panel, facts: pd.DataFrame, days: int, lead_factor: float = 1.0) -> ReplayCase:
    """Return the last ``days`` of a panel as a case; lead times are drawn, alike every time."""
    review_days = int(default_policy().review_days)
    lead = facts["lead_days"].to_numpy(dtype=np.float64) * lead_factor
    spread = facts["lead_days_sd"].astype("float64").fillna(0).to_numpy()
    shape = (len(panel.ids), -(-days // review_days))
    drawn = lead[:, None] + spread[:, None] * np.random.default_rng(SEED).standard_normal(shape)
    return ReplayCase(
        panel=panel,
        days=days,
        leads=np.maximum(np.rint(drawn), 1).astype(np.int64),
        lead_days=lead,
        lead_variance=np.square(spread),
        start_stock=starting_stock(panel, panel.y.shape[1] - days),
        review_days=review_days,
    )
