"""Every batched method by name: a panel and a horizon in, mean demand per period out."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from forecasting.ar import AutoRegression
from forecasting.arima import Arima, MovingAverageProcess
from forecasting.baselines import historic_mean, moving_average, naive, seasonal_naive
from forecasting.boosted import boosted
from forecasting.ensemble import ensemble
from forecasting.intermittent import adida, croston, croston_sba, imapa, tsb
from forecasting.linear import LinearRegression
from forecasting.panel import Matrix, Panel
from forecasting.per_series import Estimator, per_series
from forecasting.seasonality import season_length
from forecasting.smoothing import COMPONENTS, smooth, smoothing_median
from forecasting.svm import SupportVectorMachine
from forecasting.theta import theta
from forecasting.tree import DecisionTree

Method = Callable[[Panel, int], Matrix]


def component(panel: Panel, horizon: int, name: str) -> Matrix:
    """Forecast by one of the five smoothing methods (n × horizon)."""
    at = COMPONENTS.index(name)
    return panel.mapped(lambda part: smooth(part).paths(horizon)[:, at])


def _seasonal_arima(panel: Panel) -> Estimator:
    """Search seasonal orders for monthly demand; a week's season is left to the profiles."""
    return Arima(season=season_length(panel.freq) if panel.freq == "M" else 1)


ONE_BY_ONE: Mapping[str, Callable[[Panel], Estimator]] = MappingProxyType(
    {
        "ar": lambda _: AutoRegression(),
        "ma": lambda _: MovingAverageProcess(),
        "arima": _seasonal_arima,
        "linear_regression": lambda _: LinearRegression(),
        "svm": lambda _: SupportVectorMachine(),
        "decision_tree": lambda _: DecisionTree(),
    }
)
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "ensemble": ensemble,
        "smoothing_median": smoothing_median,
        **{name: partial(component, name=name) for name in COMPONENTS},
        "naive": naive,
        "seasonal_naive": seasonal_naive,
        "historic_mean": historic_mean,
        "moving_average_28": partial(moving_average, window=28),
        "moving_average_8": partial(moving_average, window=8),
        "moving_average_12": partial(moving_average, window=12),
        "theta": theta,
        "croston": croston,
        "croston_sba": croston_sba,
        "tsb_fixed": tsb,
        "adida": adida,
        "imapa": imapa,
        "boosted": boosted,
        **{name: partial(per_series, make=make) for name, make in ONE_BY_ONE.items()},
    }
)


def method_named(name: str) -> Method:
    """Return a method, or raise ValueError naming those there are."""
    try:
        return METHODS[name]
    except KeyError:
        raise ValueError(f"unknown method {name!r}; choose from {', '.join(METHODS)}") from None


def point_forecast(panel: Panel, horizon: int, name: str) -> Matrix:
    """Forecast by a named method (n × horizon); a panel without periods forecasts zero."""
    return forecast_by(method_named(name), panel, horizon)


def forecast_by(method: Method, panel: Panel, horizon: int) -> Matrix:
    """Forecast by a method (n × horizon), never below zero."""
    if not panel.y.size:
        return np.zeros((len(panel.ids), horizon))
    return np.maximum(method(panel, horizon), 0.0)
