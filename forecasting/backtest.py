"""Rolling-origin backtests: every method forecasts the past from what was known before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting import metrics
from forecasting.arguments import checked_count, checked_names
from forecasting.dispersion import dispersion
from forecasting.methods import Method, forecast_by, method_named
from forecasting.negative_binomial import quantiles
from forecasting.panel import Matrix, Panel, as_panel

DEFAULT_METHODS = ("ensemble", "seasonal_naive", "naive", "moving_average_28")
LEVELS = (0.1, 0.5, 0.9)
SCORES = ("rmsse", "mase", "wape_of_sum", "bias", "coverage", "pinball")
RESAMPLES = 200


def backtest(
    series: pd.DataFrame | Panel,
    *,
    horizon: int,
    freq: str = "D",
    methods: Sequence[str] | Mapping[str, Method] = DEFAULT_METHODS,
    origins: int = 3,
) -> pd.DataFrame:
    """Score methods on the last ``origins`` windows of ``horizon`` periods, one after another.

    ``methods`` are names, or methods of one's own by name.

    Returns a row per origin, method and series sold before the origin: ``origin`` (last known
    date), ``method``, ``unique_id``, ``rmsse``, ``mase`` (NaN for a series that never changed),
    ``actual`` and ``forecast`` (units over the horizon), ``coverage`` of the 80 % interval and
    ``pinball`` (mean over levels .1, .5, .9, ÷ the MASE scale).  An origin without any known
    period is left out.  Raises `SeriesError` for bad rows and a horizon or number of origins
    below 1, ValueError for an unknown method.
    """
    checked_count("horizon", horizon)
    checked_count("origins", origins, "origin")
    panel = as_panel(series, freq)
    tried = _named(methods)
    length = panel.y.shape[1]
    cuts = [length - horizon * back for back in range(origins, 0, -1)]
    parts = [_scored(panel, cut, horizon, tried) for cut in cuts if cut > 0]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _named(methods: Sequence[str] | Mapping[str, Method]) -> Mapping[str, Method]:
    if isinstance(methods, Mapping):
        return methods
    return {name: method_named(name) for name in checked_names("methods", methods)}


_COLUMNS = [
    "origin", "method", "unique_id", "rmsse", "mase", "actual", "forecast", "coverage", "pinball",
]  # fmt: skip


def _scored(panel: Panel, cut: int, horizon: int, methods: Mapping[str, Method]) -> pd.DataFrame:
    sold = np.flatnonzero(panel.sold_before(cut))
    past, future = panel.until(cut).take(sold), panel.y[sold, cut : cut + horizon]
    window = Window(past, future)
    ratio = dispersion(past)
    frames = []
    for name, method in methods.items():
        mean = forecast_by(method, past, horizon)
        bands = quantiles(mean, mean * ratio[:, None], LEVELS, whole=past.is_whole)
        frames.append(window.scores(mean, bands).assign(method=name))
    table = pd.concat(frames, ignore_index=True).assign(origin=past.dates[-1])
    return table[_COLUMNS]


@dataclass(frozen=True)
class Window:
    """One origin of a backtest: what was known and what came (n × horizon)."""

    past: Panel
    actual: Matrix

    def scores(self, mean: Matrix, bands: Matrix) -> pd.DataFrame:
        """Score one method's mean (n × h) and quantiles (n × h × levels) per series."""
        squared, absolute = metrics.squared_scale(self.past), metrics.absolute_scale(self.past)
        known = np.where(np.isnan(self.actual), np.nan, mean)
        loss = metrics.pinball(self.actual, bands, LEVELS).mean(axis=1)
        scaled = np.divide(loss, absolute, out=np.full(len(loss), np.nan), where=absolute > 0)
        return pd.DataFrame(
            {
                "unique_id": self.past.ids,
                "rmsse": metrics.rmsse(self.actual, mean, squared),
                "mase": metrics.mase(self.actual, mean, absolute),
                "actual": np.nansum(self.actual, axis=1),
                "forecast": np.nansum(known, axis=1),
                "coverage": metrics.coverage(self.actual, bands[:, :, 0], bands[:, :, -1]),
                "pinball": scaled,
            }
        )


def summarise(
    scores: pd.DataFrame, *, resamples: int = RESAMPLES, random_state: int = 0
) -> pd.DataFrame:
    """Summarise a backtest per method, with 90 % bootstrap intervals over series.

    Returns a row per method and score (``rmsse``, ``mase``, ``wape_of_sum``, ``bias``,
    ``coverage``, ``pinball``): ``method``, ``score``, ``value``, ``low``, ``high``, ``series``.
    ``wape_of_sum`` is Σ|total missed| / Σ actual, ``bias`` Σ(forecast − actual) / Σ actual.
    """
    if scores.empty:
        return pd.DataFrame(columns=["method", "score", "value", "low", "high", "series"])
    generator = np.random.default_rng(random_state)
    ids, codes = np.unique(scores["unique_id"].astype(str), return_inverse=True)
    draws = generator.multinomial(len(ids), np.full(len(ids), 1 / len(ids)), resamples)
    rows: list[dict[str, object]] = []
    for name, part in scores.assign(_code=codes).groupby("method", sort=False):
        above, below = _sums(part, len(ids))
        value = _divided(above.sum(axis=0), below.sum(axis=0))
        spread = _divided(draws @ above, draws @ below)
        low, high = _interval(spread)
        rows += [
            {"method": name, "score": score, "value": value[j], "low": low[j], "high": high[j]}
            for j, score in enumerate(SCORES)
        ]
    return pd.DataFrame(rows).assign(series=len(ids))


def _interval(spread: Matrix) -> tuple[Matrix, Matrix]:
    """Return the middle 90 % per score; NaN for one that no series could give."""
    low, high = np.full((2, spread.shape[1]), np.nan)
    given = ~np.isnan(spread).all(axis=0)
    low[given], high[given] = np.nanquantile(spread[:, given], [0.05, 0.95], axis=0)
    return low, high


def _sums(part: pd.DataFrame, n: int) -> tuple[Matrix, Matrix]:
    """Return numerator and denominator of every score per series (n × scores)."""
    missed = (part["forecast"] - part["actual"]).to_numpy()
    actual = part["actual"].to_numpy()
    above, below = np.zeros((n, len(SCORES))), np.zeros((n, len(SCORES)))
    pairs = {"wape_of_sum": (np.abs(missed), actual), "bias": (missed, actual)}
    for j, score in enumerate(SCORES):
        if score in pairs:
            top, bottom = pairs[score]
        else:
            values = part[score].to_numpy()
            top, bottom = np.nan_to_num(values), (~np.isnan(values)).astype(np.float64)
        np.add.at(above[:, j], part["_code"].to_numpy(), top)
        np.add.at(below[:, j], part["_code"].to_numpy(), bottom)
    return above, below


def _divided(above: Matrix, below: Matrix) -> Matrix:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))
