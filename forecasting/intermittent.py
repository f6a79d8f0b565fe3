"""Intermittent demand, batched: Croston, its corrections, and temporal aggregation.

Sources: Croston (1972); Syntetos and Boylan (2005) for SBA; Teunter, Syntetos and Babai (2011)
for TSB; Nikolopoulos et al. (2011) for ADIDA; Petropoulos and Kourentzes (2015) for IMAPA.
All return n × horizon means and step over unknown (NaN) periods.
"""

import numpy as np

from forecasting.compiled import compiled
from forecasting.panel import Matrix, Panel, Whole

ALPHAS = np.array([0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5])
LARGEST_BUCKET = 28


def croston(panel: Panel, horizon: int, alpha: float = 0.1) -> Matrix:
    """Forecast smoothed size over smoothed interval; known to be biased upwards."""
    return _flat(_croston(panel.y, panel.starts, alpha), horizon)


def croston_sba(panel: Panel, horizon: int, alpha: float = 0.1) -> Matrix:
    """Forecast Croston × (1 − α/2), the Syntetos-Boylan approximation."""
    return (1 - alpha / 2) * croston(panel, horizon, alpha)


def tsb(panel: Panel, horizon: int, rate: float = 0.2) -> Matrix:
    """Forecast sale probability × size, the probability decaying while nothing sells."""
    return _flat(_tsb(panel.y, panel.starts, rate), horizon)


def adida(panel: Panel, horizon: int) -> Matrix:
    """Forecast by smoothing sums over the mean interval between sales, shared out evenly."""
    return _flat(_aggregated(panel.y, panel.starts, 0), horizon)


def imapa(panel: Panel, horizon: int) -> Matrix:
    """Forecast by the mean over all aggregations up to the mean interval between sales."""
    return _flat(_aggregated(panel.y, panel.starts, 1), horizon)


def _flat(level: Matrix, horizon: int) -> Matrix:
    return np.repeat(level[:, None], horizon, axis=1)


@compiled
def _croston(y: Matrix, starts: Whole, alpha: float) -> Matrix:
    out = np.zeros(len(y))
    for i in range(len(y)):
        size, interval, waited, sales = 0.0, 1.0, 0.0, 0
        for t in range(starts[i], y.shape[1]):
            if np.isnan(y[i, t]):
                continue
            waited += 1.0
            if y[i, t] > 0:
                step = 1.0 if sales == 0 else alpha
                size += step * (y[i, t] - size)
                interval += step * (waited - interval)
                waited = 0.0
                sales += 1
        out[i] = size / interval
    return out


@compiled
def _tsb(y: Matrix, starts: Whole, rate: float) -> Matrix:
    out = np.zeros(len(y))
    for i in range(len(y)):
        size, chance = 0.0, -1.0
        for t in range(starts[i], y.shape[1]):
            if np.isnan(y[i, t]):
                continue
            sold = 1.0 if y[i, t] > 0 else 0.0
            if chance < 0:
                size, chance = y[i, t], sold
            else:
                chance += rate * (sold - chance)
                size += rate * sold * (y[i, t] - size)
        out[i] = size * max(chance, 0.0)
    return out


@compiled
def _aggregated(y: Matrix, starts: Whole, every: int) -> Matrix:
    out = np.zeros(len(y))
    for i in range(len(y)):
        known = np.empty(y.shape[1])
        count, sales = 0, 0
        for t in range(starts[i], y.shape[1]):
            if not np.isnan(y[i, t]):
                known[count] = y[i, t]
                count += 1
                sales += 1 if y[i, t] > 0 else 0
        if sales == 0:
            continue
        longest = max(1, min(LARGEST_BUCKET, int(np.rint(count / sales))))
        first = 1 if every else longest
        for bucket in range(first, longest + 1):
            out[i] += _bucketed(known[:count], bucket) / (longest - first + 1)
    return out


@compiled
def _bucketed(known: Matrix, bucket: int) -> float:
    """Return the smoothed demand per period of sums over ``bucket`` periods, last ones whole."""
    buckets = len(known) // bucket
    offset = len(known) - buckets * bucket
    sums = np.zeros(buckets)
    for b in range(buckets):
        for t in range(bucket):
            sums[b] += known[offset + b * bucket + t]
    return best_level(sums) / bucket


@compiled
def best_level(values: Matrix) -> float:
    """Return the last level of exponential smoothing, α by least squared one-step error."""
    best, chosen = np.inf, 0.0
    for alpha in ALPHAS:
        level, error = values[0], 0.0
        for t in range(1, len(values)):
            miss = values[t] - level
            error += miss * miss
            level += alpha * miss
        if error < best:
            best, chosen = error, level
    return chosen
