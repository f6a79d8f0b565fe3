"""Autoregression by conditional least squares, order by AICc."""

from typing import Self

import numpy as np

from forecasting.panel import Matrix

LARGEST_ORDER = 28


class AutoRegression:
    """AR(p) with a constant: ``y_t = c + φ_1 y_{t−1} + … + φ_p y_{t−p} + e_t``.

    ``order`` None chooses p in 0 … ``max_order`` by AICc, all candidates scored on the same
    periods.  Learned: ``order_``, ``constant_``, ``coefficients_``, ``variance_``.  Source: Box,
    Jenkins and Reinsel, Time Series Analysis, ch. 7; Hurvich and Tsai (1989) for AICc.
    """

    def __init__(self, order: int | None = None, *, max_order: int = LARGEST_ORDER) -> None:
        self.order = order
        self.max_order = max_order

    def fit(self, y: Matrix, X: Matrix | None = None) -> Self:
        """Fit to one series (T); regressors ``X`` are not used."""
        values = np.asarray(y, dtype=np.float64)
        longest = max(0, min(self.max_order, (len(values) - 2) // 3))
        order = min(self.order, longest) if self.order is not None else _best(values, longest)
        beta, residual = _least_squares(values, order, order)
        self.order_ = order
        self.constant_ = float(beta[0])
        self.coefficients_ = beta[1:]
        self.variance_ = float(residual @ residual / max(1, len(residual)))
        self.history_ = values
        return self

    def predict(self, horizon: int, X: Matrix | None = None) -> Matrix:
        """Return the next ``horizon`` means (horizon)."""
        values = np.concatenate([self.history_, np.zeros(horizon)])
        start = len(self.history_)
        for t in range(start, start + horizon):
            lags = values[t - self.order_ : t][::-1]
            values[t] = self.constant_ + self.coefficients_ @ lags
        return values[start:]


def _best(values: Matrix, longest: int) -> int:
    scores = []
    for order in range(longest + 1):
        _, residual = _least_squares(values, order, longest)
        n, k = len(residual), order + 2
        spread = max(float(residual @ residual) / max(1, n), 1e-12)
        scores.append(n * np.log(spread) + 2 * k * n / max(1, n - k - 1))
    return int(np.argmin(scores))


def _least_squares(values: Matrix, order: int, skipped: int) -> tuple[Matrix, Matrix]:
    rows = len(values) - skipped
    lags = [values[skipped - lag : len(values) - lag] for lag in range(1, order + 1)]
    design = np.column_stack([np.ones(rows), *lags])
    beta = np.asarray(np.linalg.lstsq(design, values[skipped:], rcond=None)[0], dtype=np.float64)
    return beta, values[skipped:] - design @ beta
