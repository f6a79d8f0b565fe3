"""Mean and quantiles of a sum from two sources, weighed and calibrated on windows neither saw.

Source: Bates and Granger (1969), Operational Research Quarterly 20, 451-468 (weights of two
forecasts from their past errors).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecasting.boosted_sums import BoostedSums, unit_of_error
from forecasting.conformal import calibration
from forecasting.ensemble import spread_rows
from forecasting.negative_binomial import quantiles
from forecasting.panel import Matrix, Panel
from forecasting.sum_features import HALF_UNIT
from forecasting.sum_history import STEP, SumHistory
from forecasting.sum_moments import PRIOR_WINDOWS, moments

TRAINING_WINDOWS = 60
BLEND_POOL = 1500
EVENLY = 0.5
SHARES = np.linspace(0.0, 1.0, 11)


class SumBlend:
    """Negative-binomial quantiles around a blended mean, averaged with boosted ones, calibrated.

    ``fit(panel, span)`` learns from at most fifteen hundred series: a model trained before the
    latest eight windows shows on these what share it deserves in the mean and at each level, how
    much of the variance is left, and how the blend must be scaled; the model that is kept is
    trained on all.  ``predict`` blends given means and variances of series of about that span.
    Learned: ``boosted_``, ``mean_`` (`MeanBlend`), ``shares_`` (levels), ``calibration_``.
    """

    def __init__(self, levels: Sequence[float], *, random_state: int = 0) -> None:
        self.levels = levels
        self.random_state = random_state

    def fit(self, panel: Panel, span: int) -> Self:
        """Train on past sums of ``span`` periods, weigh and calibrate on the latest eight."""
        pool = panel.take(spread_rows(len(panel.ids), BLEND_POOL))
        self.span_ = span
        found = moments(pool, np.arange(len(pool.ids)), span, windows=TRAINING_WINDOWS)
        judged = BoostedSums(self.levels, random_state=self.random_state).fit(pool, found.history)
        self.boosted_ = judged
        if not judged.models_:
            return self
        held = found.history.last(judged.held_back)
        variance = found.fitted.of(held.forecast, found.ratios[:, None])
        flat = (-1, len(self.levels))
        learned, expected = judged.past(pool, found.history)
        self.mean_ = MeanBlend.judged(held, expected, overlap=span / STEP[pool.freq])
        moved = self.mean_.apply(held.forecast, expected, variance)
        counted = quantiles(*moved, self.levels, whole=pool.is_whole).reshape(flat)
        learned = learned.reshape(flat)
        outcome = np.where(held.known, held.actual, np.nan)
        unit = np.broadcast_to(unit_of_error(pool, span)[:, None], outcome.shape).ravel()
        self.shares_ = shares(outcome.ravel() / unit, counted, learned, unit, self.levels)
        self.calibration_ = calibration(
            outcome.ravel(),
            _mixed(counted, learned, self.shares_),
            np.nan_to_num(held.forecast).ravel(),
            list(self.levels),
            rounded_up=pool.is_whole,
        )
        kept = BoostedSums(self.levels, held_back=0, random_state=self.random_state)
        self.boosted_ = kept.fit(pool, found.history)
        return self

    def predict(self, panel: Panel, mean: Matrix, variance: Matrix) -> tuple[Matrix, Matrix]:
        """Return blended means (n) and quantiles (n × levels) of the panel's series."""
        if not self.boosted_.models_:
            return mean, quantiles(mean, variance, self.levels, whole=panel.is_whole)
        learned, expected = self.boosted_.predict(panel, mean, self.span_)
        blended, spread = self.mean_.apply(mean, expected, variance)
        counted = quantiles(blended, spread, self.levels, whole=panel.is_whole)
        both = self.calibration_.apply(_mixed(counted, learned, self.shares_), mean)
        return blended, np.ceil(both) if panel.is_whole else both


@dataclass(frozen=True)
class MeanBlend:
    """The model's share in the mean, 0 to 1, and the share of the variance that is then left."""

    share: float
    left: float

    @classmethod
    def judged(cls, held: SumHistory, expected: Matrix, *, overlap: float) -> "MeanBlend":
        """Weigh smoothed and model's means (n × windows) by least squares on windows held back.

        Each square counts over the size of the sum, as its variance grows.  The share is drawn to
        an even one as by four windows more; ``overlap`` windows share a period and count once.
        """
        known = held.known
        smoothed, learned, actual = held.forecast[known], expected[known], held.actual[known]
        weight = 1.0 / (smoothed + HALF_UNIT)
        learned = learned * _level(smoothed, learned)
        apart, off = learned - smoothed, actual - smoothed
        squared = float((weight * apart**2).sum())
        both = float((weight * apart * off).sum())
        share = drawn_share(both, squared, len(held.origins) / max(1.0, overlap))
        before = float((weight * off**2).sum())
        after = float((weight * (off - share * apart) ** 2).sum())
        return cls(share, after / before if before > 0 else 1.0)

    def apply(self, mean: Matrix, expected: Matrix, variance: Matrix) -> tuple[Matrix, Matrix]:
        """Return the blended mean and its variance, which keeps its ratio to the mean."""
        learned = expected * _level(mean, expected)
        blended = (1 - self.share) * mean + self.share * learned
        grown = (blended + HALF_UNIT) / (mean + HALF_UNIT)
        return blended, self.left * variance * grown


def _level(smoothed: Matrix, learned: Matrix) -> float:
    known = ~np.isnan(smoothed)
    return half_way(float(np.nansum(smoothed)), float(np.nansum(learned[known])))


def drawn_share(both: float, squared: float, windows: float) -> float:
    """Return the least-squares share of a model in a mean, 0 to 1, drawn to an even one.

    ``both``: the sum of (learned - smoothed) * (actual - smoothed); ``squared``: that of
    (learned - smoothed) ** 2. Drawn as by four windows more, for ``windows`` are a weak witness.
    """
    best = min(max(both / squared, 0.0), 1.0) if squared > 0 else EVENLY
    return (PRIOR_WINDOWS * EVENLY + windows * best) / (PRIOR_WINDOWS + windows)


def half_way(smoothed: float, learned: float) -> float:
    """Return what a model's means are scaled by: their total half way, in logs, to the smoothed.

    The model tells products apart better than it tells how much all will sell together: what it
    learned of a rise outlives the rise, while the smoothed total follows the last weeks.
    """
    return (smoothed / learned) ** EVENLY if smoothed > 0 and learned > 0 else 1.0


def shares(
    outcome: Matrix, counted: Matrix, learned: Matrix, unit: Matrix, levels: Sequence[float]
) -> Matrix:
    """Return the share of ``learned`` in the mixture with least pinball loss, per level.

    ``outcome`` and ``unit`` are k (outcomes in these units), the quantiles k × levels in pieces.
    """
    found = []
    for j, level in enumerate(levels):
        mixed = (1 - SHARES) * counted[:, [j]] + SHARES * learned[:, [j]]
        miss = outcome[:, None] - mixed / unit[:, None]
        loss = np.nanmean(np.maximum(level * miss, (level - 1) * miss), axis=0)
        found.append(SHARES[np.argmin(loss)])
    return np.array(found)


def _mixed(counted: Matrix, learned: Matrix, share: Matrix) -> Matrix:
    return np.asarray((1 - share) * counted + share * learned)
