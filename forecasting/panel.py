"""Demand of many series on one regular time axis: the shape every batched method works on."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.compiled import compiled
from forecasting.rows import SeriesError, checked_rows

Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Frequency = Literal["D", "W", "M"]
NegativePolicy = Literal["refuse", "clip"]
# pandas calls weeks from Monday by their Sunday, or by the Monday they are dated with
FREQUENCIES: dict[str, Frequency] = {
    "D": "D", "W": "W", "W-MON": "W", "W-SUN": "W", "M": "M", "MS": "M", "ME": "M",
}  # fmt: skip
CHUNK_ROWS = 2048
LONGEST_AXIS = 20_000  # 54 years of days
THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Panel:
    """Demand per series and period.

    ``y`` has one row per series and one column per period, NaN before the series' first
    positive demand and on periods masked as unknown; gaps in the input are zeros.  ``notes``
    says in words what was changed on the way in; ``is_whole`` whether demand is counted in
    whole units rather than measured in kilograms or money; ``price`` what a unit cost in each
    period (like ``y``, NaN where not known), None where nobody told.
    """

    y: Matrix
    ids: pd.Index
    dates: pd.DatetimeIndex
    freq: Frequency
    starts: Whole
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    price: Matrix | None = None

    def with_demand(self, y: Matrix) -> "Panel":
        """Return the same axis and series with other demand."""
        return replace(self, y=y)

    def until(self, periods: int) -> "Panel":
        """Return the panel as it looked after its first ``periods`` periods."""
        price = None if self.price is None else self.price[:, :periods]
        return replace(self, y=self.y[:, :periods], dates=self.dates[:periods], price=price)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> "Panel":
        """Return the panel of some of the series."""
        price = None if self.price is None else self.price[rows]
        ids, starts = self.ids[rows], self.starts[rows]
        return replace(self, y=self.y[rows], ids=ids, starts=starts, price=price)

    def chunks(self, rows: int = CHUNK_ROWS) -> Iterator["Panel"]:
        """Yield the panel in blocks of rows small enough for the cache, contiguous in memory."""
        for first in range(0, len(self.ids), rows):
            part = self.take(slice(first, first + rows))
            yield replace(part, y=np.ascontiguousarray(part.y))

    def mapped(self, function: Callable[["Panel"], Matrix], threads: int = THREADS) -> Matrix:
        """Apply a row-wise function to blocks of the panel, in threads, and stack the results.

        The compiled loops release the interpreter lock, so two cores halve the time.
        """
        if len(self.ids) <= CHUNK_ROWS or threads == 1:
            return np.concatenate([function(part) for part in self.chunks()])
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(function, self.chunks())))

    def sold_before(self, cut: int) -> Flags:
        """Return which series had sold within the first ``cut`` periods (n)."""
        first = self.y[np.arange(len(self.ids)), np.minimum(self.starts, self.y.shape[1] - 1)]
        return np.asarray((self.starts < cut) & (first > 0))

    def future_dates(self, horizon: int) -> pd.DatetimeIndex:
        """Return the ``horizon`` dates that follow the panel's last one."""
        if not len(self.dates):
            return pd.DatetimeIndex([])
        last = self.dates[-1].to_period(self.freq)
        return pd.period_range(last + 1, periods=horizon, freq=self.freq).to_timestamp()


def to_panel(
    series: pd.DataFrame,
    freq: str = "D",
    *,
    end: pd.Timestamp | str | None = None,
    negatives: NegativePolicy = "refuse",
) -> Panel:
    """Lay a long frame out as a panel.

    ``series`` has ``unique_id``, ``ds`` (date or time; a time zone is dropped after taking the
    local day, so days of 23 or 25 hours are days) and ``y`` (units); rows of one period are
    added up.  ``freq`` is ``D``, ``W`` (weeks
    from Monday) or ``M`` (calendar months).  The axis runs to ``end`` or to the last date of
    the frame; rows after ``end`` are left out.  Raises `SeriesError` for a missing column, a bad
    date, a missing or infinite value, and, unless ``negatives="clip"``, for demand below zero.
    """
    frequency = checked_frequency(freq)
    frame = checked_rows(series, monthly=frequency == "M")
    periods = _periods(frame["ds"], frequency)
    until = None if end is None else pd.Timestamp(end).tz_localize(None).to_period(frequency)
    if until is not None:
        frame, periods = frame[periods <= until], periods[periods <= until]
    if frame.empty:
        return _empty(frequency)
    totals = _totals(frame, periods)
    totals, notes = _without_negatives(totals, frequency, negatives)
    axis = pd.period_range(periods.min(), until or periods.max(), freq=frequency)
    if len(axis) > LONGEST_AXIS:
        raise SeriesError(
            f"column ds: {periods.min()} to {axis[-1]} is {len(axis)} periods, more than "
            f"{LONGEST_AXIS}; is one of the dates mistyped?"
        )
    return _layout(totals, axis, frequency, notes)


