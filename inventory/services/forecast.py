"""Forecast every product's demand and grade the forecast on held-back days."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from catalog.selectors import product_facts
from forecasting import Panel, backtest, forecast, forecast_sum, summarise, to_panel
from forecasting.outliers import without_bulk_orders
from inventory.models import DemandForecast, ProductForecast
from inventory.selectors import FAN, policies_of
from jobs.models import Job, Score
from jobs.services import finishing, record_scores, report_progress
from sales.selectors import daily_quantities

HORIZON_DAYS = 56
HISTORY_DAYS = 730
HELD_BACK_DAYS = 28
DEFAULT, NAIVE = "ensemble", "seasonal_naive"
RIVALS = (NAIVE, "naive", "moving_average_28")
METRICS = ("rmsse", "wape_of_sum", "bias", "pinball")
DECIDES = "rmsse"
LEVELS = (0.1, 0.5, 0.9)
KEPT_VERSIONS = 14


def forecast_demand(*, job: Job) -> int:
    """Store a new version of all forecasts as of the job's day; return the number of products.

    The method is chosen for the whole shop: the ensemble, unless a simpler one did better on
    the held-back days (choosing per product loses on every panel measured).
    """
    facts = product_facts(as_of=job.as_of).set_index("product_id")
    panel = demand_panel(product_ids=facts.index, as_of=job.as_of)
    report_progress(job, 0.2, "Grading the methods on held-back days")
    scores = grade(panel)
    method = chosen_method(scores)
    report_progress(job, 0.5, "Forecasting")
    rows = _rows(panel, facts.reindex(panel.ids), method)
    version = DemandForecast(job=job, as_of=job.as_of, horizon_days=HORIZON_DAYS, method=method)
    with finishing(job, {"products": len(rows), "method": method}):
        version.save()
        for row in rows:
            row.forecast = version
        ProductForecast.objects.bulk_create(rows, batch_size=500)
        record_scores(job, score_rows(scores, method))
        _forget_old_versions()
    return len(rows)


def demand_panel(*, product_ids: Iterable[int], as_of: date) -> Panel:
    """Return daily demand up to the day before: sales less returns, bulk orders brought down."""
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    demand = pd.DataFrame(
        {
            "unique_id": sold["product_id"],
            "ds": sold["day"],
            "y": (sold["units"] - sold["returned"]).clip(lower=0),
        }
    )
    demand = demand[demand["unique_id"].isin(pd.Index(product_ids))]
    panel = to_panel(demand, "D", end=pd.Timestamp(as_of) - pd.Timedelta(days=1))
    return without_bulk_orders(panel)


def grade(panel: Panel) -> pd.DataFrame:
    """Return method × score on the held-back days, with intervals; empty without a past."""
    tried = backtest(panel, horizon=HELD_BACK_DAYS, methods=(DEFAULT, *RIVALS), origins=1)
    if tried.empty:
        return pd.DataFrame(columns=["method", "score", "value", "low", "high", "series"])
    table = summarise(tried)
    return table[table["score"].isin(METRICS)].dropna(subset=["value"])


def chosen_method(scores: pd.DataFrame) -> str:
    """Return the method of least error; the default where nothing beats it."""
    error = scores[scores["score"] == DECIDES].set_index("method")["value"]
    if DEFAULT not in error.index or error[DEFAULT] <= error.min():
        return DEFAULT
    return str(error.idxmin())


def score_rows(scores: pd.DataFrame, method: str) -> list[Score]:
    """Return the ledger's rows of a comparison."""
    roles = {method: Score.Role.CHOSEN} | ({} if method == NAIVE else {NAIVE: Score.Role.NAIVE})
    return [
        Score(
            subject="demand",
            method=row["method"],
            role=roles.get(row["method"], Score.Role.CANDIDATE),
            metric=row["score"],
            value=row["value"],
            low=row["low"],
            high=row["high"],
            held_back_days=HELD_BACK_DAYS,
            cases=row["series"],
        )
        for row in scores.to_dict("records")
    ]


def _rows(panel: Panel, facts: pd.DataFrame, method: str) -> list[ProductForecast]:
    if not len(panel.ids):
        return []
    fan = forecast(panel, horizon=HORIZON_DAYS, levels=LEVELS, method=method)
    bands = {name: fan[name].to_numpy().reshape(-1, HORIZON_DAYS).round(3) for name in FAN}
    lead = facts["lead_days"].astype("int64")
    protection = lead + policies_of(facts["category_id"])["review_days"].astype("int64")
    spread = facts["lead_days_sd"].astype("float64") ** 2
    until, over = (
        _sum(panel, days, spread, bands["mean"], method) for days in (lead + 1, protection)
    )
    return [
        ProductForecast(
            product_id=int(product_id),
            daily={name: band[i].tolist() for name, band in bands.items()},
            lead_days=int(lead.iloc[i]),
            lead_mean=until["mean"].iloc[i],
            lead_variance=until["variance"].iloc[i],
            protection_days=int(protection.iloc[i]),
            protection_mean=over["mean"].iloc[i],
            protection_variance=over["variance"].iloc[i],
            protection_q10=over["q10"].iloc[i],
            protection_q50=over["q50"].iloc[i],
            protection_q90=over["q90"].iloc[i],
        )
        for i, product_id in enumerate(panel.ids)
    ]


def _sum(
    panel: Panel, days: "pd.Series[int]", spread: "pd.Series[float]", daily: np.ndarray, method: str
) -> pd.DataFrame:
    sums = forecast_sum(panel, periods=days, levels=LEVELS, lead_time_variance=spread)
    if method == DEFAULT:
        return sums.round(4)
    return _around(sums, daily).round(4)


def _around(sums: pd.DataFrame, daily: np.ndarray) -> pd.DataFrame:
    """Centre the sums on the chosen method's daily means, keeping their relative spread."""
    days = sums["periods"].to_numpy()
    within = np.arange(daily.shape[1])[None, :] < days[:, None]
    mean = (daily * within).sum(axis=1) * days / np.minimum(days, daily.shape[1])
    before = sums["mean"].to_numpy()
    ratio = np.divide(mean, before, out=np.ones(len(mean)), where=before > 0)
    scaled = sums[["q10", "q50", "q90"]].mul(ratio, axis=0)
    return sums.assign(mean=mean, variance=sums["variance"] * ratio**2, **scaled)


def _forget_old_versions() -> None:
    newest = DemandForecast.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_VERSIONS]
    DemandForecast.objects.exclude(pk__in=list(newest)).delete()
