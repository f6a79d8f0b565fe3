"""Speed and memory of the nightly forecasts, and recovery of censored demand, on made-up shops."""

import resource
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks import forecasting_rivals as rivals
from forecasting import Panel, backtest, forecast, from_matrix, recover_demand

DAYS = 730
WEEK = np.array([0.8, 0.8, 0.8, 0.9, 1.1, 1.4, 1.2])
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.95, 0.975)


def made_up(series: int, seed: int = 0) -> Panel:
    """Return Poisson demand of mostly slow movers with a week."""
    generator = np.random.default_rng(seed)
    factors = np.resize(WEEK, DAYS)
    y = np.empty((series, DAYS))
    for row, rate in enumerate(generator.gamma(0.5, 2, series)):
        y[row] = generator.poisson(rate * factors)
    dates = pd.date_range("2022-01-01", periods=DAYS)
    return from_matrix(y, ids=[f"p{i}" for i in range(series)], dates=dates)


def speed(series: int) -> Iterator[dict[str, object]]:
    """Yield wall seconds, memory, growth and the ratio to AutoETS."""
    warm = made_up(50)
    _nightly(warm, origins=1)
    sizes = (series // 10, series // 3, series)
    times = [_timed(made_up(size)) for size in sizes]
    wall, _ = times[-1]
    yield {
        "name": "forecasting.nightly_seconds", "value": wall, "unit": f"s for {series} series",
        "better": "lower", "target": 90.0 if series >= 30_000 else None, "rivals": {},
        "cpu_seconds": times[-1][1],
    }  # fmt: skip
    yield {
        "name": "forecasting.nightly_peak_memory",
        "value": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "unit": "GiB", "better": "lower", "target": 1.5, "rivals": {},
    }  # fmt: skip
    growth = np.polyfit(np.log(sizes), np.log([cpu for _, cpu in times]), 1)[0]
    yield {
        "name": "forecasting.growth_exponent", "value": float(growth), "unit": "",
        "better": "lower", "target": 1.1, "rivals": {},
    }  # fmt: skip
    if rivals.available()["statsforecast"]:
        yield _against_ets()


def _nightly(panel: Panel, origins: int = 8) -> None:
    forecast(panel, horizon=28, levels=LEVELS)
    backtest(panel, horizon=28, methods=["ensemble", "seasonal_naive"], origins=origins)


def _timed(panel: Panel) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    _nightly(panel)
    return time.perf_counter() - wall, time.process_time() - cpu


def _against_ets() -> dict[str, object]:
    few, many = made_up(6), made_up(2000)
    cpu = time.process_time()
    rivals.slow(few, 28, names=("ets",))
    theirs = (time.process_time() - cpu) / len(few.ids)
    cpu = time.process_time()
    forecast(many, horizon=28, levels=LEVELS)
    ours = (time.process_time() - cpu) / len(many.ids)
    return {
        "name": "forecasting.cpu_auto_ets_over_ours", "value": theirs / ours, "unit": "times",
        "better": "higher", "target": 100.0, "rivals": {"statsforecast.auto_ets": 1.0},
    }  # fmt: skip


def recovery() -> Iterator[dict[str, object]]:
    """Yield the error of mean demand recovered behind stock-outs on a fifth of the days."""
    generator = np.random.default_rng(0)
    rate = generator.gamma(3, 1.5, 400)[:, None] * np.tile(WEEK, 52)
    demand = generator.negative_binomial(rate / 2, 1 / 3)
    stock = generator.poisson(rate)
    censored = (generator.random(demand.shape) < 0.35) & (demand >= stock)
    dates = pd.date_range("2023-01-02", periods=demand.shape[1])
    sales = np.where(censored, stock, demand)
    panel = from_matrix(sales, ids=list(range(len(sales))), dates=dates)
    known = ~np.isnan(panel.y)
    truth = demand[known].mean()
    found = recover_demand(panel, censored & known).y[known].mean()
    left_out = sales[known & ~censored].mean()
    yield {
        "name": "forecasting.censored_mean_error", "value": abs(found / truth - 1), "unit": "share",
        "better": "lower", "target": 0.03, "censored_days": float(censored[known].mean()),
        "rivals": {
            "sales_as_they_are": abs(sales[known].mean() / truth - 1),
            "censored_days_left_out": abs(left_out / truth - 1),
        },
    }  # fmt: skip
