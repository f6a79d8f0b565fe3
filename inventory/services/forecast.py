"""Forecast every product's demand and grade the forecast on held-back days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from catalog.selectors import product_facts
from forecasting import Panel, backtest, demand_classes, summarise
from forecasting.dispersion import dispersion
from forecasting.methods import METHODS, Method
from forecasting.negative_binomial import quantiles
from forecasting.newcomers import Traits
from inventory.algorithms.coherence import coherent, hierarchy_of
from inventory.algorithms.demand_sums import DemandSums, demand_sums
from inventory.algorithms.outlook import Choice, Outlook, choice_of, outlook
from inventory.algorithms.steady_classes import steady_classes
from inventory.levels import awaited
from inventory.models import DemandForecast, ProductForecast, TotalForecast
from inventory.selectors import FAN, classes_before, overridden_products, policies_of
from inventory.services.demand_facts import (
    HISTORY_DAYS,
    ancestors_of,
    demand_panel,
    informed_boosting,
    traits_of,
)
from inventory.services.planning import lay_overrides
from jobs.models import Job, Score
from jobs.services import finishing, record_scores, report_progress

HORIZON_DAYS = 56
HELD_BACK_DAYS, ORIGINS = 28, 2
DEFAULT, NAIVE, BOOSTED = "ensemble", "seasonal_naive", "boosted"
RIVALS = (NAIVE, "naive", "moving_average_28")
FEWEST_FOR_BOOSTING = 200
METRICS = ("rmsse", "wape_of_sum", "bias", "pinball")
LEVELS = (0.1, 0.5, 0.9)
KEPT_VERSIONS = 14
__all__ = ["HISTORY_DAYS", "HORIZON_DAYS", "demand_panel", "forecast_demand", "forecasts", "grade"]
Methods = Mapping[str, Method]


@dataclass(frozen=True)
class Forecasts:
    """All that one night expects: the fan per product, two sums, and the totals' means."""

    expected: Outlook
    fan: np.ndarray  # products × days × (mean, q10, q50, q90)
    until: DemandSums
    over: DemandSums
    totals: pd.DataFrame  # index: category id, 0 for the shop; a column per day


def forecast_demand(*, job: Job) -> int:
    """Store a new version of all forecasts as of the job's day; return the number of products.

    The ensemble forecasts, but where another method did better on held-back days by a margin,
    for the shop or for a class of demand (choosing per product loses on every panel measured).
    """
    facts = product_facts(as_of=job.as_of, awaited=awaited(before=job.as_of)).set_index(
        "product_id"
    )
    spoken_for = overridden_products(as_of=job.as_of)
    traits = traits_of(facts, as_of=job.as_of)
    launched = facts.index[traits.table["is_launch"]]
    also = facts.index.intersection(launched.union(pd.Index(spoken_for, dtype="int64")))
    panel = demand_panel(product_ids=facts.index, as_of=job.as_of, also=also)
    report_progress(job, 0.2, "Grading the methods on held-back days")
    methods = _methods(panel, informed_boosting(panel, as_of=job.as_of, horizon_days=HORIZON_DAYS))
    scores, choice = grade(panel, methods)
    before = classes_before(as_of=job.as_of)
    choice = replace(choice, before=before["demand_class"])
    report_progress(job, 0.5, "Forecasting")
    rows, totals = _rows(panel, facts.reindex(panel.ids), choice, methods, traits, before)
    report_progress(job, 0.9, "Laying what staff know over it")
    planned = lay_overrides(rows, facts=facts, as_of=job.as_of)
    version = DemandForecast(
        job=job, as_of=job.as_of, horizon_days=HORIZON_DAYS, method=choice.shop
    )
    result = {
        "products": len(rows),
        "method": choice.shop,
        "overridden": planned,
        **_standings(rows),
    }
    with finishing(job, result):
        version.save()
        for row in rows:
            row.forecast = version
        for total in totals:
            total.forecast = version
        ProductForecast.objects.bulk_create(rows, batch_size=500)
        TotalForecast.objects.bulk_create(totals, batch_size=500)
        record_scores(job, score_rows(scores, choice.shop))
        _forget_old_versions()
    return len(rows)


def grade(panel: Panel, methods: Methods) -> tuple[pd.DataFrame, Choice]:
    """Return method × score on the held-back days with intervals, and what follows from them.

    The scores are empty where there is no past to hold back.
    """
    tried = backtest(panel, horizon=HELD_BACK_DAYS, methods=methods, origins=ORIGINS)
    if tried.empty:
        return pd.DataFrame(columns=["method", "score", "value", "low", "high", "series"]), Choice()
    table = summarise(tried)
    scores = table[table["score"].isin(METRICS)].dropna(subset=["value"])
    known = panel.until(max(panel.y.shape[1] - ORIGINS * HELD_BACK_DAYS, 1))
    return scores, choice_of(scores, tried, demand_classes(known))


