"""Seasonal profiles shrunk towards the panel: one factor per phase of the week or year."""

import numpy as np

from forecasting.panel import Frequency, Matrix, Panel

SEASON = {"D": 7, "W": 1, "M": 12}
WINDOW = {"D": 182, "W": 1, "M": 36}
PRIOR_WEIGHT = 4.0
LOWEST, HIGHEST = 0.2, 4.0


def season_length(freq: Frequency) -> int:
    """Return the periods in a season: 7 days, 12 months; weekly demand has no profile."""
    return SEASON[freq]


def profiles(panel: Panel) -> Matrix:
    """Return one factor per series and phase (n × m), with mean 1 over the phases.

    Phase is the column number modulo m.  The factors of a series are its own averages per
    phase, shrunk to the panel's common profile with the weight of four observations, so a slow
    mover takes the shop's week and a fast mover keeps its own.
    """
    m = SEASON[panel.freq]
    n, length = panel.y.shape
    if m == 1 or length < 2 * m:
        return np.ones((n, m))
    first = max(0, length - WINDOW[panel.freq])
    recent = panel.y[:, first:]
    known = ~np.isnan(recent)
    values = np.where(known, recent, 0.0)
    phase = np.arange(first, length) % m
    sums = np.stack([values[:, phase == d].sum(axis=1) for d in range(m)], axis=1)
    counts = np.stack([known[:, phase == d].sum(axis=1) for d in range(m)], axis=1)
    return _shrunk(sums, counts)


def _shrunk(sums: Matrix, counts: Matrix) -> Matrix:
    total = counts.sum(axis=1)
    mean = np.divide(sums.sum(axis=1), total, out=np.zeros(len(sums)), where=total > 0)
    sells = mean > 0
    if not sells.any():
        return np.ones_like(sums)
    common = (sums[sells] / mean[sells, None]).sum(axis=0)
    common = common / np.maximum(counts[sells].sum(axis=0), 1.0)
    common = common / common.mean()
    scale = np.where(sells, mean, 1.0)[:, None]
    own = (sums + PRIOR_WEIGHT * common * scale) / ((counts + PRIOR_WEIGHT) * scale)
    own = np.where(sells[:, None], np.clip(own, LOWEST, HIGHEST), 1.0)
    return np.asarray(own / own.mean(axis=1, keepdims=True))


def future_factors(profile: Matrix, length: int, horizon: int) -> Matrix:
    """Return the factors of the ``horizon`` periods after a panel of ``length`` (n × h)."""
    return np.asarray(profile[:, (length + np.arange(horizon)) % profile.shape[1]])
