"""Demand over a protection period: the distribution of the sum, not of the day.

What a restock order must cover is demand summed over lead time plus review.  Its errors are
correlated from day to day, so its variance is measured on past sums, not added up from days.
Source of the shape: Syntetos, Boylan and Disney (2009), J. Oper. Res. Soc. 60, S149-S160.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import nnls

from forecasting.boosted_sums import BoostedSums
from forecasting.conformal import calibrated, conformal_factors
from forecasting.engine import DEFAULT_LEVELS
from forecasting.ensemble import spread_rows
from forecasting.negative_binomial import (
    OVERDISPERSION_FLOOR,
    checked_levels,
    level_name,
    quantiles,
)
from forecasting.panel import Matrix, Panel, as_panel
from forecasting.sum_history import STEP, SumHistory, corrections, sum_history

PRIOR_WINDOWS = 4.0
BINS = 20
POOL = 4000
TRAINING_WINDOWS = 60
SPAN_RATIO = 2.0
BLEND_POOL = 1500
Periods = int | Mapping[object, int] | pd.Series
Variance = float | Mapping[object, float] | pd.Series
SumMethod = Literal["negative_binomial", "blend"]


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


def forecast_sum(
    series: pd.DataFrame | Panel,
    *,
    periods: Periods,
    freq: str = "D",
    levels: Sequence[float] = DEFAULT_LEVELS,
    lead_time_variance: Variance = 0.0,
    method: SumMethod = "negative_binomial",
) -> pd.DataFrame:
    """Forecast the sum of demand over the next ``periods`` periods of each series.

    ``periods`` is lead time plus review, one number or one per ``unique_id``;
    ``lead_time_variance`` is the variance of the lead time in periods², likewise.  Returns
    ``unique_id``, ``periods``, ``mean``, ``variance`` (units, units²) and a column per level,
    never negative.  ``negative_binomial`` takes seconds; ``blend`` averages it with quantiles
    learned across products by gradient boosting and calibrates the result (half a minute; where
    history is too short to learn from it is the negative binomial).  Raises `SeriesError` for
    bad rows and ValueError for a series without a period or with one below 1.
    """
    panel = as_panel(series, freq)
    spans = _per_series(periods, panel, "periods").astype(np.int64)
    if (spans < 1).any():
        raise ValueError("periods must be at least 1 for every series")
    wobble = _per_series(lead_time_variance, panel, "lead_time_variance")
    grid = checked_levels(levels)
    mean, variance = np.zeros(len(spans)), np.zeros(len(spans))
    bands = np.zeros((len(spans), len(grid)))
    for span in np.unique(spans) if panel.y.size else ():
        rows = np.flatnonzero(spans == span)
        found = moments(panel, rows, int(span))
        mean[rows] = found.mean
        variance[rows] = found.variance + (found.mean / span) ** 2 * wobble[rows]
        bands[rows] = quantiles(mean[rows], variance[rows], grid, whole=panel.is_whole)
    if method == "blend" and panel.y.size:
        for rows in _span_groups(spans):
            blend = SumBlend(grid).fit(panel, int(np.median(spans[rows])))
            mean[rows], bands[rows] = blend.predict(panel.take(rows), mean[rows], bands[rows])
    head = {"unique_id": panel.ids, "periods": spans, "mean": mean, "variance": variance}
    return pd.DataFrame(head | {level_name(q): bands[:, j] for j, q in enumerate(grid)})


class SumBlend:
    """The mean of negative-binomial and boosted quantiles, calibrated on windows held back.

    ``fit(panel, span)`` learns from at most fifteen hundred series; ``predict`` blends given
    negative-binomial means and quantiles of series of about that span.  Learned: ``boosted_``
    and ``factors_``.
    """

    def __init__(self, levels: Sequence[float], *, random_state: int = 0) -> None:
        self.levels = levels
        self.random_state = random_state

    def fit(self, panel: Panel, span: int) -> "SumBlend":
        """Train on past sums of ``span`` periods and calibrate on the latest eight."""
        pool = panel.take(spread_rows(len(panel.ids), BLEND_POOL))
        self.span_ = span
        found = moments(pool, np.arange(len(pool.ids)), span, windows=TRAINING_WINDOWS)
        self.boosted_ = BoostedSums(self.levels, random_state=self.random_state)
        self.boosted_.fit(pool, found.history)
        self.factors_ = np.ones(len(self.levels))
        if self.boosted_.models_:
            held = found.history.last(self.boosted_.held_back)
            variance = found.fitted.of(held.forecast, found.ratios[:, None])
            counted = quantiles(held.forecast, variance, self.levels, whole=pool.is_whole)
            both = (counted + self.boosted_.past(pool, found.history)) / 2
            outcome = np.where(held.known, held.actual, np.nan).ravel()
            flat = both.reshape(-1, len(self.levels))
            self.factors_ = conformal_factors(
                outcome, flat, list(self.levels), rounded_up=pool.is_whole
            )
        return self

    def predict(self, panel: Panel, mean: Matrix, bands: Matrix) -> tuple[Matrix, Matrix]:
        """Return blended means (n) and quantiles (n × levels) of the panel's series."""
        if not self.boosted_.models_:
            return mean, bands
        learned, expected = self.boosted_.predict(panel, mean, self.span_)
        both = calibrated((bands + learned) / 2, self.factors_)
        return (mean + expected) / 2, np.ceil(both) if panel.is_whole else both


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


def _span_groups(spans: npt.NDArray[np.int64]) -> list[npt.NDArray[np.intp]]:
    """Return rows grouped by spans alike enough (within a factor of two) to share a model."""
    group = np.rint(np.log(spans) / np.log(SPAN_RATIO)).astype(np.int64)
    return [np.flatnonzero(group == one) for one in np.unique(group)]


def _per_series(value: Periods | Variance, panel: Panel, name: str) -> Matrix:
    if not isinstance(value, Mapping | pd.Series):
        return np.full(len(panel.ids), float(value))
    found = pd.Series(value).reindex(panel.ids)
    if found.isna().any():
        raise ValueError(f"{name}: no value for series {found.index[found.isna()][0]!r}")
    return found.to_numpy(dtype=np.float64)
