"""Calibrating quantiles on windows already closed: split conformal prediction by ratio.

Source: Romano, Patterson and Candès (2019), Conformalized Quantile Regression, with a
multiplicative score, since demand's spread grows with its size.
"""

from dataclasses import dataclass

import numpy as np

from forecasting.panel import Matrix

FEWEST = 50
LARGEST = 3.0
OFFSET = 0.5  # half a unit keeps the ratio of small counts finite
CLASSES = 3
COMMON_OUTCOMES = 500


@dataclass(frozen=True)
class Calibration:
    """Factors by class of expected size: ``factors`` is classes × levels, ``bounds`` between."""

    bounds: Matrix
    factors: Matrix

    def apply(self, bands: Matrix, size: Matrix) -> Matrix:
        """Return new quantiles (n × levels) of series of some expected size (n), calibrated."""
        return calibrated(bands, self.factors[np.digitize(size, self.bounds)])


def calibration(
    actual: Matrix, bands: Matrix, size: Matrix, levels: list[float], *, rounded_up: bool = False
) -> Calibration:
    """Learn the factors of `conformal_factors` for small, middling and large series apart.

    ``size`` (k) is what was expected of each outcome.  The three classes are equally many; the
    factors of a class are drawn towards those of all with the weight of five hundred outcomes.
    """
    sells = size[size > 0]
    shares = np.arange(1, CLASSES) / CLASSES
    bounds = np.quantile(sells, shares) if len(sells) else np.zeros(CLASSES - 1)
    common = np.log(conformal_factors(actual, bands, levels, rounded_up=rounded_up))
    group = np.digitize(size, bounds)
    factors = []
    for one in range(CLASSES):
        rows = group == one
        own = np.log(conformal_factors(actual[rows], bands[rows], levels, rounded_up=rounded_up))
        weight = rows.sum() / (rows.sum() + COMMON_OUTCOMES)
        factors.append(np.exp(weight * own + (1 - weight) * common))
    return Calibration(bounds, np.array(factors))


def conformal_factors(
    actual: Matrix, bands: Matrix, levels: list[float], *, rounded_up: bool = False
) -> Matrix:
    """Return one factor per level that makes past quantiles cover as often as they promised.

    ``actual`` are outcomes (k, NaN where unknown), ``bands`` the quantiles promised for them
    (k × levels).  A factor is the level's quantile of outcome over promise, both plus half a
    unit, with the finite-sample step (k + 1) / k; 1 where fewer than fifty outcomes are known.
    With ``rounded_up`` the quantiles will be rounded up to whole units, which alone covers
    outcomes up to one unit higher; the factors allow for it.
    """
    known = ~np.isnan(actual) & ~np.isnan(bands).any(axis=1)
    count = int(known.sum())
    if count < FEWEST:
        return np.ones(len(levels))
    covered = actual[known, None] - 1.0 if rounded_up else actual[known, None]
    scores = np.maximum(covered + OFFSET, 0.0) / (bands[known] + OFFSET)
    steps = np.minimum(np.asarray(levels) * (count + 1) / count, 1.0)
    factors = [float(np.quantile(scores[:, j], step)) for j, step in enumerate(steps)]
    return np.asarray(np.clip(np.array(factors), 1 / LARGEST, LARGEST))


def calibrated(bands: Matrix, factors: Matrix) -> Matrix:
    """Apply factors (levels, or n × levels) to new quantiles (n × levels).

    The result is never negative and never crosses.
    """
    scaled = np.maximum((bands + OFFSET) * factors - OFFSET, 0.0)
    return np.asarray(np.maximum.accumulate(scaled, axis=1))
