"""The front door: forecasts of many series with quantiles, in one batched run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.arguments import checked_count, checked_levels
from forecasting.dispersion import dispersion
from forecasting.methods import point_forecast
from forecasting.negative_binomial import level_name, quantiles
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
    never negative.  Raises `SeriesError` (a ValueError) for bad rows, a horizon that is no
    whole number from 1 on, and a level outside (0, 1); ValueError for an unknown method.
    """
    periods, grid = checked_count("horizon", horizon), checked_levels(levels)
    panel = as_panel(series, freq)
    mean = point_forecast(panel, periods, method)
    variance = mean * dispersion(panel)[:, None]
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
