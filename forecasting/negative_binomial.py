"""Quantiles of demand from its mean and variance: negative binomial, gamma where counts are large.

Source: Johnson, Kemp and Kotz, Univariate Discrete Distributions, ch. 5; the gamma limit of
the negative binomial keeps the first two moments.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv

from forecasting.arguments import checked_levels
from forecasting.compiled import compiled
from forecasting.panel import Flags, Matrix

OVERDISPERSION_FLOOR = 1.01
LARGEST_COUNTED = 3000.0
SMALLEST_LOG_ZERO = -600.0
NEGLIGIBLE = 1e-12


def level_name(level: float) -> str:
    """Return the column name of a quantile: ``q90`` for 0.9, ``q97.5`` for 0.975."""
    return f"q{round(level * 100, 6):g}"


def quantiles(
    mean: Matrix, variance: Matrix, levels: Sequence[float], *, whole: bool = True
) -> Matrix:
    """Return the quantiles of demand, one more axis than ``mean``, never below zero.

    With ``whole`` the demand is counted: negative binomial with the given mean and variance
    (at least 1.01 × the mean), the smallest count whose probability reaches the level.  Else,
    and for large counts, a gamma distribution with the same two moments.
    """
    grid = np.array(checked_levels(levels))
    centre = np.maximum(np.nan_to_num(np.ravel(mean)), 0.0)
    centre[centre < NEGLIGIBLE] = 0.0
    floor = OVERDISPERSION_FLOOR * centre if whole else 1e-9 * centre**2
    spread = np.maximum(np.nan_to_num(np.ravel(variance)), floor)
    out = np.zeros((len(centre), len(grid)))
    counted = _countable(centre, spread) if whole else np.zeros(len(centre), dtype=bool)
    out[counted] = _count(centre[counted], spread[counted], grid)
    large = ~counted & (centre > 0)
    smooth = _gamma(centre[large], spread[large], grid)
    out[large] = np.rint(smooth) if whole else smooth
    return out.reshape(*np.shape(mean), len(grid))


def _countable(mean: Matrix, variance: Matrix) -> Flags:
    ratio = np.maximum(variance / np.maximum(mean, 1e-12), OVERDISPERSION_FLOOR)
    log_zero = -mean * np.log(ratio) / (ratio - 1.0)
    reach = mean + 12 * np.sqrt(variance)
    return np.asarray((mean > 0) & (reach < LARGEST_COUNTED) & (log_zero > SMALLEST_LOG_ZERO))


def _gamma(mean: Matrix, variance: Matrix, levels: Matrix) -> Matrix:
    shape = np.maximum(mean**2 / variance, 1e-3)
    return np.asarray(gammaincinv(shape[:, None], levels) * (mean / shape)[:, None])


@compiled
def _count(mean: Matrix, variance: Matrix, levels: Matrix) -> Matrix:
    out = np.zeros((len(mean), len(levels)))
    for i in range(len(mean)):
        p = mean[i] / variance[i]
        size = mean[i] * p / (1.0 - p)
        mass = np.exp(size * np.log(p))
        reached = mass
        count = 0
        for j in range(len(levels)):
            while reached < levels[j] and count < 100000:
                mass *= (size + count) / (count + 1.0) * (1.0 - p)
                count += 1
                reached += mass
            out[i, j] = count
    return out