def _methods(panel: Panel, informed: Method) -> Methods:
    """Return the methods to try; boosting where there is enough to learn from."""
    names = (DEFAULT, *RIVALS)
    found = {name: METHODS[name] for name in names}
    if len(panel.ids) >= FEWEST_FOR_BOOSTING:
        found[BOOSTED] = informed
    return found


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


def _rows(
    panel: Panel,
    facts: pd.DataFrame,
    choice: Choice,
    methods: Methods,
    traits: Traits,
    before: pd.DataFrame,
) -> tuple[list[ProductForecast], list[TotalForecast]]:
    if not len(panel.ids):
        return [], []
    found = forecasts(panel, facts, choice, methods, traits)
    until, over = found.until.rounded(), found.over.rounded()
    expected, fan = found.expected, found.fan.round(3)
    classes = _stock_classes(found.over, facts, before["stock_class"])
    rows = [
        ProductForecast(
            product_id=int(product_id),
            method=expected.method.iloc[i],
            standing=expected.standing.iloc[i],
            stock_class=classes[i],
            demand_class=expected.demand_class.iloc[i],
            daily={name: fan[i, :, j].tolist() for j, name in enumerate(FAN)},
            lead_days=int(until["days"].iloc[i]) - 1,
            lead_mean=until["mean"].iloc[i],
            lead_variance=until["variance"].iloc[i],
            protection_days=int(over["days"].iloc[i]),
            protection_mean=over["mean"].iloc[i],
            protection_variance=over["variance"].iloc[i],
            protection_q10=over["q10"].iloc[i],
            protection_q50=over["q50"].iloc[i],
            protection_q90=over["q90"].iloc[i],
        )
        for i, product_id in enumerate(panel.ids)
    ]
    totals = [
        TotalForecast(category_id=int(str(key)) or None, daily={"mean": days.round(3).tolist()})
        for key, days in zip(found.totals.index, found.totals.to_numpy(), strict=True)
    ]
    return rows, totals


def _stock_classes(over: DemandSums, facts: pd.DataFrame, before: "pd.Series[str]") -> list[str]:
    """Return the ABC/XYZ class of each product, kept where it is not clearly left."""
    price = facts["price"].fillna(0).to_numpy(dtype=np.float64)
    earlier = before.reindex(facts.index).fillna("").to_numpy(dtype=np.str_)
    turnover = over.mean / np.maximum(over.days, 1) * price
    found = steady_classes(turnover, over.mean, over.variance, earlier)
    return [str(name) for name in found]


def forecasts(
    panel: Panel, facts: pd.DataFrame, choice: Choice, methods: Methods, traits: Traits
) -> Forecasts:
    """Compute a night's figures; ``facts`` are `product_facts` in the panel's order."""
    expected = outlook(panel, HORIZON_DAYS, choice, methods=methods, traits=traits)
    again = partial(_again, choice=choice, methods=methods)
    hierarchy = hierarchy_of(panel.ids, ancestors_of(facts))
    agreed = coherent(panel, expected.mean, hierarchy, again)
    daily = agreed.forecast.products
    bands = quantiles(daily, daily * dispersion(panel)[:, None], LEVELS, whole=panel.is_whole)
    lead = facts["lead_days"].astype("int64")
    protection = lead + policies_of(facts["category_id"])["review_days"].astype("int64")
    spread = facts["lead_days_sd"].astype("float64") ** 2
    sums = partial(demand_sums, panel, expected=expected, daily=daily, lead_variance=spread)
    until, over = sums(lead + 1), sums(protection, is_learned=True)
    fan = np.concatenate([daily[:, :, None], bands], axis=2)
    totals = pd.DataFrame(agreed.forecast.totals, index=hierarchy.totals)
    return Forecasts(expected, fan, until, over, totals)


def _again(panel: Panel, horizon: int, *, choice: Choice, methods: Methods) -> np.ndarray:
    """Forecast a shorter past the same way; what had not sold by then is forecast zero."""
    known = panel.sold_before(panel.y.shape[1])
    mean = np.zeros((len(panel.ids), horizon))
    mean[known] = outlook(panel.take(np.flatnonzero(known)), horizon, choice, methods=methods).mean
    return mean


def _standings(rows: list[ProductForecast]) -> dict[str, int]:
    counted = pd.Series([str(row.standing) for row in rows]).value_counts()
    return {name: int(counted.get(name, 0)) for name in ("new", "dead")}


def _forget_old_versions() -> None:
    newest = DemandForecast.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_VERSIONS]
    DemandForecast.objects.exclude(pk__in=list(newest)).delete()
