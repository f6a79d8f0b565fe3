"""The Theta method, batched: exponential smoothing with half the linear trend as drift.

Source: Assimakopoulos and Nikolopoulos (2000); in the form of Hyndman and Billah (2003),
Int. J. Forecasting 19, 287-290.  Demand is seasonally adjusted by the shrunk profiles.
"""

import numpy as np

from forecasting.compiled import compiled
from forecasting.panel import Matrix, Panel, Whole
from forecasting.seasonality import future_factors, profiles

ALPHAS = np.array([0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9])


def theta(panel: Panel, horizon: int) -> Matrix:
    """Forecast by the standard Theta method (n × horizon), never below zero."""
    profile = profiles(panel)
    fitted = _theta(panel.y, panel.starts, profile)
    steps = np.arange(horizon)[None, :] + fitted[:, 2:3]
    path = fitted[:, :1] + 0.5 * fitted[:, 1:2] * steps
    return np.maximum(path, 0.0) * future_factors(profile, panel.y.shape[1], horizon)


@compiled
def _theta(y: Matrix, starts: Whole, profile: Matrix) -> Matrix:
    """Return last level, slope of the linear trend, and the drift's head start (n × 3)."""
    out = np.zeros((len(y), 3))
    z = np.empty(y.shape[1])
    for i in range(len(y)):
        count = 0
        for t in range(starts[i], y.shape[1]):
            if not np.isnan(y[i, t]):
                z[count] = y[i, t] / profile[i, t % profile.shape[1]]
                count += 1
        if count:
            out[i, 1] = _slope(z[:count])
            best = np.inf
            for alpha in ALPHAS:
                error, level = _smoothed(z[:count], alpha)
                if error < best:
                    best = error
                    out[i, 0] = level
                    out[i, 2] = (1.0 - (1.0 - alpha) ** count) / alpha
    return out


@compiled
def _slope(z: Matrix) -> float:
    middle = (len(z) - 1) / 2.0
    mean = z.mean()
    above, below = 0.0, 0.0
    for t in range(len(z)):
        above += (t - middle) * (z[t] - mean)
        below += (t - middle) ** 2
    return above / below if below > 0 else 0.0


@compiled
def _smoothed(z: Matrix, alpha: float) -> tuple[float, float]:
    level, error = z[0], 0.0
    for t in range(1, len(z)):
        miss = z[t] - level
        error += miss * miss
        level += alpha * miss
    return error, level