def checked_frequency(freq: str) -> Frequency:
    """Return the frequency in its short form, or refuse it with a reason."""
    short = FREQUENCIES.get(str(freq).upper())
    if short is None:
        raise SeriesError(f"freq must be D, W or M, not {freq!r}; weeks begin on Monday")
    return short


def as_panel(series: "pd.DataFrame | Panel", freq: str) -> Panel:
    """Return ``series`` itself where it is a panel already, else lay it out."""
    return series if isinstance(series, Panel) else to_panel(series, freq)


def _periods(dates: pd.Series, freq: Frequency) -> pd.PeriodIndex:
    moments = pd.DatetimeIndex(dates)
    return moments.tz_localize(None).to_period(freq)


def _totals(frame: pd.DataFrame, periods: pd.PeriodIndex) -> pd.DataFrame:
    keyed = pd.DataFrame(
        {"id": frame["unique_id"].to_numpy(), "t": periods.asi8, "y": frame["y"].to_numpy()}
    )
    return keyed.groupby(["id", "t"], sort=True, observed=True)["y"].sum().reset_index()


def _without_negatives(
    totals: pd.DataFrame, freq: Frequency, negatives: NegativePolicy
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    below = totals["y"] < 0
    if not below.any():
        return totals, ()
    worst = totals.loc[below].iloc[0]
    if negatives == "refuse":
        period = pd.Period(ordinal=int(worst["t"]), freq=freq)
        raise SeriesError(
            f"column y: {int(below.sum())} periods add up to less than zero, "
            f"first in series {worst['id']!r} ({worst['y']:g}), {period}; "
            "book returns on the day of the sale or clip them"
        )
    note = f"{int(below.sum())} periods below zero (returns exceed sales) were set to 0"
    return totals.assign(y=totals["y"].clip(lower=0)), (note,)


def _layout(
    totals: pd.DataFrame, axis: pd.PeriodIndex, freq: Frequency, notes: tuple[str, ...]
) -> Panel:
    codes, ids = pd.factorize(totals["id"], sort=True)
    y = np.zeros((len(ids), len(axis)))
    y[codes, totals["t"].to_numpy() - axis.asi8[0]] = totals["y"].to_numpy()
    return from_matrix(y, ids=pd.Index(ids), dates=axis.to_timestamp(), freq=freq, notes=notes)


def from_matrix(
    y: Matrix,
    *,
    ids: pd.Index | Sequence[object],
    dates: pd.DatetimeIndex,
    freq: str = "D",
    notes: tuple[str, ...] = (),
) -> Panel:
    """Return the panel of a series × periods matrix; periods before the first sale become NaN.

    A series without any demand starts at the first period, so that it forecasts zero.  NaN
    after the first sale stays: the demand of that period is unknown (a stock-out).
    """
    y = np.array(y, dtype=np.float64)
    frequency = checked_frequency(freq)
    starts, is_whole = _started(y)
    return Panel(
        y=y,
        ids=pd.Index(ids),
        dates=dates,
        freq=frequency,
        starts=starts,
        notes=notes,
        is_whole=bool(is_whole),
    )


@compiled
def _started(y: Matrix) -> tuple[Whole, bool]:
    """Find first sales, blank what is before them, and see whether demand is counted."""
    n, length = y.shape
    starts, whole = np.zeros(n, dtype=np.int64), True
    for i in range(n):
        t = 0
        while t < length and not y[i, t] > 0:
            t += 1
        starts[i] = t if t < length else 0
        y[i, : starts[i]] = np.nan
        for s in range(starts[i], length):
            whole = whole and (np.isnan(y[i, s]) or y[i, s] == np.rint(y[i, s]))
    return starts, whole


def _empty(freq: Frequency) -> Panel:
    return Panel(
        y=np.empty((0, 0)),
        ids=pd.Index([], dtype="object"),
        dates=pd.DatetimeIndex([]),
        freq=freq,
        starts=np.empty(0, dtype=np.int64),
    )
