"""Restock policies a replay may compare; each knows the past alone.

The simple ones are what shops use; `forecast_policy` is this product's own rule.
Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 6.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from forecasting import Panel, forecast_sum
from forecasting.boosted_sums import BoostedSums
from forecasting.negative_binomial import OVERDISPERSION_FLOOR, quantiles
from forecasting.sum_blend import TRAINING_WINDOWS, SumBlend
from forecasting.sum_moments import PRIOR_WINDOWS, Moments, moments
from inventory.algorithms.classes import abc_classes, xyz_classes
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.replay import Array, Policy, Review

WEEK = 7
YEAR = 364
GAP_WEEKS = 4
REFIT_DAYS = 91
WINDOWS, MIDDLE = 26, 0.5
NOTHING = 1e-9


def _recent(past: Panel, days: int) -> Array:
    """Return the last days of demand; days before the first sale count as none."""
    return np.nan_to_num(past.y[:, -days:])


def fixed_min_max(weeks: Sequence[float]) -> Policy:
    """Minimum: so many weeks of the year before the start, never changed; maximum: 4 more."""

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        before = past.until(past.y.shape[1] - review.elapsed)
        weekly = _recent(before, YEAR).mean(axis=1) * WEEK
        low = np.ceil(weekly[:, None] * np.asarray(weeks)[None, :])
        return low, low + np.ceil(GAP_WEEKS * weekly)[:, None]

    return policy


def weeks_of_cover(weeks: Sequence[float]) -> Policy:
    """Up to so many weeks of the last 28 days' average."""

    def policy(past: Panel, _review: Review) -> tuple[Array, Array]:
        weekly = _recent(past, 28).mean(axis=1) * WEEK
        up_to = np.ceil(weekly[:, None] * np.asarray(weeks)[None, :])
        return up_to, up_to

    return policy


def textbook_normal(levels: Sequence[float] | Array) -> Policy:
    """Up to mean + z·sd of a normal demand with the mean and deviation of 91 days.

    ``levels`` as in `forecast_policy`.
    """
    z = stats.norm.ppf(np.atleast_2d(np.asarray(levels, dtype=np.float64)))

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        recent = _recent(past, 91)
        mean, days = recent.mean(axis=1), review.protection_days
        variance = days * recent.var(axis=1) + mean**2 * review.lead_variance
        safety = z * np.sqrt(variance)[:, None]
        up_to = np.ceil(np.maximum((mean * days)[:, None] + safety, 0))
        return up_to, up_to

    return policy


def poisson_base_stock(levels: Sequence[float]) -> Policy:
    """Up to the quantile of a Poisson demand with the mean of 91 days."""

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        mean = _recent(past, 91).mean(axis=1) * review.protection_days
        up_to = stats.poisson.ppf(np.asarray(levels)[None, :], mean[:, None])
        return up_to, up_to

    return policy


def forecast_policy(levels: Sequence[float] | Array) -> Policy:
    """Up to the quantile of forecast demand over the protection period: the restock rule.

    ``levels`` are chances of lasting, for all products alike or one row per product.
    """
    wanted = np.atleast_2d(np.asarray(levels, dtype=np.float64))

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        sums = _sums(past, review)
        up_to = np.stack([sums.quantile(column) for column in wanted.T], axis=1)
        return up_to, up_to

    return policy


def blend_policy(levels: Sequence[float], refit_days: int = REFIT_DAYS) -> Policy:
    """Like `forecast_policy`, averaged with quantiles learned across products by boosting.

    The boosted models are trained again every ``refit_days`` on the past of that day; one
    protection period stands for all products' (their median).
    """
    grid = sorted(levels)
    kept: dict[int, SumBlend] = {}

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        sums = _sums(past, review)
        epoch = review.elapsed // refit_days
        if epoch not in kept:
            kept.clear()
            span = int(np.median(review.protection_days))
            kept[epoch] = SumBlend(grid).fit(past, span)
        bands = quantiles(sums.mean, sums.variance, grid)
        up_to = np.ceil(kept[epoch].predict(past, sums.mean, bands)[1])
        return up_to, up_to

    return policy


