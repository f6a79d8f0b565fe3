"""What the nightly forecast reads: demand as it was wanted, prices, promotions, likenesses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from catalog.models import Category
from catalog.selectors import price_history, promotions
from forecasting import Panel, from_matrix, recover_demand
from forecasting.drivers import Drivers
from forecasting.informed import InformedBoosting
from forecasting.newcomers import Traits
from forecasting.outliers import without_bulk_orders
from inventory.algorithms.stockouts import dry_days
from inventory.selectors import opening_counts, receipts
from sales.selectors import daily_quantities

HISTORY_DAYS = 730
LAUNCH_DAYS = 28


def demand_panel(*, product_ids: Iterable[int], as_of: date, also: Iterable[int] = ()) -> Panel:
    """Return daily demand up to the day before, as it was wanted rather than as it was served.

    Sales less returns; bulk orders brought down to what is usual; on days the shelf ran empty
    the demand to be expected instead of what was left to sell.  Products of ``also`` are rows
    even where they never sold.
    """
    since = as_of - timedelta(days=HISTORY_DAYS)
    sold = daily_quantities(before=as_of, since=since)
    sold = sold[sold["product_id"].isin(pd.Index(product_ids))]
    ids = pd.Index(np.union1d(sold["product_id"].unique(), np.array(list(also))), dtype="int64")
    start = since if sold.empty else sold["day"].min().date()
    dates = pd.date_range(start, as_of - timedelta(days=1), unit="s")
    if not len(ids) or not len(dates):
        return from_matrix(np.zeros((0, 0)), ids=pd.Index([], dtype="int64"), dates=dates[:0])
    net = sold.assign(units=(sold["units"] - sold["returned"]).clip(lower=0))
    wanted = _laid_out(net, ids, dates)
    panel = without_bulk_orders(from_matrix(wanted, ids=ids, dates=dates))
    return recovered(panel, as_of=as_of)


def recovered(panel: Panel, *, as_of: date) -> Panel:
    """Return the panel with the demand that met an empty shelf put back."""
    since = panel.dates[0].date()
    counts = opening_counts(before=as_of, since=since)
    counts = counts[counts["product_id"].isin(panel.ids)]
    if counts.empty:
        return panel
    rows = np.flatnonzero(panel.ids.isin(counts["product_id"]))
    ids = panel.ids[rows]
    known = _laid_out(counts, ids, panel.dates, missing=np.nan)
    arrived = _laid_out(receipts(before=as_of), ids, panel.dates)
    empty = np.zeros(panel.y.shape, dtype=np.bool_)
    empty[rows] = dry_days(known, np.nan_to_num(panel.y[rows]), arrived)
    return recover_demand(panel, empty)


def _laid_out(
    frame: pd.DataFrame, ids: pd.Index, dates: pd.DatetimeIndex, missing: float = 0.0
) -> np.ndarray:
    """Return ``units`` of ``product_id`` and ``day`` as products × days."""
    table = np.full((len(ids), len(dates)), missing)
    rows = ids.get_indexer(pd.Index(frame["product_id"]))
    columns = dates.get_indexer(pd.Index(frame["day"]))
    kept = (rows >= 0) & (columns >= 0)
    place = rows[kept], columns[kept]
    if missing == 0:
        np.add.at(table, place, frame["units"].to_numpy(dtype=np.float64)[kept])
    else:
        table[place] = frame["units"].to_numpy(dtype=np.float64)[kept]
    return table


def informed_boosting(panel: Panel, *, as_of: date, horizon_days: int) -> InformedBoosting:
    """Return the boosted model with the shop's prices and promotions, past and planned."""
    since = panel.dates[0].date() if len(panel.dates) else as_of
    prices = price_history(before=as_of).rename(columns={"effective_on": "ds"})
    prices["ds"] = prices["ds"].where(prices["ds"] >= pd.Timestamp(since), pd.Timestamp(since))
    plans = promotions(start=since, end=as_of + timedelta(days=horizon_days))
    spans = zip(plans["starts_on"], plans["ends_on"], strict=True)
    days = [pd.date_range(first, last) for first, last in spans]
    promoted = pd.DataFrame(
        {
            "product_id": plans["product_id"].repeat([len(one) for one in days]),
            "ds": np.concatenate([*days, pd.DatetimeIndex([])]),
            "promotion": 1.0,
        }
    )
    table = pd.concat([prices, promoted.drop_duplicates()]).rename(
        columns={"product_id": "unique_id"}
    )
    drivers = Drivers.of(panel, table.sort_values("ds", kind="stable"), horizon_days)
    return InformedBoosting(drivers, panel.ids)


def traits_of(facts: pd.DataFrame, *, as_of: date) -> Traits:
    """Return category, brand and price of products, and which were launched lately.

    ``facts`` is `catalog.selectors.product_facts` indexed by product id; products without a
    price count as of the middle one.
    """
    price = facts["price"].where(facts["price"] > 0)
    table = facts[["category_id", "brand_id"]].assign(
        price=price.fillna(price.median()).fillna(1.0).astype("float64"),
        is_launch=facts["launched_on"] >= pd.Timestamp(as_of) - pd.Timedelta(days=LAUNCH_DAYS),
    )
    return Traits(table, kinds=["category_id", "brand_id"], amounts=["price"])


def ancestors_of(facts: pd.DataFrame) -> Mapping[int, Sequence[int]]:
    """Return the ids of each product's category and of those above it."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))

    def path(category: int | None) -> list[int]:
        found: list[int] = []
        while category in parents and category not in found:
            found.append(category)
            category = parents[category]
        return found

    paths = {key: path(key) for key in facts["category_id"].unique()}
    return {int(pk): paths[key] for pk, key in zip(facts.index, facts["category_id"], strict=True)}
