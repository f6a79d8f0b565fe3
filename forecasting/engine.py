"""The front door: forecasts of many series with quantiles, in one batched run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.dispersion import dispersion
from forecasting.methods import point_forecast
from forecasting.negative_binomial import checked_levels, level_name, quantiles
from forecasting.panel import Matrix, Panel, as_panel

DEFAULT_LEVELS = (0.1, 0.5, 0.9)


def forecast(
    series: pd.DataFrame | Panel,
    *,
    horizon: int,
    freq: str = "D",
    levels: Sequence[float] = DEFAULT_LEVELS,
    method: str = "ensemble",
) -> pd.DataFrame:
    """Forecast demand per series and period.

    ``series`` has ``unique_id``, ``ds`` and ``y`` (or is a `Panel`); every series is forecast
    for the ``horizon`` periods after the last date of the whole frame.  Returns ``unique_id``,
    ``ds``, ``mean`` (units per period) and a column per level, such as ``q10`` and ``q97.5``;
    never negative.  Raises `SeriesError` for bad rows, ValueError for an unknown method or a
    level outside (0, 1).
    """
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1 period, not {horizon}")
    panel = as_panel(series, freq)
    mean = point_forecast(panel, horizon, method)
    variance = mean * dispersion(panel)[:, None]
    grid = checked_levels(levels)
    bands = quantiles(mean, variance, grid, whole=panel.is_whole)
    return _table(panel, mean, bands, [level_name(level) for level in grid])


def _table(panel: Panel, mean: Matrix, bands: Matrix, names: Sequence[str]) -> pd.DataFrame:
    horizon = mean.shape[1]
    columns = {
        "unique_id": panel.ids.repeat(horizon),
        "ds": np.tile(panel.future_dates(horizon), len(panel.ids)),
        "mean": mean.ravel(),
    }
    columns |= {name: bands[:, :, j].ravel() for j, name in enumerate(names)}
    return pd.DataFrame(columns)
