"""Mean and variance of demand over a protection period, learned from past sums.

Half of the variance is what the panel's volume lets one expect, half the product's own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from forecasting.ensemble import spread_rows
from forecasting.negative_binomial import OVERDISPERSION_FLOOR
from forecasting.panel import Matrix, Panel
from forecasting.sum_history import STEP, SumHistory, corrections, sum_history

PRIOR_WINDOWS = 4.0
BINS = 20
POOL = 4000


@dataclass(frozen=True)
class SumVariance:
    """Variance of the sum as learned from a panel: ``a·m + b·m²``, and ``ratio·m`` of a series."""

    linear: float
    quadratic: float
    ratio: float

    def of(self, mean: Matrix, own_ratio: Matrix) -> Matrix:
        """Return half the panel's variance plus half the series' own."""
        panel = self.linear * mean + self.quadratic * mean**2
        return np.asarray(0.5 * panel + 0.5 * mean * own_ratio)


@dataclass(frozen=True)
class Moments:
    """Mean and variance of the sum now (n), its history, and the series' variance ratios."""

    mean: Matrix
    variance: Matrix
    history: SumHistory
    fitted: SumVariance
    ratios: Matrix


def moments(
    panel: Panel, rows: npt.NDArray[np.intp], span: int, *, windows: int | None = None
) -> Moments:
    """Return mean and variance of the sum for some rows, pooling errors over the panel."""
    pool = panel.take(spread_rows(len(panel.ids), POOL))
    shared = sum_history(pool, span, windows)
    past, now = corrections(shared, panel.y.shape[1])
    whole_panel = len(rows) == len(pool.ids) == len(panel.ids)
    own = shared if whole_panel else sum_history(panel.take(rows), span, windows)
    fitted = fit_sum_variance(shared.scaled(past, now).last(26))
    history = own.scaled(past, now)
    ratios = own_ratios(history.last(26), fitted, span / STEP[panel.freq])
    variance = fitted.of(history.now, ratios)
    if panel.is_whole:
        variance = np.maximum(variance, OVERDISPERSION_FLOOR * history.now)
    return Moments(history.now, variance, history, fitted, ratios)


def fit_sum_variance(past: SumHistory) -> SumVariance:
    """Learn the panel's variance of sums from closed windows."""
    mean, squared = past.forecast[past.known], past.squared[past.known]
    if not len(mean) or mean.sum() <= 0:
        return SumVariance(1.0, 0.0, 1.0)
    ratio = float(squared.sum() / mean.sum())
    order = np.argsort(mean, kind="stable")
    bins = [part for part in np.array_split(order, min(BINS, 1 + len(mean) // 50)) if len(part)]
    centre = np.array([[mean[part].mean(), (mean[part] ** 2).mean()] for part in bins])
    height = np.array([squared[part].mean() for part in bins])
    noise = np.array([squared[part].std() / np.sqrt(len(part)) for part in bins])
    weight = 1.0 / np.maximum(noise, 1e-3 * max(height.max(), 1e-9))
    (linear, quadratic), _ = nnls(centre * weight[:, None], height * weight)
    return SumVariance(float(linear), float(quadratic), ratio)


def own_ratios(past: SumHistory, fitted: SumVariance, overlap: float) -> Matrix:
    """Return the variance-to-mean ratio of each series, shrunk to the panel's (n).

    ``overlap`` is how many consecutive windows share a day; overlapping windows count once.
    """
    squared = np.where(past.known, past.squared, 0.0).sum(axis=1)
    mean = np.where(past.known, past.forecast, 0.0).sum(axis=1)
    ratio = np.divide(squared, mean, out=np.full(len(mean), fitted.ratio), where=mean > 0)
    weight = past.known.sum(axis=1) / max(1.0, overlap)
    return np.asarray((PRIOR_WINDOWS * fitted.ratio + weight * ratio) / (PRIOR_WINDOWS + weight))
