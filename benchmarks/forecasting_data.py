"""Real demand panels for the forecasting benchmark, read from a folder of public data sets."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting import Panel, from_matrix, with_prices
from forecasting.panel import to_panel


@dataclass(frozen=True)
class Case:
    """A panel with the horizon and origins it is scored on."""

    name: str
    panel: Panel
    horizon: int
    season: int
    origins: int = 3

    @property
    def cuts(self) -> list[int]:
        """Periods known at each origin, earliest first."""
        length = self.panel.y.shape[1]
        return [length - self.horizon * back for back in range(self.origins, 0, -1)]


def m5(folder: Path) -> Case:
    """One Walmart store, daily units per product from 2011-01-29."""
    table = pd.read_parquet(folder / "m5_ca1_sales.parquet")
    y = table.filter(regex=r"^d_\d+$").to_numpy(dtype=float)
    dates = pd.date_range("2011-01-29", periods=y.shape[1])
    panel = from_matrix(y, ids=table["item_id"], dates=dates, freq="D")
    panel = replace(panel, price=m5_prices(folder, panel))
    return _eligible(Case("m5_ca1", panel, horizon=28, season=7), history=365)


def m5_hierarchy(folder: Path) -> pd.DataFrame:
    """Return item_id, dept_id and cat_id of the M5 store."""
    return pd.read_parquet(
        folder / "m5_ca1_sales.parquet", columns=["item_id", "dept_id", "cat_id"]
    )


def m5_prices(folder: Path, panel: Panel) -> np.ndarray:
    """Return the price of every product and day of the M5 panel (NaN where unknown)."""
    calendar = pd.read_csv(folder / "m5_calendar.csv.gz", usecols=["d", "wm_yr_wk"])
    prices = pd.read_parquet(folder / "m5_ca1_prices.parquet")
    weekly = prices.pivot_table(index="item_id", columns="wm_yr_wk", values="sell_price")
    weekly = weekly.reindex(panel.ids)
    first = int(calendar["d"].iloc[0][2:]) - 1
    week = np.concatenate([np.repeat(calendar["wm_yr_wk"].iloc[0], first), calendar["wm_yr_wk"]])
    return weekly.reindex(columns=week[: panel.y.shape[1]]).to_numpy()


def online_retail(folder: Path, freq: str) -> Case:
    """Units sold per product of a gift wholesaler, 2009-12 to 2011-12; returns left out."""
    lines = pd.read_csv(
        folder / "online_retail_II.csv.gz",
        usecols=["Invoice", "StockCode", "Quantity", "InvoiceDate", "Price"],
        dtype={"Invoice": str, "StockCode": str},
        parse_dates=["InvoiceDate"],
    )
    product = lines["StockCode"].str.match(r"^\d{5}")
    sold = ~lines["Invoice"].str.startswith("C") & (lines["Quantity"] > 0) & (lines["Price"] > 0)
    kept = lines[product & sold]
    frame = pd.DataFrame(
        {
            "unique_id": kept["StockCode"].str.upper(),
            "ds": kept["InvoiceDate"].dt.normalize(),
            "y": kept["Quantity"].astype(float),
            "price": kept["Price"],
        }
    )
    if freq == "W":  # the last week is cut short by the end of the file
        panel = to_panel(frame, "W", end="2011-12-04")
        case = Case("online_retail_week", panel, horizon=8, season=1)
        return _eligible(case, history=26)
    panel = to_panel(frame, "D")
    middle = frame.groupby(["unique_id", "ds"], as_index=False)["price"].median()
    panel = with_prices(panel, middle)
    return _eligible(Case("online_retail_day", panel, horizon=28, season=7), history=182)


def carparts(folder: Path) -> Case:
    """Monthly demand of spare parts (Hyndman et al. 2008)."""
    table = pd.read_csv(folder / "carparts.csv.gz")
    dates = pd.to_datetime(table.pop("month"))
    y = table.to_numpy(dtype=float).T
    panel = from_matrix(y, ids=table.columns, dates=pd.DatetimeIndex(dates), freq="M")
    return _eligible(Case("carparts_month", panel, horizon=6, season=12), history=24)


def _eligible(case: Case, history: int) -> Case:
    """Keep series the past alone makes worth scoring: old enough and sold in its last quarter.

    Judged at the first origin only, so no product is chosen for what it sold later.
    """
    cut = case.cuts[0]
    quarter = {"D": 91, "W": 13, "M": 12}[case.panel.freq]
    y = case.panel.y
    old = case.panel.starts <= cut - history
    lately = np.nansum(y[:, max(0, cut - quarter) : cut], axis=1) > 0
    often = (np.nan_to_num(y[:, :cut]) > 0).sum(axis=1) >= 3
    rows = np.flatnonzero(old & lately & often)
    return Case(case.name, case.panel.take(rows), case.horizon, case.season, case.origins)


def thinned(case: Case, size: int) -> Case:
    """Return a fixed random sample of the series, the same for every method."""
    n = len(case.panel.ids)
    rows = np.sort(np.random.default_rng(7).permutation(n)[:size])
    return Case(case.name, case.panel.take(rows), case.horizon, case.season, case.origins)
