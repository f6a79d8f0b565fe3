"""Demand of whole categories and the shop: few busy series that follow the calendar closely.

A weighted ridge regression of log demand on weekday, day of month, season of the year and
holidays, then a level carried on from the last weeks; averaged with the smoothing median.
Source: the dynamic harmonic regression of Hyndman and Athanasopoulos, Forecasting: Principles
and Practice, 3rd ed., ch. 10.
"""

import numpy as np
import pandas as pd

from forecasting.holidays import holidays
from forecasting.panel import Frequency, Matrix, Panel
from forecasting.smoothing import smoothing_median

HALF_LIFE: dict[Frequency, int] = {"D": 365, "W": 104, "M": 36}
LEVEL_SPAN: dict[Frequency, int] = {"D": 28, "W": 6, "M": 4}
HARMONICS = 3
PENALTY = 3.0
LEVEL_TRUST = 0.9
SHORTEST = 60
YEAR_DAYS = 365.25


def forecast_totals(panel: Panel, horizon: int) -> Matrix:
    """Forecast totals per period (n × horizon); with little history the smoothing median alone."""
    plain = smoothing_median(panel, horizon)
    length = panel.y.shape[1]
    if length < SHORTEST:
        return plain
    dates = pd.DatetimeIndex(panel.dates.append(panel.future_dates(horizon)))
    design = calendar_design(dates, panel.freq)
    ages = np.arange(length)[::-1]
    weight = 0.5 ** (ages / HALF_LIFE[panel.freq])
    paths = [_path(values, design, weight, span=LEVEL_SPAN[panel.freq]) for values in panel.y]
    return np.asarray((np.array(paths) + plain) / 2)


def calendar_design(dates: pd.DatetimeIndex, freq: Frequency) -> Matrix:
    """Return the regressors of dates (rows × columns)."""
    turn = 2 * np.pi * dates.day_of_year.to_numpy() / YEAR_DAYS
    waves = [f(k * turn) for k in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    columns = [np.ones(len(dates)), *waves]
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


def _path(values: Matrix, design: Matrix, weight: Matrix, *, span: int) -> Matrix:
    known = ~np.isnan(values)
    length = len(values)
    past = design[:length][known]
    if known.sum() < SHORTEST:
        return np.full(len(design) - length, np.nan_to_num(values[known].mean()))
    logs = np.log1p(values[known])
    scaled = past * weight[known, None]
    ridge = np.full(design.shape[1], PENALTY)
    ridge[0] = 0.0
    beta = np.linalg.solve(scaled.T @ past + np.diag(ridge), scaled.T @ logs)
    fitted = past @ beta
    level = LEVEL_TRUST * float((logs - fitted)[-span:].mean())
    ahead = np.expm1(design[length:] @ beta + level)
    recent = slice(-13 * span, None)
    agreed = values[known][recent].sum() / max(float(np.expm1(fitted)[recent].sum()), 1e-9)
    bound = 3.0 * float(values[known].max())
    return np.asarray(np.clip(ahead * np.clip(agreed / np.exp(level), 0.9, 1.1), 0.0, bound))
