"""How widely demand of one period scatters around its forecast, per series."""

import numpy as np

from forecasting.panel import Matrix, Panel
from forecasting.smoothing import smoothed_level

WINDOW = {"D": 364, "W": 104, "M": 36}
RATIO_FLOOR = 1.01


def dispersion(panel: Panel) -> Matrix:
    """Return the variance-to-mean ratio of each series around its level and season (n).

    Mean squared residual around final level × profile, over its mean, in the last 364 days
    (104 weeks, 36 months); at least 1.01 where demand is counted.
    """
    if not panel.y.size:
        return np.ones(len(panel.ids))
    floor = RATIO_FLOOR if panel.is_whole else 0.0
    return np.asarray(np.maximum(panel.mapped(_ratio), floor))


def _ratio(panel: Panel) -> Matrix:
    length = panel.y.shape[1]
    first = max(0, length - WINDOW[panel.freq])
    level, profile = smoothed_level(panel)
    phase = np.arange(first, length) % profile.shape[1]
    fitted = level[:, None] * profile[:, phase]
    recent = panel.y[:, first:]
    known = ~np.isnan(recent)
    squared = np.where(known, (np.nan_to_num(recent) - fitted) ** 2, 0.0).sum(axis=1)
    expected = np.where(known, fitted, 0.0).sum(axis=1)
    return np.asarray(np.divide(squared, expected, out=np.ones(len(expected)), where=expected > 0))
