"""Estimators of one series lifted to panels: a fit per series, for products that matter."""

import warnings
from collections.abc import Callable
from typing import Protocol, Self

import numpy as np
import pandas as pd

from forecasting.holidays import nearness
from forecasting.panel import Frequency, Matrix, Panel
from forecasting.seasonality import season_length

HISTORY = {"D": 728, "W": 260, "M": 240}


class Estimator(Protocol):
    """What every single-series method offers."""

    def fit(self, y: Matrix, X: Matrix | None = None) -> Self:
        """Fit to a series (T) and regressors (T × k)."""

    def predict(self, horizon: int, X: Matrix | None = None) -> Matrix:
        """Return means of the next periods (horizon), given their regressors."""


def per_series(panel: Panel, horizon: int, make: Callable[[Panel], Estimator]) -> Matrix:
    """Fit one estimator per series since its first sale and forecast (n × horizon).

    At most 728 days, 260 weeks or 240 months are used; unknown periods are bridged by the
    series' mean.  Regressors are the calendar's: weekday or month, and days to holidays.
    """
    length = panel.y.shape[1]
    dates = pd.DatetimeIndex(panel.dates.append(panel.future_dates(horizon)))
    calendar = calendar_columns(dates, panel.freq)
    out = np.zeros((len(panel.ids), horizon))
    for i, start in enumerate(panel.starts):
        first = max(int(start), length - HISTORY[panel.freq])
        values = panel.y[i, first:]
        known = values[~np.isnan(values)]
        if not known.any():
            continue
        filled = np.where(np.isnan(values), known.mean(), values)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a search may pass a flat spot
            model = make(panel).fit(filled, calendar[first:length])
            ahead = model.predict(horizon, calendar[length:])
        usable = np.isfinite(ahead)
        out[i] = np.clip(np.where(usable, ahead, known.mean()), 0.0, 3.0 * known.max())
    return out


def calendar_columns(dates: pd.DatetimeIndex, freq: Frequency) -> Matrix:
    """Return regressors per date: one column per weekday (daily) or month, and holidays."""
    season = season_length("D" if freq == "D" else "M")
    phase = dates.day_of_week.to_numpy() if freq == "D" else dates.month.to_numpy() - 1
    dummies = (phase[:, None] == np.arange(season)).astype(np.float64)
    return np.hstack([dummies, nearness(dates)]) if freq == "D" else dummies
