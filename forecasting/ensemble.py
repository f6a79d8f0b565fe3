"""The default forecast: a median of many simple methods on demand without its peaks.

A method chosen per product by backtest lost on every real panel measured; a median of all did
not.  Peaks are capped because they are rarely repeated, and what the capping takes away in
total is given back by the panel's own recent ratio of actual to forecast (see `forecasting.bias`).
Where the calendar of the shop's total would have helped in each of three past windows, its days
shape those of all.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from forecasting.bias import PastWindow, bias_correction, borne_by_size
from forecasting.intermittent import adida, croston_sba, imapa, tsb
from forecasting.metrics import rmsse, squared_scale
from forecasting.outliers import without_peaks
from forecasting.panel import Frequency, Matrix, Panel, from_matrix
from forecasting.smoothing import smooth
from forecasting.theta import theta
from forecasting.totals import forecast_totals
from forecasting.year_ago import BASE, YearAgo

Member = Callable[[Panel, int], Matrix]
# Level forecasts without a season: in the median they shrink a product's noisy weekdays; totals
# keep theirs (see `forecasting.totals`).
MEMBERS: dict[Frequency, tuple[Member, ...]] = {
    "D": (adida, imapa, croston_sba, tsb),
    "W": (imapa, tsb, theta),
    "M": (imapa, tsb, theta),
}
PAST_WINDOWS = 3
SHORTEST_PAST = 12
POOL = 4000
YEAR = 364
LARGEST_CORRECTION = 2.0


def ensemble(panel: Panel, horizon: int) -> Matrix:
    """Forecast by the corrected median of smoothing and intermittent methods (n × horizon)."""
    medians = panel.mapped(lambda part: _median(without_peaks(part), horizon))
    past = past_windows(panel, horizon)
    factor = bias_correction(past, YearAgo.of(panel), horizon)
    found = medians * borne_by_size(factor, medians.sum(axis=1))[:, None]
    if panel.freq == "D" and calendar_helped(past):
        found = found * calendar_shape(panel, medians)
    return np.asarray(found)


def past_windows(panel: Panel, horizon: int) -> list[PastWindow]:
    """Forecast the last three windows of at most four thousand series from what was known."""
    window = min(horizon, BASE[panel.freq])
    length = panel.y.shape[1]
    cuts = [length - window * back for back in range(1, PAST_WINDOWS + 1)]
    pool = panel.take(spread_rows(len(panel.ids), POOL))
    found = []
    for cut in (cut for cut in cuts if cut >= SHORTEST_PAST):
        rows = np.flatnonzero(pool.starts < cut)
        known = pool.until(cut).take(rows)
        promised = known.mapped(lambda part: _median(without_peaks(part), window))
        found.append(PastWindow(known, promised, pool.y[rows, cut : cut + window]))
    return found


def calendar_helped(past: Sequence[PastWindow]) -> bool:
    """Return whether the calendar of the total would have lowered the products' own errors.

    In every past window of a year or more of history, all series together.
    """
    if not past or any(window.known.y.shape[1] < YEAR for window in past):
        return False
    return all(_calendar_gain(window) > 0 for window in past)


def _calendar_gain(window: PastWindow) -> float:
    shaped = window.promised * calendar_shape(window.known, window.promised)
    scale = squared_scale(window.known)
    plain, moved = (
        np.nanmean(rmsse(window.actual, mean, scale)) for mean in (window.promised, shaped)
    )
    return float(plain - moved)


def calendar_shape(panel: Panel, medians: Matrix) -> Matrix:
    """Return how the total's days differ from the medians' own, 1 on average (horizon).

    Paydays and holidays are seen in the total long before they are in a slow product.
    """
    sums = np.nansum(panel.y, axis=0, keepdims=True)
    total = from_matrix(sums, ids=[0], dates=panel.dates, freq=panel.freq)
    ahead = forecast_totals(total, medians.shape[1])[0]
    own = medians.sum(axis=0)
    if own.min() <= 0 or ahead.sum() <= 0:
        return np.ones(len(own))
    ratio = ahead / own * (own.sum() / ahead.sum())
    return np.asarray(np.clip(ratio, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION))


def spread_rows(n: int, size: int) -> npt.NDArray[np.intp]:
    """Return at most ``size`` of ``n`` row numbers, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, size)).astype(np.intp))


def _median(panel: Panel, horizon: int) -> Matrix:
    if not len(panel.ids):
        return np.zeros((0, horizon))
    own = smooth(panel).paths(horizon)
    others = [member(panel, horizon) for member in MEMBERS[panel.freq]]
    return np.asarray(np.median(np.concatenate([own, np.stack(others, axis=1)], axis=1), axis=1))
