"""Demand of whole categories and the shop: few busy series that follow the calendar closely.

A ridge regression of demand over its local level on weekday, day of month, season of the year
and holidays; what is left once these are divided out is forecast by the smoothing median.
Source: the classical decomposition and the dynamic harmonic regression of Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., ch. 3 and 10.
"""

import numpy as np
import pandas as pd

from forecasting.features import YEAR
from forecasting.holidays import holidays
from forecasting.panel import Frequency, Matrix, Panel
from forecasting.smoothing import smoothing_median

HALF_LIFE: dict[Frequency, int] = {"D": 1460, "W": 208, "M": 48}
QUARTER: dict[Frequency, int] = {"D": 91, "W": 13, "M": 6}
HARMONICS = 3
PENALTY = 1.0
LOWEST_EFFECT = 0.05
SHORTEST = 60
SEASONAL_YEARS = 1.5
YEAR_DAYS = 365.25


def forecast_totals(panel: Panel, horizon: int) -> Matrix:
    """Forecast totals per period (n × horizon); with little history the smoothing median alone."""
    length = panel.y.shape[1]
    if length < SHORTEST:
        return smoothing_median(panel, horizon)
    effects = calendar_effects(panel, horizon)
    adjusted = panel.with_demand(panel.y / effects[:, :length])
    return np.asarray(smoothing_median(adjusted, horizon) * effects[:, length:])


def calendar_effects(panel: Panel, horizon: int) -> Matrix:
    """Return what the calendar multiplies demand by, past and ahead (n × (T + horizon)).

    The season of the year takes part from one and a half years of history on.
    """
    length = panel.y.shape[1]
    dates = pd.DatetimeIndex(panel.dates.append(panel.future_dates(horizon)))
    year = YEAR[panel.freq]
    is_seasonal = length >= SEASONAL_YEARS * year
    design = calendar_design(dates, panel.freq, waves=HARMONICS if is_seasonal else 0)
    window = year if is_seasonal else QUARTER[panel.freq]
    weight = 0.5 ** (np.arange(length)[::-1] / HALF_LIFE[panel.freq])
    level = pd.DataFrame(panel.y.T).rolling(window, center=True, min_periods=1).mean().to_numpy().T
    ratio = panel.y / np.where(level > 0, level, np.nan)
    fitted = [_ridge(design[:length], row - 1.0, weight) for row in ratio]
    return np.asarray(np.maximum(1.0 + np.array(fitted) @ design.T, LOWEST_EFFECT))


def _ridge(past: Matrix, target: Matrix, weight: Matrix) -> Matrix:
    known = ~np.isnan(target)
    scaled = past[known] * weight[known, None]
    penalty = np.full(past.shape[1], PENALTY)
    penalty[0] = 0.0
    moments = scaled.T @ past[known] + np.diag(penalty)
    return np.asarray(np.linalg.lstsq(moments, scaled.T @ target[known], rcond=None)[0])


def calendar_design(dates: pd.DatetimeIndex, freq: Frequency, *, waves: int) -> Matrix:
    """Return the regressors of dates (rows × columns), with ``waves`` harmonics of the year."""
    turn = 2 * np.pi * dates.day_of_year.to_numpy() / YEAR_DAYS
    season = [f(k * turn) for k in range(1, waves + 1) for f in (np.sin, np.cos)]
    columns = [np.ones(len(dates)), *season]
    if freq == "D":
        columns += list((dates.day_of_week.to_numpy()[:, None] == np.arange(1, 7)).T.astype(float))
        columns += list((dates.day.to_numpy()[:, None] == np.arange(2, 32)).T.astype(float))
        columns += _holiday_columns(dates)
    return np.column_stack(columns)


def _holiday_columns(dates: pd.DatetimeIndex) -> list[Matrix]:
    """Return a column per holiday's day, its eve and its morrow."""
    margin = pd.Timedelta(days=2)
    table = holidays(dates[0] - margin, dates[-1] + margin)
    columns = []
    for _, days in table.groupby(["region", "name"])["ds"]:
        near = [dates.isin(days + pd.Timedelta(days=offset)) for offset in (-1, 0, 1)]
        columns += [column.astype(np.float64) for column in near]
    return [column for column in columns if column.any()]
