"""A regression of demand on its own lags and the calendar, one series at a time."""

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from forecasting.panel import Matrix

LAGS = (1, 2, 3, 7, 14, 28)
WINDOWS = (7, 28)


class Regressor(Protocol):
    """What scikit-learn calls a regressor."""

    def fit(self, X: Matrix, y: Matrix) -> object:
        """Learn from a design matrix and targets."""

    def predict(self, X: Matrix) -> Matrix:
        """Return one prediction per row."""


class LagRegression:
    """Forecasts one step at a time from lags, rolling means and regressors, feeding back its own.

    ``fit(y, X)`` takes a series (T) and optional regressors (T × k), such as calendar columns;
    ``predict(horizon, X)`` the regressors of the future (horizon × k).  Subclasses give the
    regressor.  Learned: ``model_``; ``factor_`` makes fitted and actual demand agree in total.
    """

    corrects_bias = False

    def make(self) -> Regressor:
        """Return a fresh regressor."""
        raise NotImplementedError

    def fit(self, y: Matrix, X: Matrix | None = None) -> Self:
        """Fit to one series."""
        values = np.asarray(y, dtype=np.float64)
        self.history_ = values
        self.factor_ = 1.0
        self.lags_ = [lag for lag in LAGS if lag <= len(values) // 3]
        first = max(self.lags_, default=0)
        self.is_constant_ = len(values) - first < 4 or values.std() == 0
        if self.is_constant_:
            return self
        rows = np.arange(first, len(values))
        design = _design(values, rows, self.lags_, None if X is None else X[rows])
        self.model_ = self.make()
        self.model_.fit(design, values[rows])
        if self.corrects_bias:
            self.factor_ = _agreement(values[rows], self.model_.predict(design))
        return self

    def predict(self, horizon: int, X: Matrix | None = None) -> Matrix:
        """Return the next ``horizon`` means (horizon)."""
        start = len(self.history_)
        if self.is_constant_:
            return np.full(horizon, self.history_.mean() if start else 0.0)
        ceiling = 2.0 * self.history_.max()
        values = np.concatenate([self.history_, np.zeros(horizon)])
        for step in range(horizon):
            row = np.array([start + step])
            design = _design(values, row, self.lags_, None if X is None else X[[step]])
            ahead = self.model_.predict(design)[0] * self.factor_
            values[start + step] = min(max(ahead, 0.0), ceiling)
        return values[start:]


def _design(
    values: Matrix, rows: npt.NDArray[np.intp], lags: list[int], extra: Matrix | None
) -> Matrix:
    running = np.concatenate([[0.0], np.cumsum(values)])
    columns = [values[rows - lag] for lag in lags]
    for window in WINDOWS:
        back = np.maximum(rows - window, 0)
        columns.append((running[rows] - running[back]) / np.maximum(rows - back, 1))
    if extra is not None:
        columns += list(extra.T)
    return np.column_stack(columns)


def _agreement(actual: Matrix, fitted: Matrix) -> float:
    positive = np.maximum(fitted, 0.0).sum()
    return float(np.clip(actual.sum() / positive, 0.2, 5.0)) if positive > 0 else 1.0
