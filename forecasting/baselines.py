"""The naive methods every other one must beat."""

import numpy as np

from forecasting.panel import Matrix, Panel
from forecasting.seasonality import season_length


def naive(panel: Panel, horizon: int) -> Matrix:
    """Repeat the last known demand (n × horizon)."""
    return np.repeat(_last_known(panel.y, 1), horizon, axis=1)


def seasonal_naive(panel: Panel, horizon: int) -> Matrix:
    """Repeat the last season: the same weekday, or month; weekly demand repeats the last week."""
    last = _last_known(panel.y, season_length(panel.freq))
    return np.asarray(last[:, np.arange(horizon) % last.shape[1]])


def moving_average(panel: Panel, horizon: int, window: int = 28) -> Matrix:
    """Repeat the mean of the last ``window`` periods since the first sale."""
    recent = panel.y[:, -window:]
    known = np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    mean = np.nan_to_num(recent).sum(axis=1) / known
    return np.repeat(mean[:, None], horizon, axis=1)


def historic_mean(panel: Panel, horizon: int) -> Matrix:
    """Repeat the mean since the first sale."""
    return moving_average(panel, horizon, window=max(1, panel.y.shape[1]))


def _last_known(y: Matrix, season: int) -> Matrix:
    """Return the last season, unknown or missing periods filled from the one before, else 0."""
    n, length = y.shape
    out = np.full((n, season), np.nan)
    for back in range(1, min(length, 8 * season) + 1):
        phase = season - 1 - (back - 1) % season
        out[:, phase] = np.where(np.isnan(out[:, phase]), y[:, -back], out[:, phase])
    return np.asarray(np.nan_to_num(out))
