"""What a product's price says of its sums: in force now, beside its own past and the shop's."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.drivers import Drivers
from forecasting.panel import Frequency, Matrix, Panel, Whole
from forecasting.rows import SeriesError

# a month, a quarter, half a year and a year, in periods; and how often the past is looked at
SPANS: dict[Frequency, tuple[int, int, int, int]] = {
    "D": (28, 91, 182, 364), "W": (4, 13, 26, 52), "M": (1, 3, 6, 12),
}  # fmt: skip
STEP: dict[Frequency, int] = {"D": 7, "W": 1, "M": 1}
CLEARLY = 0.005


def with_prices(panel: Panel, table: pd.DataFrame) -> Panel:
    """Return the panel with the price in force of each series and period.

    ``table`` has ``unique_id``, ``ds`` and ``price`` (money a unit); a price holds until the next
    one, and dates after the panel's end are left out.  Raises `SeriesError` for a missing column,
    a bad date, and a price that is no number above zero.
    """
    missing = [name for name in ("unique_id", "ds", "price") if name not in table.columns]
    if missing:
        raise SeriesError(f"prices: missing column {', '.join(missing)}")
    dates = pd.to_datetime(table["ds"], errors="coerce")
    price = pd.to_numeric(table["price"], errors="coerce").astype("float64")
    bad = dates.isna() | ~np.isfinite(price) | (price <= 0)
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        given = f"{table['price'].iloc[row]} on {table['ds'].iloc[row]}"
        raise SeriesError(f"prices, row {row + 1}: {given} is no price above zero on a date")
    told = table[["unique_id"]].assign(ds=dates, price=price).sort_values("ds", kind="stable")
    return replace(panel, price=Drivers.of(panel, told, 0).price)


def price_features(price: Matrix, origins: Whole, freq: Frequency) -> Matrix:
    """Describe the price known at every origin (n × origins × 7, NaN where not known).

    Its log; that less the log of its median of a quarter and of a year, of the price a month ago,
    of the lowest of half a year, of the shop's median; and periods since it last changed.
    """
    known = np.where(price > 0, price, np.nan)
    log = np.log(known)
    return np.stack([_at(log, int(origin), freq) for origin in origins], axis=1)


def _at(log: Matrix, origin: int, freq: Frequency) -> Matrix:
    month, quarter, half, year = SPANS[freq]
    now = log[:, origin - 1]

    def past(span: int) -> Matrix:
        return log[:, max(0, origin - span) : origin][:, :: -STEP[freq]]

    usual = [_middle(past(span)) for span in (quarter, year)]
    before = log[:, max(0, origin - 1 - month)]
    lowest = np.fmin.reduce(past(half), axis=1)
    beside = [*usual, before, lowest, _middle(now[None, :])]
    recent = log[:, max(0, origin - half) : origin]
    return np.column_stack([now, *(now - other for other in beside), _since_change(recent)])


def _middle(values: Matrix) -> Matrix:
    """Return the median of what is known in each row (the lower of two; NaN: nothing known)."""
    place = np.maximum((~np.isnan(values)).sum(axis=1) - 1, 0) // 2
    return np.asarray(np.take_along_axis(np.sort(values, axis=1), place[:, None], axis=1)[:, 0])


def _since_change(log: Matrix) -> Matrix:
    """Return periods since the price moved by half a percent; all of them where it did not."""
    moved = np.abs(np.diff(log, axis=1))[:, ::-1] > CLEARLY
    if not moved.shape[1]:
        return np.zeros(len(log))
    since = np.where(moved.any(axis=1), moved.argmax(axis=1), moved.shape[1])
    return np.asarray(since, dtype=np.float64)
