"""ARIMA and moving-average models: exact likelihood, automatic orders by AICc."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Self

import numpy as np
from scipy.optimize import minimize

from forecasting.arma import ahead, filtered, seasonal_product, stationary, unbounded
from forecasting.panel import Matrix

KPSS_LIMIT = 0.463
SEASONAL_STRENGTH = 0.64
LARGEST_SUM = 5


@dataclass(frozen=True)
class Order:
    """Orders of ARIMA(p, d, q)(P, D, Q)m; capitals are the seasonal ones."""

    p: int = 0
    d: int = 0
    q: int = 0
    P: int = 0
    D: int = 0
    Q: int = 0
    season: int = 1

    @property
    def parameters(self) -> int:
        """Coefficients, without mean and variance."""
        return self.p + self.q + self.P + self.Q

    @property
    def has_mean(self) -> bool:
        """Whether a mean is estimated: only for series that are not differenced."""
        return self.d + self.D == 0


class Arima:
    """ARIMA fitted by exact Gaussian likelihood.

    ``order`` None searches stepwise: d by KPSS tests, D by seasonal strength, the rest by AICc
    (Hyndman and Khandakar 2008, J. Stat. Softw. 27(3)).  Learned: ``order_``, ``ar_``, ``ma_``,
    ``seasonal_ar_``, ``seasonal_ma_``, ``mean_``, ``variance_``, ``log_likelihood_``, ``aicc_``.
    """

    def __init__(self, order: Order | None = None, *, season: int = 1) -> None:
        self.order = order
        self.season = season

    def fit(self, y: Matrix, X: Matrix | None = None) -> Self:
        """Fit to one series (T); regressors ``X`` are not used."""
        values = np.asarray(y, dtype=np.float64)
        order = self.order if self.order is not None else best_order(values, self.season)
        self.order_ = order
        self.history_ = values
        fitted = _estimate(_differenced(values, order), order)
        self.ar_, self.ma_, self.seasonal_ar_, self.seasonal_ma_ = fitted.blocks
        self.mean_, self.variance_ = fitted.mean, fitted.variance
        self.log_likelihood_, self.aicc_ = fitted.likelihood, fitted.aicc
        self.state_, self.full_ar_ = fitted.state, fitted.full_ar
        return self

    def predict(self, horizon: int, X: Matrix | None = None) -> Matrix:
        """Return the next ``horizon`` means (horizon)."""
        changes = self.mean_ + ahead(self.state_, self.full_ar_, horizon)
        return _integrated(self.history_, changes, self.order_)


class MovingAverageProcess(Arima):
    """MA(q): ``y_t = μ + e_t + θ_1 e_{t−1} + … + θ_q e_{t−q}`` by exact likelihood."""

    def __init__(self, q: int = 2) -> None:
        super().__init__(Order(q=q))
        self.q = q


@dataclass(frozen=True)
class _Fitted:
    blocks: tuple[Matrix, Matrix, Matrix, Matrix]
    mean: float
    variance: float
    likelihood: float
    aicc: float
    state: Matrix
    full_ar: Matrix


def best_order(values: Matrix, season: int = 1) -> Order:
    """Return the order with the least AICc found by a stepwise search from four starts."""
    seasonal = season > 1 and len(values) >= 3 * season
    steady = seasonal and _seasonal_strength(values, season) > SEASONAL_STRENGTH
    base = Order(D=int(steady), season=season if seasonal else 1)
    changes = _differenced(values, base)
    while base.d < 2 and len(changes) > 8 and _kpss(changes) > KPSS_LIMIT:
        base = replace(base, d=base.d + 1)
        changes = np.diff(changes)
    pairs = ((2, 2), (0, 0), (1, 0), (0, 1))
    starts = [
        replace(base, p=p, q=q, P=int(seasonal and p > 0), Q=int(seasonal and q > 0))
        for p, q in pairs
    ]
    seen: dict[Order, float] = {}
    best = min(starts, key=lambda order: _aicc(changes, order, seen))
    while True:
        better = min(_neighbours(best), key=lambda order: _aicc(changes, order, seen))
        if seen[better] >= seen[best]:
            return best
        best = better


def _neighbours(order: Order) -> list[Order]:
    moves = [(dp, dq, 0, 0) for dp, dq in product((-1, 0, 1), repeat=2)]
    if order.season > 1:
        moves += [(0, 0, dp, dq) for dp, dq in product((-1, 0, 1), repeat=2)]
    near = [
        replace(order, p=order.p + a, q=order.q + b, P=order.P + c, Q=order.Q + e)
        for a, b, c, e in moves
    ]
    return [o for o in near if min(o.p, o.q, o.P, o.Q) >= 0 and _modest(o)]


def _modest(order: Order) -> bool:
    return order.parameters <= LARGEST_SUM and max(order.P, order.Q) <= 2


def _aicc(changes: Matrix, order: Order, seen: dict[Order, float]) -> float:
    if order not in seen:
        needed = order.p + order.q + (order.P + order.Q) * order.season + 3
        enough = len(changes) > needed
        seen[order] = _estimate(changes, order).aicc if enough or not order.parameters else np.inf
    return seen[order]


def _estimate(changes: Matrix, order: Order) -> _Fitted:
    mean = float(changes.mean()) if order.has_mean and len(changes) else 0.0
    scale = float(changes.std()) or 1.0
    start = np.concatenate([_start(changes - mean, order), np.zeros(int(order.has_mean))])
    if len(start) and len(changes) > 1:

        def loss(theta: Matrix) -> float:
            return -_evaluated(changes, order, theta, (mean, scale)).likelihood / len(changes)

        start = minimize(loss, start, method="BFGS", options={"gtol": 1e-6}).x
    return _evaluated(changes, order, start, (mean, scale))


def _start(centred: Matrix, order: Order) -> Matrix:
    """Start from Yule-Walker for the autoregression and from zero for the rest."""
    guess = np.zeros(order.parameters)
    power = float(centred @ centred)
    if order.p and power > 0 and len(centred) > order.p + 1:
        lagged = [
            float(centred[k:] @ centred[: len(centred) - k]) / power for k in range(order.p + 1)
        ]
        table = np.array([[lagged[abs(i - j)] for j in range(order.p)] for i in range(order.p)])
        guess[: order.p] = unbounded(np.linalg.lstsq(table, np.array(lagged[1:]), rcond=None)[0])
    return guess


def _evaluated(
    changes: Matrix, order: Order, theta: Matrix, anchor: tuple[float, float]
) -> _Fitted:
    cuts = np.cumsum([order.p, order.q, order.P])
    parts = np.split(theta[: order.parameters], cuts)
    ar, seasonal_ar = stationary(parts[0]), stationary(parts[2])
    ma, seasonal_ma = -stationary(parts[1]), -stationary(parts[3])
    mean = anchor[0] + (theta[-1] * anchor[1] if order.has_mean else 0.0)
    full_ar = -seasonal_product(-ar, -seasonal_ar, order.season)
    full_ma = seasonal_product(ma, seasonal_ma, order.season)
    if not len(changes):
        return _Fitted(
            (ar, ma, seasonal_ar, seasonal_ma), mean, 0.0, 0.0, np.inf, np.zeros(1), full_ar
        )
    likelihood, variance, state = filtered(changes - mean, full_ar, full_ma)
    n, k = len(changes), order.parameters + 1 + int(order.has_mean)
    aicc = -2 * likelihood + 2 * k * n / max(1, n - k - 1)
    blocks = (ar, ma, seasonal_ar, seasonal_ma)
    return _Fitted(blocks, float(mean), variance, likelihood, float(aicc), state, full_ar)


def _differenced(values: Matrix, order: Order) -> Matrix:
    changes = values
    for _ in range(order.D):
        changes = changes[order.season :] - changes[: -order.season]
    return np.diff(changes, n=order.d)


def _integrated(history: Matrix, changes: Matrix, order: Order) -> Matrix:
    """Undo the differencing: ordinary differences first, the seasonal ones last."""
    base = _differenced(history, replace(order, d=0))
    for depth in range(order.d, 0, -1):
        last = np.diff(base, n=depth - 1)[-1]
        changes = last + np.cumsum(changes)
    if not order.D:
        return changes
    values = np.concatenate([history, np.zeros(len(changes))])
    for t, change in enumerate(changes, start=len(history)):
        values[t] = values[t - order.season] + change
    return values[len(history) :]


def _kpss(values: Matrix) -> float:
    """Return the KPSS statistic for a level (Kwiatkowski et al. 1992), Newey-West weights."""
    n = len(values)
    residual = values - values.mean()
    lags = int(np.floor(4 * (n / 100) ** 0.25))
    spread = float(residual @ residual) / n
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        spread += 2 * weight * float(residual[lag:] @ residual[:-lag]) / n
    partial = np.cumsum(residual)
    return float(partial @ partial) / (n**2 * spread) if spread > 1e-12 else 0.0


def _seasonal_strength(values: Matrix, season: int) -> float:
    """Return 1 − Var(remainder) / Var(detrended) (Wang, Smith and Hyndman 2006)."""
    kernel = np.ones(season) / season
    trend = np.convolve(values, kernel, mode="valid")
    offset = season // 2
    detrended = values[offset : offset + len(trend)] - trend
    phase = (np.arange(len(detrended)) + offset) % season
    profile = np.array([detrended[phase == d].mean() for d in range(season)])
    total = float(detrended.var())
    return 1 - float((detrended - profile[phase]).var()) / total if total > 0 else 0.0
