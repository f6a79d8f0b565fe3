"""The two pasts that restock policies are replayed over, read from a folder of public data sets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.forecasting_data import m5_prices
from forecasting import Panel, from_matrix
from forecasting.panel import to_panel
from inventory.algorithms.learned_levels import days_to_learn
from inventory.algorithms.replay import (
    LEAD_SPREAD,
    Money,
    ReplayCase,
    drawn_leads,
    starting_stock,
)

DAYS, REVIEW_DAYS, NOMINAL_LEAD = 364, 7, 14.0
PRODUCTS, SEED = 600, 7
COST_SHARE, CAP_QUANTILE = 0.6, 0.99
OLD_DAYS, LATELY_DAYS = 182, 91


@dataclass(frozen=True)
class Past:
    """A panel to replay and the money of its products, in the same order."""

    name: str
    case: ReplayCase
    money: Money


def m5(folder: Path, products: int = PRODUCTS) -> Past:
    """A Walmart store by day; prices of the quarter before the replay."""
    table = pd.read_parquet(folder / "m5_ca1_sales.parquet")
    y = table.filter(regex=r"^d_\d+$").to_numpy(dtype=float)
    dates = pd.date_range("2011-01-29", periods=y.shape[1])
    panel = from_matrix(y, ids=table["item_id"], dates=dates, freq="D")
    panel = _sampled(panel, products, selling_days=1)
    first = panel.y.shape[1] - DAYS
    price = np.nanmean(m5_prices(folder, panel)[:, first - LATELY_DAYS : first], axis=1)
    return _past("m5_ca1", panel, price)


def online_retail(folder: Path, products: int = PRODUCTS) -> Past:
    """A gift wholesaler by day; prices are revenue over units before the replay."""
    lines = _retail_lines(folder)
    panel = _sampled(to_panel(lines[["unique_id", "ds", "y"]], "D"), products, selling_days=15)
    before = lines[lines["ds"] < panel.dates[panel.y.shape[1] - DAYS]]
    sums = before.assign(value=before["y"] * before["price"]).groupby("unique_id")
    worth = sums[["value", "y"]].sum().reindex(panel.ids)
    return _past("online_retail", panel, (worth["value"] / worth["y"]).to_numpy())


def earlier(past: Past) -> ReplayCase | None:
    """What to learn levels from: the past before the replay, with lead times of its own draw."""
    case = past.case
    days = days_to_learn(case.first)
    if not days:
        return None
    panel = case.panel.until(case.first)
    shape = (len(panel.ids), days // REVIEW_DAYS)
    return replace(
        case,
        panel=panel,
        days=days,
        leads=drawn_leads(np.random.default_rng(SEED + 1), shape),
        start_stock=starting_stock(panel, case.first - days),
    )


PASTS: dict[str, Callable[[Path, int], Past]] = {"m5": m5, "online_retail": online_retail}


def _retail_lines(folder: Path) -> pd.DataFrame:
    columns = {"Invoice": str, "StockCode": str}
    lines = pd.read_csv(
        folder / "online_retail_II.csv.gz",
        usecols=[*columns, "Quantity", "InvoiceDate", "Price"],
        dtype=columns,
        parse_dates=["InvoiceDate"],
    )
    sold = ~lines["Invoice"].str.startswith("C") & (lines["Quantity"] > 0) & (lines["Price"] > 0)
    kept = lines[sold & lines["StockCode"].str.match(r"^\d{5}")]
    return pd.DataFrame(
        {
            "unique_id": kept["StockCode"].str.upper(),
            "ds": kept["InvoiceDate"].dt.normalize(),
            "y": kept["Quantity"].astype(float),
            "price": kept["Price"],
        }
    )


def _sampled(panel: Panel, products: int, *, selling_days: int) -> Panel:
    """Draw products that the past before the replay alone makes worth stocking."""
    first = panel.y.shape[1] - DAYS
    known = np.nan_to_num(panel.y[:, :first])
    old = panel.sold_before(first - OLD_DAYS)
    lately = known[:, -LATELY_DAYS:].sum(axis=1) > 0
    often = (known > 0).sum(axis=1) >= selling_days
    rows = np.flatnonzero(old & lately & often)
    drawn = np.random.default_rng(SEED).permutation(rows)[:products]
    return _without_one_offs(panel.take(np.sort(drawn)))


def _without_one_offs(panel: Panel) -> Panel:
    """Cap demand at the 99 % quantile of selling days: a bulk one-off is a quoted order."""
    selling = np.where(panel.y > 0, panel.y, np.nan)
    cap = np.ceil(np.nanquantile(selling, CAP_QUANTILE, axis=1))
    return panel.with_demand(np.minimum(panel.y, cap[:, None]))


def _past(name: str, panel: Panel, price: np.ndarray) -> Past:
    n, reviews = len(panel.ids), -(-DAYS // REVIEW_DAYS)
    case = ReplayCase(
        panel=panel,
        days=DAYS,
        leads=drawn_leads(np.random.default_rng(SEED), (n, reviews)),
        lead_days=np.full(n, NOMINAL_LEAD),
        lead_variance=np.full(n, float(np.var(LEAD_SPREAD))),
        start_stock=starting_stock(panel, panel.y.shape[1] - DAYS),
        review_days=REVIEW_DAYS,
    )
    return Past(name, case, Money(unit_cost=COST_SHARE * price, price=price))
