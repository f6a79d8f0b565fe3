"""Batched smoothing: level, intermittent and damped-trend forecasts of a whole panel in one pass.

Every series carries a small grid of smoothing parameters forward period by period; at each
requested origin the parameters with the least squared one-step error so far are used, so one
pass yields honest forecasts at many origins.  Sources: Hyndman et al., Forecasting with
Exponential Smoothing (2008); Teunter, Syntetos and Babai (2011) for TSB.
"""

from dataclasses import dataclass

import numpy as np

from forecasting.compiled import compiled
from forecasting.panel import Frequency, Matrix, Panel, Whole
from forecasting.seasonality import future_factors, profiles

LEVEL_ALPHAS = np.array([0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5])
TREND_ALPHAS = np.array([0.02, 0.05, 0.1, 0.2, 0.3])
TREND_BETAS = np.array([0.02, 0.05, 0.1, 0.2])
RATES = np.array([0.02, 0.05, 0.1, 0.2])
DAMPING = 0.95
COMPONENTS = ("ses", "tsb", "damped_trend", "short_mean", "long_mean")
# warm-up of the level, warm-up of sale probability, short and long window, in periods
SPANS: dict[Frequency, tuple[int, int, int, int]] = {
    "D": (14, 28, 28, 91),
    "W": (8, 13, 8, 26),
    "M": (6, 12, 12, 24),
}


@dataclass(frozen=True)
class Smoothed:
    """Seasonally adjusted states of a panel at some origins.

    ``level`` is n × origins × 5 in the order of `COMPONENTS`; ``slope`` (n × origins) is the
    damped trend's growth per period; ``profile`` is n × season, ``origins`` counts the periods
    seen.
    """

    level: Matrix
    slope: Matrix
    profile: Matrix
    origins: Whole

    def paths(self, horizon: int, origin: int = -1) -> Matrix:
        """Return the five forecasts per period after one origin (n × 5 × horizon)."""
        flat = np.repeat(self.level[:, origin, :, None], horizon, axis=2)
        growth = np.cumsum(DAMPING ** np.arange(1, horizon + 1))
        trend = COMPONENTS.index("damped_trend")
        flat[:, trend] += self.slope[:, origin, None] * growth
        factors = future_factors(self.profile, int(self.origins[origin]), horizon)
        return np.asarray(np.maximum(flat, 0.0) * factors[:, None, :])


def smooth(panel: Panel, origins: Whole | None = None) -> Smoothed:
    """Run the five methods over the panel; ``origins`` defaults to the end of the panel."""
    length = panel.y.shape[1]
    at = np.array([length]) if origins is None else np.sort(np.asarray(origins, dtype=np.int64))
    profile = profiles(panel)
    spans = np.array(SPANS[panel.freq], dtype=np.int64)
    states = _run(np.ascontiguousarray(panel.y), panel.starts, profile, at, spans)
    return Smoothed(states[:, :, :5], states[:, :, 5], profile, at)


def smoothing_median(panel: Panel, horizon: int) -> Matrix:
    """Forecast by the median of the five smoothing methods (n × horizon)."""
    return panel.mapped(lambda part: np.asarray(np.median(smooth(part).paths(horizon), axis=1)))


def smoothed_level(panel: Panel) -> tuple[Matrix, Matrix]:
    """Return the exponentially smoothed level (n) and the seasonal profile (n × season)."""
    profile = profiles(panel)
    spans = np.array(SPANS[panel.freq], dtype=np.int64)
    return _levels(np.ascontiguousarray(panel.y), panel.starts, profile, spans), profile


@compiled
def _levels(y: Matrix, starts: Whole, profile: Matrix, spans: Whole) -> Matrix:
    n, length = y.shape
    out = np.zeros((n, 1, 1))
    z = np.empty(length)
    end = np.array([length])
    for i in range(n):
        if _adjusted(y[i], starts[i], profile[i], z) > 0:
            _ses(z, starts[i], end, spans[0], out[i])
    return out[:, 0, 0]


