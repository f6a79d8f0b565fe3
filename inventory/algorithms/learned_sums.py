"""Demand over what an order must last: its mean learned across products, its spread their own.

The mean lies between the smoothed forecast and a boosted model's, as far towards the model as it
was right on windows it had not seen. How much all products sell together is half told by each. The
variance is the panel's at that mean, half of it scaled by how far the product itself was off.
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
from forecasting.sum_blend import TRAINING_WINDOWS, drawn_share, half_way
from forecasting.sum_moments import PRIOR_WINDOWS, Moments, moments
from inventory.algorithms.demand import Array, DemandSum

WEEK = 7
WINDOWS, MIDDLE, WIDEST = 26, 0.5, 3.0
POOL, FEW_WINDOWS = 1500, 1000
WITNESSES = 8
SPAN_RATIO = 2.0
NOTHING = 1e-9
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """A boosted model of sums (None: too little past), and its share of the mean, 0 to 1."""

    model: BoostedSums | None = None
    share: float = 0.0


@dataclass(frozen=True)
class Seen:
    """What smoothing and a boosted model make of the sums of some products over ``span`` days."""

    found: Moments
    boosted: Array
    share: float
    span: int

    @property
    def smoothed(self) -> Array:
        """Return the smoothed forecasts (n)."""
        return self.found.mean

    def at(self, level: float) -> DemandSum:
        """Return mean and variance, without the lead time's wobble; ``level`` scales the model."""
        mean = (1 - self.share) * self.smoothed + self.share * level * self.boosted
        mean = np.where(self.smoothed > NOTHING, mean, 0.0)
        own = _own_spread(self.found, self.span)
        variance = _panel_variance(self.found, mean) * (1 + own) / 2
        return DemandSum(mean, np.maximum(variance, OVERDISPERSION_FLOOR * mean))


class LearnedSums:
    """Demand summed over each product's own span of days.

    ``fit(panel, spans)`` learns a model per group of spans alike, from at most fifteen hundred
    series; ``predict(panel, spans, wobble)`` gives the sums of the days after the panel's end,
    with ``wobble`` the variance of the lead time in days². Learned: ``groups_``.
    """

    def fit(self, panel: Panel, spans: Whole) -> Self:
        """Learn from the panel's past; ``spans`` are days, one per series, at least 1."""
        if (spans < 1).any():
            raise ValueError("demand is summed over at least a day")
        pool = panel.take(spread_rows(len(panel.ids), POOL))
        groups = _groups(spans)
        self.groups_ = {
            int(group): _learned(pool, int(np.median(spans[groups == group])))
            for group in np.unique(groups)
        }
        return self

    def predict(self, panel: Panel, spans: Whole, wobble: Array) -> DemandSum:
        """Return mean and variance of the next ``spans`` days' demand (n each)."""
        parts = [(np.flatnonzero(spans == span), int(span)) for span in np.unique(spans)]
        seen = [self._seen(panel, rows, span) for rows, span in parts]
        level = half_way(
            sum(float(one.smoothed.sum()) for one in seen),
            sum(float(one.boosted.sum()) for one in seen),
        )
        mean, variance = np.zeros(len(spans)), np.zeros(len(spans))
        for (rows, span), one in zip(parts, seen, strict=True):
            sums = one.at(level)
            mean[rows] = sums.mean
            variance[rows] = sums.variance + (sums.mean / span) ** 2 * wobble[rows]
        return DemandSum(mean, variance)

    def _seen(self, panel: Panel, rows: npt.NDArray[np.intp], span: int) -> Seen:
        learned = self.groups_.get(int(_groups(np.array([span]))[0]), Learned())
        found = moments(panel, rows, span)
        boosted = found.mean
        if learned.model is not None:
            boosted = learned.model.predict(panel.take(rows), found.mean, span)[1]
        return Seen(found, boosted, learned.share, span)


def _groups(spans: Whole) -> npt.NDArray[np.int64]:
    """Return a number per span; spans within a factor of two or so share one."""
    return np.asarray(np.rint(np.log(spans) / np.log(SPAN_RATIO)), dtype=np.int64)


def _learned(pool: Panel, span: int) -> Learned:
    found = moments(pool, np.arange(len(pool.ids)), span, windows=TRAINING_WINDOWS)
    careful = BoostedSums([MIDDLE], held_back=WITNESSES).fit(pool, found.history)
    if not careful.models_:
        return Learned()
    share = _share(pool, found, careful)
    return Learned(BoostedSums([MIDDLE], held_back=0).fit(pool, found.history), share)


def _share(pool: Panel, found: Moments, model: BoostedSums) -> float:
    """Return the model's share in the mean that fitted best the windows it had not seen.

    Least squares, each error over its variance; drawn to an even share as by four windows more, for
    few windows are a weak witness and those that overlap count once.
    """
    held = found.history.last(model.held_back)
    both = squared = 0.0
    for window, origin in enumerate(held.origins):
        known = held.known[:, window]
        smoothed = np.nan_to_num(held.forecast[:, window])
        learned = model.predict(pool.until(int(origin)), smoothed, held.span)[1]
        learned = learned * half_way(float(smoothed[known].sum()), float(learned[known].sum()))
        weight = known / np.maximum(_panel_variance(found, smoothed), NOTHING + smoothed)
        apart = learned - smoothed
        off = np.nan_to_num(held.actual[:, window]) - smoothed
        both += float(np.sum(weight * apart * off))
        squared += float((weight * apart**2).sum())
    return drawn_share(both, squared, len(held.origins) * WEEK / held.span)


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
