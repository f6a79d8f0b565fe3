"""What staff expect instead of the computed forecast: amounts laid over a baseline.

The narrowest word stands: a product's own override before its category's, a category's before
its parent's.  A fixed amount of a category is shared out by the baseline, after what narrower
overrides already claim.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.negative_binomial import OVERDISPERSION_FLOOR, quantiles

Matrix = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
LEVELS = (0.1, 0.5, 0.9)
OWN_DOUBT = 0.5  # relative spread of a figure that no sales stand behind


@dataclass(frozen=True)
class Change:
    """One override: the rows and days it covers, and either amounts a day or a factor.

    ``depth`` orders narrow (large) before wide; ``amounts`` has one figure for each of ``days``,
    counted from the first forecast day, for all rows together.
    """

    rows: Rows
    days: range
    depth: int
    amounts: Matrix | None = None
    factor: float = 1.0


def spread(value: float, baseline: Sequence[float]) -> Matrix:
    """Spread a total over days as the baseline is shaped; evenly where nothing is expected."""
    shape = np.maximum(np.asarray(baseline, dtype=np.float64), 0.0)
    if shape.sum() <= 0:
        shape = np.ones(len(shape))
    return np.asarray(value * (shape / shape.sum()))


def overridden(baseline: Matrix, changes: Iterable[Change]) -> Matrix:
    """Return the plan (products × days): the baseline with every change laid over it."""
    plan, taken = baseline.copy(), np.zeros(baseline.shape, dtype=np.bool_)
    for change in sorted(changes, key=lambda one: -one.depth):
        for at, day in enumerate(change.days):
            if not 0 <= day < baseline.shape[1]:
                continue
            free = change.rows[~taken[change.rows, day]]
            if change.amounts is None:
                plan[free, day] = baseline[free, day] * change.factor
            else:
                claimed = plan[change.rows, day].sum() - plan[free, day].sum()
                rest = max(float(change.amounts[at]) - claimed, 0.0)
                plan[free, day] = spread(rest, baseline[free, day]) if len(free) else 0.0
            taken[free, day] = True
    return plan


def carried_on(daily: Sequence[float], days: int) -> list[float]:
    """Return ``days`` expected amounts: the known ones, then the last four weeks repeated."""
    known = list(daily[:days])
    cycle = list(daily[-28:])
    return known + [cycle[at % len(cycle)] if cycle else 0.0 for at in range(days - len(known))]


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a sum, one per product."""

    mean: Matrix
    variance: Matrix


def moved(before: Moments, baseline: Matrix, plan: Matrix, days: Matrix) -> Moments:
    """Move sums over the first ``days`` (n) as the plan moves the baseline.

    The relative spread stays; where nothing was expected the plan's own sum stands, doubted by
    half.
    """
    within = np.arange(baseline.shape[1])[None, :] < np.asarray(days)[:, None]
    old, new = (baseline * within).sum(axis=1), (plan * within).sum(axis=1)
    known = (old > 0) & (before.mean > 0)
    ratio = np.divide(new, old, out=np.ones(len(old)), where=old > 0)
    mean = np.where(known, before.mean * ratio, new)
    variance = np.where(known, before.variance * ratio**2, new + (OWN_DOUBT * new) ** 2)
    return Moments(np.asarray(mean), np.maximum(variance, mean * OVERDISPERSION_FLOOR))


def bands_of(mean: Matrix, ratio: Matrix) -> Matrix:
    """Return the 10, 50 and 90 % quantiles of daily demand (n × days × 3).

    ``ratio`` is each product's variance to mean (n).
    """
    return quantiles(mean, mean * np.maximum(ratio, OVERDISPERSION_FLOOR)[:, None], LEVELS)