@compiled
def _run(y: Matrix, starts: Whole, profile: Matrix, origins: Whole, spans: Whole) -> Matrix:
    n, length = y.shape
    out = np.zeros((n, len(origins), 6))
    z = np.empty(length)
    for i in range(n):
        known = _adjusted(y[i], starts[i], profile[i], z)
        for k in range(len(origins)):
            out[i, k, 3] = _window_mean(z, starts[i], origins[k], spans[2])
            out[i, k, 4] = _window_mean(z, starts[i], origins[k], spans[3])
        if known > 0:
            _ses(z, starts[i], origins, spans[0], out[i])
            _tsb(z, starts[i], origins, spans[1], out[i])
            _damped(z, starts[i], origins, spans[0], out[i])
    return out


@compiled
def _adjusted(row: Matrix, start: int, factors: Matrix, z: Matrix) -> int:
    known = 0
    for t in range(len(row)):
        z[t] = row[t] / factors[t % len(factors)]
        if t >= start and not np.isnan(row[t]):
            known += 1
    return known


@compiled
def _window_mean(z: Matrix, start: int, origin: int, window: int) -> float:
    total, count = 0.0, 0
    for t in range(max(start, origin - window), origin):
        if not np.isnan(z[t]):
            total += z[t]
            count += 1
    return total / count if count > 0 else 0.0


@compiled
def _ses(z: Matrix, start: int, origins: Whole, warm_up: int, out: Matrix) -> None:
    level = np.zeros(len(LEVEL_ALPHAS))
    error = np.zeros(len(LEVEL_ALPHAS))
    seen, k = 0, 0
    for t in range(len(z) + 1):
        while k < len(origins) and origins[k] == t:
            out[k, 0] = level[np.argmin(error)]
            k += 1
        if t == len(z) or t < start or np.isnan(z[t]):
            continue
        seen += 1
        for a in range(len(LEVEL_ALPHAS)):
            miss = z[t] - level[a]
            if seen > warm_up:
                error[a] += miss * miss
                level[a] += LEVEL_ALPHAS[a] * miss
            else:
                level[a] += miss / seen


@compiled
def _tsb(z: Matrix, start: int, origins: Whole, warm_up: int, out: Matrix) -> None:
    chance = np.zeros(len(RATES))
    size = np.zeros(len(RATES))
    error = np.zeros((len(RATES), len(RATES)))
    seen, sales, k = 0, 0, 0
    for t in range(len(z) + 1):
        while k < len(origins) and origins[k] == t:
            best = np.argmin(error)
            out[k, 1] = chance[best // len(RATES)] * size[best % len(RATES)]
            k += 1
        if t == len(z) or t < start or np.isnan(z[t]):
            continue
        seen += 1
        sales += 1 if z[t] > 0 else 0
        if seen > warm_up:
            for b in range(len(RATES)):
                for a in range(len(RATES)):
                    error[b, a] += (z[t] - chance[b] * size[a]) ** 2
        _tsb_step(z[t], chance, size, seen if seen <= warm_up else 0, sales)


@compiled
def _tsb_step(value: float, chance: Matrix, size: Matrix, warming: int, sales: int) -> None:
    sold = 1.0 if value > 0 else 0.0
    for a in range(len(RATES)):
        chance[a] += (sold - chance[a]) * (1.0 / warming if warming else RATES[a])
        if value > 0:
            size[a] += (value - size[a]) * (1.0 / sales if warming else RATES[a])


@compiled
def _damped(z: Matrix, start: int, origins: Whole, warm_up: int, out: Matrix) -> None:
    shape = (len(TREND_ALPHAS), len(TREND_BETAS))
    level, slope, error = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    seen, k = 0, 0
    for t in range(len(z) + 1):
        while k < len(origins) and origins[k] == t:
            best = np.argmin(error)
            out[k, 2] = level[best // shape[1], best % shape[1]]
            out[k, 5] = slope[best // shape[1], best % shape[1]]
            k += 1
        if t == len(z) or t < start or np.isnan(z[t]):
            continue
        seen += 1
        if seen <= warm_up:
            level += (z[t] - level) / seen
        else:
            _damped_step(z[t], level, slope, error)


@compiled
def _damped_step(value: float, level: Matrix, slope: Matrix, error: Matrix) -> None:
    for a in range(len(TREND_ALPHAS)):
        for b in range(len(TREND_BETAS)):
            ahead = level[a, b] + DAMPING * slope[a, b]
            miss = value - ahead
            error[a, b] += miss * miss
            step = TREND_ALPHAS[a] * miss
            level[a, b] = ahead + step
            slope[a, b] = DAMPING * slope[a, b] + TREND_BETAS[b] * step
