"""What sums of demand were forecast in the past, and what came: the material of their variance."""

from dataclasses import dataclass, replace

import numpy as np

from forecasting.outliers import without_peaks
from forecasting.panel import Flags, Frequency, Matrix, Panel, Whole
from forecasting.smoothing import Smoothed, smooth

STEP: dict[Frequency, int] = {"D": 7, "W": 1, "M": 1}
PAST_WINDOWS: dict[Frequency, int] = {"D": 26, "W": 26, "M": 12}
CAP_QUANTILE = 0.95
SHRINKAGE = 0.75
RECENT_SPANS = 5
LARGEST_CORRECTION = 2.0


@dataclass(frozen=True)
class SumHistory:
    """Sums forecast at past origins and now.

    ``forecast`` and ``actual`` are n × windows (NaN where unknown), ``origins`` the periods
    known at each window, ``now`` the forecast from the panel's end (n), ``span`` the periods
    summed.
    """

    forecast: Matrix
    actual: Matrix
    now: Matrix
    origins: Whole
    span: int

    @property
    def known(self) -> Flags:
        """Windows with both a forecast and a fully observed outcome."""
        return ~np.isnan(self.actual) & ~np.isnan(self.forecast)

    @property
    def squared(self) -> Matrix:
        """Squared errors (n × windows)."""
        return np.asarray((self.actual - self.forecast) ** 2)

    def last(self, windows: int) -> "SumHistory":
        """Return the history of the latest windows only."""
        return replace(
            self,
            forecast=self.forecast[:, -windows:],
            actual=self.actual[:, -windows:],
            origins=self.origins[-windows:],
        )

    def scaled(self, past: Matrix, now: float) -> "SumHistory":
        """Return the history with forecasts multiplied, one factor per window and one now."""
        return replace(self, forecast=self.forecast * past, now=self.now * now)


def sum_history(panel: Panel, span: int, windows: int | None = None) -> SumHistory:
    """Forecast sums of ``span`` periods at weekly (monthly) origins already closed, and now.

    The forecast is the mean of the five smoothing methods on demand without its peaks; a series
    takes part once it has sold.
    """
    length = panel.y.shape[1]
    count = PAST_WINDOWS[panel.freq] if windows is None else windows
    back = length - span - STEP[panel.freq] * np.arange(count)
    closed = np.sort(back[back > 0])
    origins = np.append(closed, length)
    sums = panel.mapped(
        lambda part: _sums(smooth(without_peaks(part, CAP_QUANTILE), origins), span)
    )
    seen = closed[None, :] > panel.starts[:, None]
    before = np.where(seen, sums[:, :-1], np.nan)
    after = np.where(seen, window_sums(panel.y, closed, span), np.nan)
    return SumHistory(before, after, sums[:, -1], closed, span)


def _sums(smoothed: Smoothed, span: int) -> Matrix:
    origins = range(len(smoothed.origins))
    return np.stack([smoothed.paths(span, at).mean(axis=1).sum(axis=1) for at in origins], axis=1)


def window_sums(y: Matrix, origins: Whole, span: int) -> Matrix:
    """Return actual demand of ``span`` periods from each origin; NaN where a day is unknown."""
    running = np.cumsum(np.nan_to_num(y), axis=1)
    unknown = np.cumsum(np.isnan(y), axis=1)
    sums = running[:, origins + span - 1] - running[:, origins - 1]
    gaps = unknown[:, origins + span - 1] - unknown[:, origins - 1]
    return np.asarray(np.where(gaps > 0, np.nan, sums))


def corrections(history: SumHistory, end: int) -> tuple[Matrix, float]:
    """Return the factors that would have removed the panel's bias at each origin, and now.

    At each origin the median ratio of actual to forecast totals over the windows closed by
    then, at most five spans old, shrunk to 1 by the power ¾; 1 where none was closed.
    """
    known = history.known
    actual = np.where(known, history.actual, 0.0).sum(axis=0)
    promised = np.where(known, history.forecast, 0.0).sum(axis=0)
    usable = promised > 0
    ratio = np.divide(actual, promised, out=np.ones(len(promised)), where=usable)
    closes = history.origins + history.span

    def at(origin: int) -> float:
        recent = history.origins > origin - RECENT_SPANS * history.span
        rows = usable & (closes <= origin) & recent
        factor = float(np.median(ratio[rows])) ** SHRINKAGE if rows.any() else 1.0
        return float(np.clip(factor, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION))

    return np.array([at(int(origin)) for origin in history.origins]), at(end)
