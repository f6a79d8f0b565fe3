"""Weekly demand and prices of many products as matrices: what elasticities are learned from."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
BULK = 5.0
ORDINARY = 0.9


@dataclass(frozen=True)
class WeeklyPanel:
    """Units sold and price asked per product and week (n × T).

    ``units`` is NaN before a product's first sale; ``price`` is known in every week;
    ``midpoints`` are the weeks' middle days, in order.
    """

    ids: npt.NDArray[np.int64]
    units: Array
    price: Array
    midpoints: pd.DatetimeIndex

    @property
    def weeks(self) -> int:
        return int(self.units.shape[1])

    def until(self, weeks: int) -> "WeeklyPanel":
        """Return the panel as it looked after its first ``weeks`` weeks."""
        return replace(
            self,
            units=self.units[:, :weeks],
            price=self.price[:, :weeks],
            midpoints=self.midpoints[:weeks],
        )

    def take(self, rows: npt.NDArray[np.intp]) -> "WeeklyPanel":
        """Return the panel of some products."""
        return replace(self, ids=self.ids[rows], units=self.units[rows], price=self.price[rows])


def weekly_panel(
    sold: pd.DataFrame, current: "pd.Series[float]", *, as_of: date, weeks: int
) -> WeeklyPanel:
    """Lay sales of the ``weeks`` before ``as_of`` out by product and week.

    ``sold`` has ``product_id``, ``day``, ``units``, ``price`` (a row per product and selling
    day); ``current`` is the price asked now by product id, and says which products to keep. A
    week's price is the median over its selling days, so that one bulk order at a special price
    does not move it; weeks without a sale carry the price before them. A week of more than five
    times the product's 90 % week is a bulk order and capped there.
    """
    ids = current.index.to_numpy(dtype=np.int64)
    age = (pd.Timestamp(as_of) - sold["day"]).dt.days.to_numpy()
    column = weeks - 1 - (age - 1) // DAYS_PER_WEEK
    row = pd.Index(ids).get_indexer(pd.Index(sold["product_id"]))
    inside = (row >= 0) & (column >= 0) & (column < weeks)
    cells = pd.DataFrame(
        {"row": row, "column": column, "units": sold["units"], "price": sold["price"]}
    )[inside]
    grouped = cells[cells["units"] > 0].groupby(["row", "column"])
    units, price = np.zeros((len(ids), weeks)), np.full((len(ids), weeks), np.nan)
    sums, middle = grouped["units"].sum(), grouped["price"].median()
    at = tuple(np.array([sums.index.get_level_values(i) for i in (0, 1)], dtype=np.intp))
    units[at], price[at] = sums.to_numpy(), middle.to_numpy()
    first = as_of - timedelta(days=DAYS_PER_WEEK * weeks - 3)
    return WeeklyPanel(
        ids=ids,
        units=_since_first_sale(_without_bulk(units)),
        price=_carried(price, np.asarray(current, dtype=np.float64)),
        midpoints=pd.date_range(first, periods=weeks, freq="7D"),
    )


def _without_bulk(units: Array) -> Array:
    sold = np.where(units > 0, units, np.nan)
    any_sold = ~np.isnan(sold).all(axis=1)
    cap = np.full(len(units), np.inf)
    cap[any_sold] = BULK * np.nanquantile(sold[any_sold], ORDINARY, axis=1, method="lower")
    return np.asarray(np.minimum(units, cap[:, None]))


def _since_first_sale(units: Array) -> Array:
    begun = np.maximum.accumulate(units > 0, axis=1)
    return np.where(begun, units, np.nan)


def _carried(price: Array, current: Array) -> Array:
    """Fill weeks without a sale with the price before, the first ones with the price after."""
    known = pd.DataFrame(price.T).ffill().bfill().to_numpy().T
    return np.where(np.isnan(known), current[:, None], known)


def season(days: pd.DatetimeIndex) -> Array:
    """Return sine and cosine of the year for each day (T × 2)."""
    angle = 2 * np.pi * days.day_of_year.to_numpy(dtype=np.float64) / DAYS_PER_YEAR
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)
