"""Restock policies a replay may compare; each knows the past alone.

The simple ones are what shops use; `learned_policy` is this product's own rule.
Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 6.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from forecasting import Panel, forecast_sum
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.learned_sums import LearnedSums
from inventory.algorithms.replay import Array, Policy, Review
from inventory.algorithms.steady_classes import steady_classes

WEEK = 7
YEAR = 364
GAP_WEEKS = 4
REFIT_DAYS = 91
# Of the demand of lead time and review. On two earlier pasts 6 and 7 % fewer lines for .1 and .3 %
# more holding and shortage: with a line at 1.00 all costs fell by .5 and 3 %.
PATIENCE = 0.1


def _recent(past: Panel, days: int) -> Array:
    """Return the last days of demand; days before the first sale count as none."""
    return np.nan_to_num(past.y[:, -days:])


def fixed_min_max(weeks: Sequence[float], days: int = YEAR) -> Policy:
    """Minimum: so many weeks as the ``days`` before the start had them; maximum: 4 weeks more."""

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        before = past.until(past.y.shape[1] - review.elapsed)
        weekly = _recent(before, days).mean(axis=1) * WEEK
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
    """Up to the quantile of forecast demand over the protection period.

    ``levels`` are chances of lasting, for all products alike or one row per product.
    """
    wanted = np.atleast_2d(np.asarray(levels, dtype=np.float64))

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        sums = _sums(past, review)
        up_to = np.stack([sums.quantile(column) for column in wanted.T], axis=1)
        return up_to, up_to

    return policy


Setting = float | Mapping[str, float] | Callable[[npt.NDArray[np.str_]], Array]


def learned_policy(
    settings: Sequence[Setting], price: Array, refit_days: int = REFIT_DAYS
) -> Policy:
    """Up to the quantile of demand whose mean is learned across products: the night's rule.

    A setting is one chance of lasting for all, one per ABC/XYZ class, or what gives every product's
    from the classes (n). A class is kept until it is clearly left. Nothing is ordered while the
    position lacks no more than ``PATIENCE`` of the expected demand. The models of `LearnedSums`
    are trained again every ``refit_days`` on the past of that day.
    """
    kept: dict[int, LearnedSums] = {}
    classes = np.full(len(price), "", dtype="<U2")

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        nonlocal classes
        spans = np.rint(review.protection_days).astype(np.int64)
        epoch = review.elapsed // refit_days
        if epoch not in kept:
            kept.clear()
            kept[epoch] = LearnedSums().fit(past, spans)
        sums = kept[epoch].predict(past, spans, review.lead_variance)
        before = classes if review.elapsed else np.full_like(classes, "")
        classes = steady_classes(sums.mean * price / spans, sums.mean, sums.variance, before)
        levels = [sums.quantile(_levels_of(setting, classes)) for setting in settings]
        up_to = np.stack(levels, axis=1)
        return _patient(up_to, sums.mean), up_to

    return policy


def _patient(up_to: Array, mean: Array) -> Array:
    """Return the positions below which an order is worth a line: one unit at least, if any."""
    waited_for = np.floor(PATIENCE * mean)[:, None]
    return np.asarray(np.maximum(up_to - waited_for, np.minimum(up_to, 1.0)))


def _levels_of(setting: Setting, classes: npt.NDArray[np.str_]) -> Array:
    if isinstance(setting, Mapping):
        return np.array([setting[str(name)] for name in classes])
    return setting(classes) if callable(setting) else np.full(len(classes), float(setting))


def _sums(past: Panel, review: Review) -> DemandSum:
    days = np.rint(review.protection_days).astype(int)
    table = forecast_sum(
        past,
        periods=dict(zip(past.ids, days.tolist(), strict=True)),
        lead_time_variance=dict(zip(past.ids, review.lead_variance.tolist(), strict=True)),
        levels=(),
    )
    return DemandSum(table["mean"].to_numpy(), table["variance"].to_numpy())
