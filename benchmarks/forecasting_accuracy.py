"""Accuracy of means per period: RMSSE, sum WAPE, bias and coverage over rolling origins."""

from collections.abc import Callable, Container, Iterator

import numpy as np

from benchmarks import forecasting_rivals as rivals
from benchmarks.forecasting_data import Case, thinned
from forecasting import METHODS, Panel, metrics
from forecasting.dispersion import dispersion
from forecasting.negative_binomial import quantiles

OWN = ("ensemble", "seasonal_naive", "naive")
SLOW_OWN = (
    "seasonal_naive",
    "naive",
    "ar",
    "ma",
    "arima",
    "linear_regression",
    "svm",
    "decision_tree",
    "theta",
)
Forecasts = dict[str, np.ndarray]
RESAMPLES = 300


def accuracy(case: Case) -> Iterator[dict[str, object]]:
    """Yield the figures of one panel beside every rival that handles a whole panel."""
    runs = [rivals.cheap, rivals.boosted] if rivals.available()["statsforecast"] else []
    if rivals.available()["statsmodels"] and case.panel.freq != "D":
        runs.append(rivals.statsmodels_ar)
    table = _errors(case, lambda panel, horizon: _all(panel, horizon, OWN, runs))
    yield from _rmsse_figure(case.name, table, target=0.985)
    yield from _other_figures(case, table)


def sample_accuracy(case: Case, size: int) -> Iterator[dict[str, object]]:
    """Yield RMSSE on a sample small enough for AutoETS, AutoTheta, AutoReg and ARIMA.

    Those methods know one series at a time; the ensemble knows the shop, so it forecasts the shop.
    The best of them is the rival here: those that manage the whole panel are rivals there, where
    chance in who is sampled does not choose among a dozen of them. All values are shown.
    """
    runs = [rivals.cheap, rivals.slow] if rivals.available()["statsforecast"] else []
    runs += [rivals.statsmodels_ar, rivals.statsmodels_arima]
    sample = thinned(case, size)
    places = {name: row for row, name in enumerate(case.panel.ids)}
    rows = np.array([places[name] for name in sample.panel.ids])

    def run(panel: Panel, horizon: int) -> Forecasts:
        found = _all(panel, horizon, SLOW_OWN, runs)
        shop = METHODS["ensemble"](case.panel.until(panel.y.shape[1]), horizon)
        return found | {"own.ensemble": shop[rows]}

    table = _errors(sample, run)
    yield from _rmsse_figure(f"{case.name}_sample", table, target=0.985, judged=rivals.SLOW)


def _all(panel, horizon: int, own: tuple[str, ...], runs: list[Callable]) -> Forecasts:
    found = {f"own.{name}": METHODS[name](panel, horizon) for name in own}
    for run in runs:
        found |= run(panel, horizon)
    return found


def _errors(case: Case, run: Callable[..., Forecasts]) -> dict[str, np.ndarray]:
    """Return per method an array origins × series × (rmsse, |sum error|, error, actual)."""
    table: dict[str, list[np.ndarray]] = {}
    for cut in case.cuts:
        past, actual = case.panel.until(cut), case.panel.y[:, cut : cut + case.horizon]
        scale = metrics.squared_scale(past)
        for name, mean in run(past, case.horizon).items():
            missed = np.nansum(mean - actual, axis=1)
            columns = [metrics.rmsse(actual, mean, scale), np.abs(missed), missed]
            table.setdefault(name, []).append(np.stack([*columns, np.nansum(actual, axis=1)]))
    return {name: np.array(parts).transpose(0, 2, 1) for name, parts in table.items()}


def _rmsse_figure(
    name: str, table: dict[str, np.ndarray], target: float, judged: Container[str] | None = None
) -> Iterator[dict[str, object]]:
    """``judged``: the rivals of whom the best counts; all of other libraries where None."""
    mean = {method: float(np.nanmean(errors[:, :, 0])) for method, errors in table.items()}
    foreign = {method: value for method, value in mean.items() if not method.startswith("own.")}
    named = [method for method in foreign if judged is None or method in judged]
    best = min(named, key=foreign.__getitem__, default="own.seasonal_naive")
    ours = np.nanmean(table["own.ensemble"][:, :, 0], axis=0)
    theirs = np.nanmean(table[best][:, :, 0], axis=0)
    yield {
        "name": f"forecasting.{name}.rmsse_vs_best_rival",
        "value": mean["own.ensemble"] / mean[best],
        "unit": "ratio",
        "better": "lower",
        "target": target,
        "rivals": mean,
        "interval": _interval(ours, theirs),
        "best_rival": best,
    }


def _other_figures(case: Case, table: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    total = {name: float(np.nansum(e[:, :, 3])) for name, e in table.items()}
    wape = {name: float(np.nansum(e[:, :, 1])) / total[name] for name, e in table.items()}
    bias = {name: float(np.nansum(e[:, :, 2])) / total[name] for name, e in table.items()}
    yield {
        "name": f"forecasting.{case.name}.wape_of_sum", "value": wape.pop("own.ensemble"),
        "unit": "", "better": "lower", "target": None, "rivals": wape,
    }  # fmt: skip
    least = min((abs(v) for k, v in bias.items() if not k.startswith("own.")), default=0.1)
    yield {
        "name": f"forecasting.{case.name}.bias", "value": bias.pop("own.ensemble"),
        "unit": "share of demand", "better": "nearer 0", "rivals": bias,
        "target": 0.05 if case.name.startswith("m5") else least / 2,
    }  # fmt: skip
    yield {
        "name": f"forecasting.{case.name}.coverage_80", "value": _coverage(case),
        "unit": "share of periods", "better": "nearer 0.8", "target": None, "rivals": {},
    }  # fmt: skip


def _coverage(case: Case) -> float:
    inside = []
    for cut in case.cuts:
        past, actual = case.panel.until(cut), case.panel.y[:, cut : cut + case.horizon]
        mean = METHODS["ensemble"](past, case.horizon)
        bands = quantiles(mean, mean * dispersion(past)[:, None], (0.1, 0.9))
        inside.append(np.nanmean(metrics.coverage(actual, bands[:, :, 0], bands[:, :, 1])))
    return float(np.mean(inside))


def _interval(ours: np.ndarray, theirs: np.ndarray) -> list[float]:
    """Return a 90 % bootstrap interval over series of the ratio of means."""
    known = ~np.isnan(ours) & ~np.isnan(theirs)
    pair = np.stack([ours[known], theirs[known]])
    draws = np.random.default_rng(0).integers(0, pair.shape[1], (RESAMPLES, pair.shape[1]))
    ratio = pair[0][draws].mean(axis=1) / pair[1][draws].mean(axis=1)
    return [float(x) for x in np.quantile(ratio, [0.05, 0.95])]
