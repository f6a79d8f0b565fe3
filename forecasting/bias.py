"""The level of a whole panel's forecast, set right by what its past forecasts missed in total."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.features import YEAR
from forecasting.panel import Matrix, Panel
from forecasting.year_ago import YearAgo

FEWEST_WINDOWS = 2
LARGEST_CORRECTION = 2.0
SIZE_TILT = 0.15
SMALLEST = 1e-6


@dataclass(frozen=True)
class PastWindow:
    """What the medians of some series promised at a past origin (n × window), and what came."""

    known: Panel
    promised: Matrix
    actual: Matrix


def bias_correction(past: Sequence[PastWindow], shop: YearAgo, horizon: int) -> float:
    """Return the factor by which the whole panel's median forecast is scaled.

    The median over past windows of actual over forecast demand, all series together (so that
    one bulk order does not lift every product), shrunk to 1 as far as the windows contradict
    each other.  Where last year is known, what is expected to come back from it is taken out of
    the windows and put into the ``horizon`` ahead.  At least ½, at most 2.
    """
    totals = np.array([[np.nansum(w.actual), w.promised[~np.isnan(w.actual)].sum()] for w in past])
    usable = [k for k, (_, promised) in enumerate(totals) if promised > SMALLEST]
    if not usable:
        return 1.0
    logs = np.log(np.maximum(totals[usable, 0] / totals[usable, 1], SMALLEST))
    origins = np.array([past[k].known.y.shape[1] for k in usable])
    coming = shop.expected(np.array([len(shop.total)]), min(horizon, YEAR[shop.freq]))[0]
    gone = shop.expected(origins, past[usable[0]].actual.shape[1])
    if np.isfinite(coming) and np.isfinite(gone).sum() >= FEWEST_WINDOWS:
        logs = (logs - gone)[np.isfinite(gone)]
    else:
        coming = 0.0
    factor = float(np.exp(np.median(logs) * _agreement(logs) + coming))
    return float(np.clip(factor, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION))


def borne_by_size(factor: float, size: Matrix) -> Matrix:
    """Return a factor per series (n) that scales the total of ``size`` (n, units) by ``factor``.

    The larger bear more of it: a correction of slow products, most of which will sell nothing,
    costs each of them more than it mends in total.
    """
    tilted = np.maximum(size, SMALLEST) ** (SIZE_TILT * np.log(factor))
    total = float((tilted * size).sum())
    return np.asarray(tilted * (factor * size.sum() / total)) if total > 0 else np.ones(len(size))


def _agreement(logs: Matrix) -> float:
    """Return how far several log ratios are to be believed: their mean's square in its whole.

    One alone is believed by half.  Source: James and Stein (1961) shrinkage towards zero.
    """
    if len(logs) < FEWEST_WINDOWS:
        return 0.5
    signal, noise = float(logs.mean()) ** 2, float(logs.var(ddof=1)) / len(logs)
    return signal / (signal + noise) if signal > 0 else 0.0
