"""Quantiles of a sum from two sources, weighed and calibrated on windows neither has seen."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from forecasting.boosted_sums import BoostedSums, unit_of_error
from forecasting.conformal import calibration
from forecasting.ensemble import spread_rows
from forecasting.negative_binomial import quantiles
from forecasting.panel import Matrix, Panel
from forecasting.sum_moments import moments

TRAINING_WINDOWS = 60
BLEND_POOL = 1500
SHARES = np.linspace(0.0, 1.0, 11)


class SumBlend:
    """Negative-binomial quantiles averaged with boosted ones, then calibrated.

    ``fit(panel, span)`` learns from at most fifteen hundred series: a model trained before the
    latest eight windows shows on these what share it deserves at each level and how the blend
    must be scaled; the model that is kept is trained on all.  ``predict`` blends given
    negative-binomial means and quantiles of series of about that span; means are averaged half
    and half.  Learned: ``boosted_``, ``shares_`` (levels), ``calibration_``.
    """

    def __init__(self, levels: Sequence[float], *, random_state: int = 0) -> None:
        self.levels = levels
        self.random_state = random_state

    def fit(self, panel: Panel, span: int) -> Self:
        """Train on past sums of ``span`` periods, weigh and calibrate on the latest eight."""
        pool = panel.take(spread_rows(len(panel.ids), BLEND_POOL))
        self.span_ = span
        found = moments(pool, np.arange(len(pool.ids)), span, windows=TRAINING_WINDOWS)
        judged = BoostedSums(self.levels, random_state=self.random_state)
        self.boosted_ = judged.fit(pool, found.history)
        if not judged.models_:
            return self
        held = found.history.last(judged.held_back)
        variance = found.fitted.of(held.forecast, found.ratios[:, None])
        flat = (-1, len(self.levels))
        counted = quantiles(held.forecast, variance, self.levels, whole=pool.is_whole).reshape(flat)
        learned = judged.past(pool, found.history).reshape(flat)
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

    def predict(self, panel: Panel, mean: Matrix, bands: Matrix) -> tuple[Matrix, Matrix]:
        """Return blended means (n) and quantiles (n × levels) of the panel's series."""
        if not self.boosted_.models_:
            return mean, bands
        learned, expected = self.boosted_.predict(panel, mean, self.span_)
        both = self.calibration_.apply(_mixed(bands, learned, self.shares_), mean)
        return (mean + expected) / 2, np.ceil(both) if panel.is_whole else both


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