Setting = float | Mapping[str, float]


def learned_policy(
    settings: Sequence[Setting], price: Array, refit_days: int = REFIT_DAYS
) -> Policy:
    """Up to the quantile of demand whose mean is learned across products, by class.

    A setting is one chance of lasting for all, or one per ABC/XYZ class (`CLASS_LEVELS`).
    The mean is the smoothed forecast's and a boosted model's, half and half, the model trained
    again every ``refit_days`` on the past of that day; the variance is the panel's at that mean,
    half of it scaled by how far the product itself was off (`learned_sums`). One protection
    period stands for all products' (their median).
    """
    kept: dict[int, BoostedSums] = {}

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        span = int(np.median(np.rint(review.protection_days)))
        epoch = review.elapsed // refit_days
        if epoch not in kept:
            kept.clear()
            kept[epoch] = _trained(past, span)
        sums = learned_sums(past, span, review.lead_variance, kept[epoch])
        classes = np.char.add(abc_classes(sums.mean * price), xyz_classes(sums.mean, sums.variance))
        up_to = [sums.quantile(_levels_of(setting, classes)) for setting in settings]
        return np.stack(up_to, axis=1), np.stack(up_to, axis=1)

    return policy


def _levels_of(setting: Setting, classes: npt.NDArray[np.str_]) -> Array:
    if isinstance(setting, Mapping):
        return np.array([setting[str(name)] for name in classes])
    return np.full(len(classes), float(setting))


def _trained(past: Panel, span: int) -> BoostedSums:
    everyone = np.arange(len(past.ids))
    found = moments(past, everyone, span, windows=TRAINING_WINDOWS)
    return BoostedSums([MIDDLE]).fit(past, found.history)


def learned_sums(past: Panel, span: int, wobble: Array, boosted: BoostedSums) -> DemandSum:
    """Return demand over ``span`` days with the model's mean and the product's own spread (n).

    The product's squared errors are measured against what the panel's variance makes of its own
    forecasts, so that a small product is not given the spread of large ones.
    """
    found = moments(past, np.arange(len(past.ids)), span)
    recent = found.history.last(WINDOWS)
    expected = _panel_variance(found, recent.forecast)
    known = recent.known
    off = np.where(known, recent.squared, 0.0).sum(axis=1)
    foreseen = np.where(known, expected, 0.0).sum(axis=1)
    ratio = np.divide(off, foreseen, out=np.ones(len(off)), where=foreseen > 0)
    weight = known.sum(axis=1) * WEEK / span
    own = (PRIOR_WINDOWS + weight * ratio) / (PRIOR_WINDOWS + weight)
    mean = found.mean
    if boosted.models_:
        mean = (mean + boosted.predict(past, found.mean, span)[1]) / 2
    variance = _panel_variance(found, found.mean) * (1 + own) / 2
    variance = np.maximum(variance, OVERDISPERSION_FLOOR * found.mean)
    variance = variance * mean / np.maximum(found.mean, NOTHING)
    return DemandSum(mean, variance + (mean / span) ** 2 * wobble)


def _panel_variance(found: Moments, mean: Array) -> Array:
    return np.asarray(found.fitted.linear * mean + found.fitted.quadratic * mean**2)


def _sums(past: Panel, review: Review) -> DemandSum:
    days = np.rint(review.protection_days).astype(int)
    table = forecast_sum(
        past,
        periods=dict(zip(past.ids, days.tolist(), strict=True)),
        lead_time_variance=dict(zip(past.ids, review.lead_variance.tolist(), strict=True)),
        levels=(),
    )
    return DemandSum(table["mean"].to_numpy(), table["variance"].to_numpy())
