"""Demand until a delivery and over what an order must last, around the nightly daily means."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Panel, forecast_sum
from forecasting.negative_binomial import quantiles
from forecasting.selection import DEFAULT
from inventory.algorithms.learned_sums import LearnedSums
from inventory.algorithms.outlook import DEAD, NEW, Outlook

Matrix = npt.NDArray[np.float64]
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class DemandSums:
    """Sums over ``days`` per product: mean, variance and three quantiles (n each)."""

    days: Matrix
    mean: Matrix
    variance: Matrix
    bands: Matrix  # n × 3

    def rounded(self) -> pd.DataFrame:
        """Return columns days, mean, variance, q10, q50, q90."""
        figures = [self.days, self.mean.round(4), self.variance.round(4), *self.bands.round(4).T]
        names = ["days", "mean", "variance", "q10", "q50", "q90"]
        return pd.DataFrame(dict(zip(names, figures, strict=True)))


def demand_sums(
    panel: Panel,
    days: "pd.Series[int]",
    *,
    expected: Outlook,
    daily: Matrix,
    lead_variance: "pd.Series[float]",
    is_learned: bool = False,
) -> DemandSums:
    """Forecast the sums of the next ``days`` of each product.

    ``daily`` are the means the rest of the shop agrees to (n × horizon): the sums move with
    them. ``is_learned`` takes mean and spread from what is learned across products
    (`LearnedSums`, some seconds more).
    """
    mean, variance = _moments(panel, days, lead_variance, is_learned=is_learned)
    bands = quantiles(mean, variance, LEVELS, whole=panel.is_whole)
    span = days.to_numpy().astype(np.float64)
    target = _target(mean, span, expected, daily)
    ratio = np.divide(target, mean, out=np.zeros(len(mean)), where=mean > 0)
    moved, spread = bands * ratio[:, None], variance * ratio**2
    is_new = (expected.standing == NEW).to_numpy() | ((mean <= 0) & (target > 0))
    usual = _usual_ratio(mean, variance)
    spread[is_new] = target[is_new] * usual + expected.doubt[is_new] * target[is_new] ** 2
    moved[is_new] = quantiles(target[is_new], spread[is_new], LEVELS, whole=panel.is_whole)
    return DemandSums(span, target, spread, moved)


def _moments(
    panel: Panel, days: "pd.Series[int]", lead_variance: "pd.Series[float]", *, is_learned: bool
) -> tuple[Matrix, Matrix]:
    if is_learned and panel.y.size:
        spans = np.asarray(days, dtype=np.int64)
        wobble = np.asarray(lead_variance, dtype=np.float64)
        sums = LearnedSums().fit(panel, spans).predict(panel, spans, wobble)
        return sums.mean, sums.variance
    table = forecast_sum(panel, periods=days, levels=(), lead_time_variance=lead_variance)
    return table["mean"].to_numpy(), table["variance"].to_numpy()


def _target(mean: Matrix, span: Matrix, expected: Outlook, daily: Matrix) -> Matrix:
    """Return what the sums should come to: the ensemble's own, moved as the days were moved."""
    horizon = daily.shape[1]
    within = np.arange(horizon)[None, :] < span[:, None]
    stretch = span / np.minimum(span, horizon)
    after = (daily * within).sum(axis=1) * stretch
    before = (expected.mean * within).sum(axis=1) * stretch
    shift = np.divide(after, before, out=np.ones(len(mean)), where=before > 0)
    is_own = (expected.method == DEFAULT).to_numpy() & (expected.standing != NEW).to_numpy()
    found = np.where(is_own, mean * shift, after)
    return np.asarray(np.where((expected.standing == DEAD).to_numpy(), 0.0, found))


def _usual_ratio(mean: Matrix, variance: Matrix) -> float:
    """Return the middle variance-to-mean ratio of the products that sell."""
    sells = mean > 0
    return float(np.median(variance[sells] / mean[sells])) if sells.any() else 1.0
