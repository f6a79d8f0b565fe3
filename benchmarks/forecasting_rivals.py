"""Other libraries' forecasts of the same panels: statsforecast, mlforecast, statsmodels.

Each rival is a function of a panel and a horizon returning n × horizon means; a library that
is not installed is left out.
"""

import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd

from forecasting import Panel
from forecasting.seasonality import season_length

Rival = Callable[[Panel, int], np.ndarray]
FREQUENCIES = {"D": "D", "W": "W-MON", "M": "MS"}
HISTORY = {"D": 728, "W": 1000, "M": 1000}
SLOW = (  # one series at a time
    "statsforecast.auto_ets",
    "statsforecast.auto_theta",
    "statsmodels.autoreg",
    "statsmodels.arima111",
)


def long_frame(panel: Panel, history: int | None = None) -> pd.DataFrame:
    """Return unique_id, ds and y since each series' first sale, at most ``history`` periods."""
    length = panel.y.shape[1]
    first = np.maximum(panel.starts, 0 if history is None else length - history)
    counts = length - first
    rows = np.repeat(np.arange(len(panel.ids)), counts)
    columns = np.concatenate([np.arange(start, length) for start in first])
    return pd.DataFrame(
        {"unique_id": rows, "ds": panel.dates[columns], "y": panel.y[rows, columns]}
    )


def cheap(panel: Panel, horizon: int) -> dict[str, np.ndarray]:
    """Return the forecasts of statsforecast's batched classics in one run."""
    sf = import_module("statsforecast.models")

    window = {"D": 28, "W": 8, "M": 12}[panel.freq]
    models = [
        sf.SimpleExponentialSmoothingOptimized(alias="ses"),
        sf.CrostonSBA(alias="croston_sba"),
        sf.TSB(alpha_d=0.2, alpha_p=0.2, alias="tsb"),
        sf.ADIDA(alias="adida"),
        sf.IMAPA(alias="imapa"),
        sf.SeasonalNaive(season_length=season_length(panel.freq), alias="seasonal_naive"),
        sf.WindowAverage(window_size=window, alias="moving_average"),
    ]
    return {f"statsforecast.{k}": v for k, v in _statsforecast(panel, horizon, models).items()}


def slow(
    panel: Panel, horizon: int, names: tuple[str, ...] = ("ets", "theta")
) -> dict[str, np.ndarray]:
    """Return AutoETS and AutoTheta, minutes per thousand series: for samples only."""
    sf = import_module("statsforecast.models")

    season = season_length(panel.freq)
    made = {
        "ets": lambda: sf.AutoETS(season_length=season, alias="auto_ets"),
        "theta": lambda: sf.AutoTheta(season_length=season, alias="auto_theta"),
    }
    found = _statsforecast(panel, horizon, [made[name]() for name in names])
    return {f"statsforecast.{k}": v for k, v in found.items()}


def _statsforecast(panel: Panel, horizon: int, models: list[object]) -> dict[str, np.ndarray]:
    frame = long_frame(panel, HISTORY[panel.freq])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        runner = import_module("statsforecast").StatsForecast(
            models=models, freq=FREQUENCIES[panel.freq], n_jobs=1
        )
        table = runner.forecast(df=frame, h=horizon).sort_values(["unique_id", "ds"])
    names = [name for name in table.columns if name not in ("unique_id", "ds")]
    shape = (len(panel.ids), horizon)
    return {name: np.maximum(table[name].to_numpy().reshape(shape), 0.0) for name in names}


def boosted(panel: Panel, horizon: int) -> dict[str, np.ndarray]:
    """Return mlforecast's recursive LightGBM with a Tweedie loss on lags and rolling means."""
    rolling = import_module("mlforecast.lag_transforms").RollingMean

    lags = {"D": [1, 7, 14, 28], "W": [1, 2, 4, 8], "M": [1, 2, 3, 6, 12]}[panel.freq]
    windows = {"D": [7, 28, 91], "W": [4, 8, 26], "M": [3, 6, 12]}[panel.freq]
    fields = {"D": ["dayofweek", "month"], "W": ["month"], "M": ["month"]}[panel.freq]
    model = import_module("lightgbm").LGBMRegressor(
        objective="tweedie", tweedie_variance_power=1.1, n_estimators=300, learning_rate=0.05,
        num_leaves=63, min_child_samples=50, n_jobs=1, verbosity=-1, random_state=0,
    )  # fmt: skip
    forecaster = import_module("mlforecast").MLForecast(
        models={"lightgbm": model},
        freq=FREQUENCIES[panel.freq],
        lags=lags,
        lag_transforms={1: [rolling(window_size=w, min_samples=1) for w in windows]},
        date_features=fields,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forecaster.fit(long_frame(panel, HISTORY[panel.freq]), static_features=[], dropna=True)
        table = forecaster.predict(horizon).sort_values(["unique_id", "ds"])
    out = np.zeros((len(panel.ids), horizon))
    known = table["unique_id"].unique()
    out[known] = np.maximum(table["lightgbm"].to_numpy().reshape(len(known), horizon), 0.0)
    return {"mlforecast.lightgbm": out}


def statsmodels_ar(panel: Panel, horizon: int) -> dict[str, np.ndarray]:
    """Return statsmodels' AutoReg (28, 8 or 6 lags) per series."""
    lags = {"D": 28, "W": 8, "M": 6}[panel.freq]
    return {"statsmodels.autoreg": _per_series(panel, horizon, partial(_autoreg, lags=lags))}


def statsmodels_arima(panel: Panel, horizon: int) -> dict[str, np.ndarray]:
    """Return statsmodels' ARIMA(1, 1, 1) per series: for samples only."""
    return {"statsmodels.arima111": _per_series(panel, horizon, _arima)}


def _per_series(
    panel: Panel, horizon: int, one: Callable[[np.ndarray, int], np.ndarray]
) -> np.ndarray:
    rows = []
    for y, start in zip(panel.y, panel.starts, strict=True):
        values = y[max(start, len(y) - HISTORY[panel.freq]) :]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ahead = np.maximum(one(values, horizon), 0.0)
        except (ValueError, np.linalg.LinAlgError):
            ahead = np.full(horizon, values.mean())
        rows.append(ahead)
    return np.array(rows)


def _autoreg(values: np.ndarray, horizon: int, lags: int) -> np.ndarray:
    models = import_module("statsmodels.tsa.ar_model")
    fitted = models.AutoReg(values, lags=min(lags, len(values) // 3)).fit()
    return fitted.predict(len(values), len(values) + horizon - 1)


def _arima(values: np.ndarray, horizon: int) -> np.ndarray:
    models = import_module("statsmodels.tsa.arima.model")
    return models.ARIMA(values, order=(1, 1, 1)).fit().forecast(horizon)


def available() -> dict[str, bool]:
    """Return which rival libraries can be imported."""
    names = ("statsforecast", "mlforecast", "statsmodels")
    return {name: find_spec(name) is not None for name in names}
