"""Policies of other libraries, replayed over the same past: a weekly AutoETS of statsforecast."""

import numpy as np
import pandas as pd

from benchmarks.inventory_data import Past
from forecasting import Panel
from inventory.algorithms.replay import Array, Policy, Review

WEEK, WEEKS, REFIT_DAYS = 7, 104, 28


def autoets_policy(levels: list[float]) -> Policy:
    """Up to the normal quantile of AutoETS on 104 weeks, fitted again every four weeks."""
    from statsforecast import StatsForecast  # noqa: PLC0415
    from statsforecast.models import AutoETS  # noqa: PLC0415

    kept: dict[int, Array] = {}

    def policy(past: Panel, review: Review) -> tuple[Array, Array]:
        epoch = review.elapsed // REFIT_DAYS
        if epoch not in kept:
            kept.clear()
            ahead = int(np.ceil(review.protection_days.max() / WEEK))
            engine = StatsForecast([AutoETS(season_length=1)], freq=1, n_jobs=1)
            bands = engine.forecast(
                df=_weekly(past), h=ahead, level=[100 * (2 * q - 1) for q in levels]
            )
            kept[epoch] = _sums(bands, levels)
        up_to = np.ceil(np.maximum(kept[epoch], 0.0))
        return up_to, up_to

    return policy


def _weekly(past: Panel) -> pd.DataFrame:
    days = min(past.y.shape[1] // WEEK, WEEKS) * WEEK
    weekly = np.nan_to_num(past.y[:, -days:]).reshape(len(past.ids), -1, WEEK).sum(axis=2)
    weeks = weekly.shape[1]
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(weekly)), weeks),
            "ds": np.tile(np.arange(weeks), len(weekly)),
            "y": weekly.ravel(),
        }
    )


def _sums(bands: pd.DataFrame, levels: list[float]) -> Array:
    """Return quantiles of the sum, the weeks' errors independent (n × levels)."""
    groups = bands.groupby("unique_id", sort=True)
    mean = groups["AutoETS"].sum().to_numpy()
    out = []
    named = {round(float(name.rsplit("-", 1)[1]), 6): name for name in bands if "-hi-" in name}
    for level in levels:
        high = bands[named[round(100 * (2 * level - 1), 6)]] - bands["AutoETS"]
        spread = np.sqrt((high**2).groupby(bands["unique_id"], sort=True).sum().to_numpy())
        out.append(mean + spread)
    return np.stack(out, axis=1)


def sampled(past: Past, size: int) -> Past:
    """Return a past of the first products only, for rivals that are slow."""
    from dataclasses import replace  # noqa: PLC0415

    rows = np.arange(min(size, len(past.case.panel.ids)))
    case = past.case
    part = replace(
        case,
        panel=case.panel.take(rows),
        leads=case.leads[rows],
        lead_days=case.lead_days[rows],
        lead_variance=case.lead_variance[rows],
        start_stock=case.start_stock[rows],
    )
    money = replace(past.money, unit_cost=past.money.unit_cost[rows], price=past.money.price[rows])
    return Past(past.name, part, money)
