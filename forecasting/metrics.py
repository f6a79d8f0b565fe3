"""Scores of forecasts against what came: per series, scaled so that series can be compared.

Source: Hyndman and Koehler (2006), Int. J. Forecasting 22, 679-688, and the M5 rules (2020).
All take matrices of series × periods; unknown (NaN) actuals are left out.
"""

from collections.abc import Sequence

import numpy as np

from forecasting.compiled import compiled
from forecasting.panel import Matrix, Panel
from forecasting.seasonality import season_length


def squared_scale(panel: Panel) -> Matrix:
    """Return the mean squared one-step change of each series since its first sale (n)."""
    return _changes(panel.y, 1, 2)


def absolute_scale(panel: Panel) -> Matrix:
    """Return the mean absolute seasonal change of each series since its first sale (n)."""
    return _changes(panel.y, season_length(panel.freq), 1)


@compiled
def _changes(y: Matrix, lag: int, power: int) -> Matrix:
    """Return the mean of |y_t − y_{t−lag}|^power over known pairs per row; NaN without any."""
    out = np.full(len(y), np.nan)
    for i in range(len(y)):
        total, count = 0.0, 0
        for t in range(lag, y.shape[1]):
            change = abs(y[i, t] - y[i, t - lag])
            if not np.isnan(change):
                total += change * change if power == 2 else change
                count += 1
        if count > 0:
            out[i] = total / count
    return out


def rmsse(actual: Matrix, forecast: Matrix, scale: Matrix) -> Matrix:
    """Return root mean squared scaled error (n); NaN where the scale is zero."""
    return np.sqrt(_ratio(_mean((actual - forecast) ** 2), scale))


def mase(actual: Matrix, forecast: Matrix, scale: Matrix) -> Matrix:
    """Return mean absolute scaled error (n); NaN where the scale is zero."""
    return _ratio(_mean(np.abs(actual - forecast)), scale)


def bias(actual: Matrix, forecast: Matrix) -> float:
    """Return Σ(forecast − actual) / Σ actual over all series; above zero is too much."""
    total = np.nansum(actual)
    return float(np.nansum(forecast - actual) / total) if total > 0 else float("nan")


def pinball(actual: Matrix, bands: Matrix, levels: Sequence[float]) -> Matrix:
    """Return the pinball loss per series and level (n × levels); ``bands`` is n × h × levels."""
    miss = actual[:, :, None] - bands
    grid = np.asarray(levels)
    loss = np.maximum(grid * miss, (grid - 1.0) * miss)
    return np.stack([_mean(loss[:, :, j]) for j in range(len(grid))], axis=1)


def coverage(actual: Matrix, lower: Matrix, upper: Matrix) -> Matrix:
    """Return the share of periods inside [lower, upper] per series (n)."""
    inside = np.where(np.isnan(actual), np.nan, (actual >= lower) & (actual <= upper))
    return _mean(inside)


def _mean(values: Matrix) -> Matrix:
    known = (~np.isnan(values)).sum(axis=1)
    return _ratio(np.nansum(values, axis=1), known.astype(np.float64))


def _ratio(above: Matrix, below: Matrix) -> Matrix:
    return np.asarray(np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0))
