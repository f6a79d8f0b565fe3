"""Demand over what an order must last: its mean learned across products, its spread their own.

The mean lies between the smoothed forecast and a boosted model's, as far towards the model as it
was right on windows it had not seen. The variance is the panel's at that mean, half of it scaled
by how far the product itself was off.
Source: Makridakis et al. (2022), Int. J. Forecasting 38, 1365-1385 (learning across products);
Bates and Granger (1969), Operational Research Quarterly 20, 451-468 (weights of two forecasts).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from forecasting import Panel
from forecasting.boosted_sums import BoostedSums
from forecasting.ensemble import spread_rows
from forecasting.negative_binomial import OVERDISPERSION_FLOOR
from forecasting.sum_blend import TRAINING_WINDOWS
from forecasting.sum_moments import PRIOR_WINDOWS, Moments, moments
from inventory.algorithms.demand import Array, DemandSum

WEEK = 7
WINDOWS, MIDDLE, WIDEST = 26, 0.5, 3.0
POOL, FEW_WINDOWS = 1500, 1000
EVENLY = 0.5
SPAN_RATIO = 2.0
NOTHING = 1e-9
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """A boosted model of sums (None: too little past), and its share of the mean, 0 to 1."""

    model: BoostedSums | None = None
    share: float = 0.0


class LearnedSums:
    """Demand summed over each product's own span of days.

    ``fit(panel, spans)`` learns a model per group of spans alike, from at most fifteen hundred
    series; ``predict(panel, spans, wobble)`` gives the sums of the days after the panel's end,
    with ``wobble`` the variance of the lead time in days². Learned: ``groups_``.
    """

    def fit(self, panel: Panel, spans: Whole) -> Self:
        """Learn from the panel's past; ``spans`` are days, one per series."""
        pool = panel.take(spread_rows(len(panel.ids), POOL))
        groups = _groups(spans)
        self.groups_ = {
            int(group): _learned(pool, int(np.median(spans[groups == group])))
            for group in np.unique(groups)
        }
        return self

    def predict(self, panel: Panel, spans: Whole, wobble: Array) -> DemandSum:
        """Return mean and variance of the next ``spans`` days' demand (n each)."""
        mean, variance = np.zeros(len(spans)), np.zeros(len(spans))
        for span in np.unique(spans):
            rows = np.flatnonzero(spans == span)
            learned = self.groups_.get(int(_groups(np.array([span]))[0]), Learned())
            sums = _sums(panel, rows, int(span), learned)
            mean[rows] = sums.mean
            variance[rows] = sums.variance + (sums.mean / span) ** 2 * wobble[rows]
        return DemandSum(mean, variance)


def _groups(spans: Whole) -> npt.NDArray[np.int64]:
    """Return a number per span; spans within a factor of two or so share one."""
    return np.asarray(np.rint(np.log(spans) / np.log(SPAN_RATIO)), dtype=np.int64)


def _learned(pool: Panel, span: int) -> Learned:
    found = moments(pool, np.arange(len(pool.ids)), span, windows=TRAINING_WINDOWS)
    careful = BoostedSums([MIDDLE]).fit(pool, found.history)
    if not careful.models_:
        return Learned()
    share = _share(pool, found, careful)
    return Learned(BoostedSums([MIDDLE], held_back=1).fit(pool, found.history), share)


def _share(pool: Panel, found: Moments, model: BoostedSums) -> float:
    """Return the model's share in the mean that fitted best the windows it had not seen.

    Least squares, each error over its variance; half way to an even share, for few windows are a
    weak witness.
    """
    held = found.history.last(model.held_back)
    both = squared = 0.0
    for window, origin in enumerate(held.origins):
        known = held.known[:, window]
        smoothed = np.nan_to_num(held.forecast[:, window])
        learned = model.predict(pool.until(int(origin)), smoothed, held.span)[1]
        weight = known / np.maximum(_panel_variance(found, smoothed), NOTHING + smoothed)
        apart = learned - smoothed
        off = np.nan_to_num(held.actual[:, window]) - smoothed
        both += float((weight * apart * off).sum())
        squared += float((weight * apart**2).sum())
    best = min(max(both / squared, 0.0), 1.0) if squared > 0 else EVENLY
    return (best + EVENLY) / 2


def _sums(panel: Panel, rows: npt.NDArray[np.intp], span: int, learned: Learned) -> DemandSum:
    """Return mean and variance of some rows' sums, without the lead time's wobble."""
    found = moments(panel, rows, span)
    own = _own_spread(found, span)
    mean = found.mean
    if learned.model is not None:
        boosted = learned.model.predict(panel.take(rows), found.mean, span)[1]
        mean = (1 - learned.share) * mean + learned.share * boosted
        mean = np.where(found.mean > NOTHING, mean, 0.0)
    variance = _panel_variance(found, found.mean) * (1 + own) / 2
    variance = np.maximum(variance, OVERDISPERSION_FLOOR * found.mean)
    return DemandSum(mean, variance * mean / np.maximum(found.mean, NOTHING))


def _own_spread(found: Moments, span: int) -> Array:
    """Return how much wider or narrower than usual each product is off (n; 1: as usual).

    Its squared errors are measured against what the panel's variance makes of its own forecasts,
    so that a small product is not given the spread of large ones. An error beyond three deviations
    counts as three: one odd month says little of the next (Huber's winsorising).
    """
    recent = found.history.last(WINDOWS)
    usual = np.where(recent.known, _panel_variance(found, recent.forecast), 0.0)
    squared = np.where(recent.known, recent.squared, 0.0)
    capped = np.minimum(squared, WIDEST**2 * usual)
    capped *= _shared_scale(usual, capped)
    foreseen = usual.sum(axis=1)
    ratio = np.divide(capped.sum(axis=1), foreseen, out=np.ones(len(usual)), where=foreseen > 0)
    weight = recent.known.sum(axis=1) * WEEK / span
    return np.asarray((PRIOR_WINDOWS + weight * ratio) / (PRIOR_WINDOWS + weight))


def _shared_scale(usual: Array, capped: Array) -> float:
    """Return what gives back to all together what the cap took; near 1 for few windows."""
    some = FEW_WINDOWS * float(usual.mean()) if usual.size else 0.0
    return (float(usual.sum()) + some) / max(float(capped.sum()) + some, NOTHING)


def _panel_variance(found: Moments, mean: Array) -> Array:
    return np.asarray(found.fitted.linear * mean + found.fitted.quadratic * mean**2)
