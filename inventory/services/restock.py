"""Suggest what to order, product by product, from forecast, stock, lead time and policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from catalog.selectors import product_facts
from inventory.algorithms.classes import classes_of
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.eoq import PriceBreaks
from inventory.algorithms.order_methods import OrderCase, levels_by_method
from inventory.algorithms.restock import (
    Demand,
    Terms,
    days_until_empty,
    lost_by_waiting,
    margins_saved,
    plan_orders,
    weighed_service_level,
)
from inventory.levels import awaited, outstanding_lines
from inventory.models import DemandForecast, RestockPolicy, RestockSuggestion
from inventory.selectors import (
    class_levels,
    daily_means,
    default_policy,
    forecast_rows,
    forecast_scores,
    learned_levels,
    own_levels,
    policies_of,
    stock_on_hand,
)
from inventory.services.breaks import offers_of, paid, price_steps, room, sells_in_time
from inventory.services.budgets import money_left
from inventory.services.joint import limits_of, within_limits
from inventory.wording import LONG_COVER_DAYS, Wording
from jobs.models import Job
from jobs.services import finishing, report_progress
from sales.selectors import daily_quantities
from suggestions.models import Suggestion
from suggestions.services import publish

CENT = Decimal("0.01")
LONGEST_RUN_OUT_DAYS = 730
ERRATIC = 1.0
DORMANT_DAYS, HISTORY_DAYS = 90, 730
Risk = Suggestion.Risk
Row = Mapping[str, Any]


class NoForecastError(Exception):
    """There is no forecast as of this day or earlier; orders cannot be suggested."""


@dataclass(frozen=True)
class Basis:
    """What all suggestions of a job rest on."""

    job: Job
    forecast: DemandForecast
    scores: dict[str, dict[str, float]]


def suggest_restock(*, job: Job) -> int:
    """Publish the orders worth suggesting as of the job's day; return how many.

    Raises NoForecastError where demand was never forecast.
    """
    forecast = DemandForecast.objects.live(as_of=job.as_of)
    if forecast is None:
        raise NoForecastError(_("Forecast demand first: there is no forecast to order by."))
    needs = restock_needs(forecast=forecast, as_of=job.as_of)
    report_progress(job, 0.6, "Choosing the orders worth suggesting")
    worth, left_out = _worth_suggesting(needs, job.as_of)
    basis = Basis(job, forecast, forecast_scores(forecast))
    pairs = [_suggestion(row, basis) for row in _records(worth)]
    result = {"suggestions": len(pairs), "left_out": left_out, "products": len(needs)}
    with finishing(job, result):
        publish(
            job=job,
            kind="restock",
            suggestions=[suggestion for suggestion, _detail in pairs],
            details=[detail for _suggestion_row, detail in pairs],
        )
    return len(pairs)


def restock_needs(*, forecast: DemandForecast, as_of: date) -> pd.DataFrame:
    """Return a row per forecast product: facts, policy, stock position and the planned order."""
    lines = outstanding_lines(before=as_of)
    facts = product_facts(as_of=as_of, awaited=awaited(before=as_of, lines=lines))
    table = forecast_rows(forecast).merge(facts, on="product_id")
    table = table.drop(columns="lead_days").assign(lead_days=table["lead_days"])
    table = table.sort_values("product_id", ignore_index=True)
    if table.empty:
        return table.assign(quantity=0, margin_saved=0.0)
    daily = daily_means(table)
    table = table.join(policies_of(table["category_id"])).drop(columns="daily")
    table = _with_stock(table, daily, lines.groupby("product_id")["units"].sum(), as_of)
    demand = demand_of(table)
    position = (table["on_hand"] + table["on_order"]).to_numpy(dtype=np.float64)
    table = table.drop(columns="service_level").join(chosen_levels(table, as_of))
    table = table.assign(price_breaks=price_steps(table))
    levels = levels_by_method(
        table["method"].to_numpy(dtype=np.str_), _order_case(table, demand, daily, position)
    )
    terms, pair = _terms(table), (levels.reorder_point, levels.order_up_to)
    table = table.join(plan_orders(position, demand, terms, pair))
    margin = np.maximum(terms.price - terms.unit_cost, 0.0)
    table = table.assign(waiting_cost=lost_by_waiting(position, demand) * margin)
    expected = table["protection_mean"].clip(lower=1e-9)
    is_empty = (position <= 0) & ~table["on_hand_is_assumed"]
    return table.assign(
        sells_in_time=terms.sells_in_time,
        room=terms.room,
        days_left=days_until_empty(position, daily),
        days_covered=table["quantity"] * table["protection_days"] / expected,
        is_dormant=_is_dormant(table["product_id"], as_of) & ~is_empty,
    )


def demand_of(table: pd.DataFrame) -> Demand:
    """Return the demand of a table's rows until a delivery and over the days an order must last."""
    return Demand(
        DemandSum(table["lead_mean"].to_numpy(), table["lead_variance"].to_numpy()),
        DemandSum(table["protection_mean"].to_numpy(), table["protection_variance"].to_numpy()),
    )


def _order_case(
    table: pd.DataFrame, demand: Demand, daily: np.ndarray, position: np.ndarray
) -> OrderCase:
    names = ("lead_days", "review_days", "service_level", "cost", "price", "holding_share")
    lead, review, level, cost, price, share = (
        table[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    return OrderCase(
        demand=demand,
        daily=daily,
        position=position,
        lead_days=lead,
        review_days=review,
        level=level,
        unit_cost=cost,
        price=price,
        holding_share=share,
        order_cost=table["order_cost"].to_numpy(dtype=np.float64),
        supplier=table["supplier_id"].to_numpy(dtype=np.int64),
        breaks=table["price_breaks"].tolist(),
    )


def _is_dormant(product_ids: "pd.Series[int]", as_of: date) -> "pd.Series[bool]":
    """Return which products sold once but not lately; old bulk sales still echo in forecasts."""
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    last_sold = sold[sold["units"] > 0].groupby("product_id")["day"].max()
    long_ago = pd.Timestamp(as_of) - pd.Timedelta(days=DORMANT_DAYS)
    return product_ids.isin(last_sold.index[last_sold < long_ago])


def _with_stock(
    table: pd.DataFrame, daily: np.ndarray, on_order: "pd.Series[int]", as_of: date
) -> pd.DataFrame:
    ids = table["product_id"]
    counted = ids.map(stock_on_hand(as_of=as_of)).astype("float64")
    assumed = np.rint(table["stock_days_assumed"].astype("float64") * daily.mean(axis=1))
    return table.assign(
        on_hand=counted.fillna(assumed).astype("int64"),
        on_hand_is_assumed=counted.isna(),
        on_order=ids.map(on_order).fillna(0).astype("int64"),
    )


def service_levels(table: pd.DataFrame) -> np.ndarray:
    """Return each product's chance of lasting: the policy's, else margin against holding cost.

    ``table`` has price, cost, holding_share, review_days and service_level (NaN: weigh it).
    """
    weighed = weighed_service_level(
        (table["price"] - table["cost"]).to_numpy(dtype=np.float64),
        table["cost"].to_numpy(dtype=np.float64),
        table["holding_share"].to_numpy(),
        table["review_days"].to_numpy(),
    )
    return table["service_level"].fillna(pd.Series(weighed, index=table.index)).to_numpy()


def chosen_levels(table: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return each product's chance of lasting: its own rule's, its class's, or the policy's.

    Columns ``service_level``, and ``learned_class``: the class whose level was learned from the
    shop's past ("": it was not).
    """
    stated = service_levels(table)
    classes = _classes(table)
    learned = learned_levels(as_of=as_of)
    by_class = (table["level_by"] == RestockPolicy.LevelBy.CLASS).to_numpy()
    by_past = (table["level_by"] == RestockPolicy.LevelBy.LEARNED).to_numpy()
    known = class_levels() if by_class.any() else {}
    levels = np.where(by_class, [known.get(name, np.nan) for name in classes], stated)
    by_past = by_past & np.array([name in learned for name in classes], dtype=np.bool_)
    levels = np.where(by_past, [learned.get(name, np.nan) for name in classes], levels)
    own = table["product_id"].map(own_levels(as_of=as_of)).to_numpy(dtype=np.float64)
    is_own = ~np.isnan(own)
    named = np.where(by_past & ~is_own, classes, "")
    chosen = np.where(is_own, own, levels)
    return pd.DataFrame({"service_level": chosen, "learned_class": named}, index=table.index)


def _classes(table: pd.DataFrame) -> list[str]:
    mean, variance, days = (
        table[name].to_numpy(dtype=np.float64)
        for name in ("protection_mean", "protection_variance", "protection_days")
    )
    turnover = mean / days * table["price"].fillna(0).to_numpy(dtype=np.float64)
    return [str(name) for name in classes_of(turnover, mean, variance)]


def _terms(table: pd.DataFrame) -> Terms:
    names = ("cost", "price", "service_level", "minimum_quantity", "pack_size")
    cost, price, level, minimum, pack = (
        table[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    counted = ~table["on_hand_is_assumed"].to_numpy(dtype=np.bool_)
    return Terms(
        cost,
        price,
        level,
        minimum,
        pack,
        is_counted=counted,
        offers=offers_of(table),
        sells_in_time=sells_in_time(table),
        room=room(table),
    )


def _records(table: pd.DataFrame) -> list[Row]:
    return cast("list[Row]", table.to_dict("records"))


def _worth_suggesting(needs: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, int]:
    """Return the orders of the greatest effect, and how many more were left out.

    What nobody bought lately is left out, unless the shelf was found empty: it may sell again.
    """
    wanted = needs[needs["quantity"] > 0]
    if wanted.empty:
        return wanted, 0
    least = wanted["least_effect"].clip(lower=0.01)
    worth = wanted[(wanted["margin_saved"].round(2) >= least) & ~wanted["is_dormant"]]
    worth = worth.sort_values(["margin_saved", "product_id"], ascending=[False, True])
    policy = default_policy()
    worth = worth.head(policy.most_suggestions)
    worth = _affordable(worth, policy, as_of)
    return paid(worth), len(wanted) - len(worth)


def _affordable(worth: pd.DataFrame, policy: RestockPolicy, as_of: date) -> pd.DataFrame:
    """Return the orders within budgets and room, with what they save as they are now."""
    if worth.empty:
        return worth.assign(full_quantity=np.nan)
    demand = demand_of(worth)
    left = money_left(as_of=as_of)
    cut = within_limits(worth, demand, limits_of(policy, left.together), left.by_supplier)
    if cut["full_quantity"].isna().all():
        return cut
    position = (cut["on_hand"] + cut["on_order"]).to_numpy(dtype=np.float64)
    saved = margins_saved(position, cut["quantity"].to_numpy(np.float64), demand, _terms(cut))
    cut = cut.assign(**saved)
    days = cut["quantity"] * cut["protection_days"] / cut["protection_mean"].clip(lower=1e-9)
    return cut.assign(days_covered=days)[cut["quantity"] > 0]


def _suggestion(row: Row, basis: Basis) -> tuple[Suggestion, RestockSuggestion]:
    detail = _detail(row, basis.job.as_of)
    effect, low, high = (
        Decimal(row[name]).quantize(CENT)
        for name in ("margin_saved", "margin_saved_low", "margin_saved_high")
    )
    words = Wording(detail=detail, as_of=basis.job.as_of, effect=effect)
    return Suggestion(
        subject_key=f"product:{detail.product_id}",
        subject=row["title"],
        subject_zh=row["title_zh"],
        as_of=basis.job.as_of,
        expires_on=basis.job.as_of + timedelta(days=int(row["review_days"])),
        unit="pcs",
        current_value=detail.on_order,
        suggested_value=detail.quantity,
        effect=effect,
        effect_low=low,
        effect_high=high,
        effect_days=detail.protection_days,
        risk=_risk(row),
        reason=words.reason(),
        guardrails=words.guardrails(row["order_up_to"] - row["on_hand"] - row["on_order"]),
        assumptions=words.assumptions(),
        evidence=_evidence(row, basis),
    ), detail


def _detail(row: Row, as_of: date) -> RestockSuggestion:
    same = {
        name: row[name]
        for name in (
            "product_id",
            "on_hand",
            "on_hand_is_assumed",
            "on_order",
            "lead_days",
            "lead_is_assumed",
            "protection_days",
            "service_level",
            "learned_class",
            "reorder_point",
            "order_up_to",
            "quantity",
            "pack_size",
            "minimum_quantity",
            "cost_is_assumed",
            "stockout_risk",
            "method",
        )
    }
    days_left = int(row["days_left"])
    run_out_on = (
        as_of + timedelta(days=days_left) if 0 <= days_left <= LONGEST_RUN_OUT_DAYS else None
    )
    latest = (run_out_on or as_of) - timedelta(days=int(row["lead_days"]))
    return RestockSuggestion(
        **same,
        supplier_id=row["supplier_id"] if row["supplier_id"] >= 0 else None,
        demand_mean=row["protection_mean"],
        demand_q10=row["protection_q10"],
        demand_q90=row["protection_q90"],
        unit_cost=_unit_cost(row["unit_cost"]),
        cost_steps=_cost_steps(row["price_breaks"]),
        plain_quantity=int(row["plain_quantity"]) if row["break_saving"] > 0 else None,
        break_saving=Decimal(row["break_saving"]).quantize(CENT),
        break_holding=Decimal(row["break_holding"]).quantize(CENT),
        shelf_life_days=_whole(row["shelf_life_days"]),
        sells_in_time=_whole(row["sells_in_time"]),
        room=_whole(row["room"]),
        run_out_on=run_out_on,
        order_by=max(as_of, latest),
        lost_margin_avoided=Decimal(row["margin_saved"]).quantize(CENT),
        waiting_cost=Decimal(row["waiting_cost"]).quantize(CENT),
        full_quantity=_whole(row["full_quantity"]),
    )


def _whole(units: float) -> int | None:
    return int(units) if np.isfinite(units) else None


def _unit_cost(cost: float) -> Decimal:
    return Decimal(cost).quantize(Decimal("0.0001"))


def _cost_steps(breaks: PriceBreaks | None) -> list[tuple[int, str]]:
    if breaks is None:
        return []
    return [
        (int(at), str(_unit_cost(price))) for at, price in zip(breaks.at, breaks.price, strict=True)
    ]


def _risk(row: Row) -> int:
    """Low on counted stock, steady demand and an order that soon sells; one up for each not."""
    spread = row["protection_variance"] ** 0.5 / max(row["protection_mean"], 1e-9)
    doubts = int(row["on_hand_is_assumed"]) + int(spread > ERRATIC)
    return int(min(Risk.HIGH, Risk.LOW + doubts + int(row["days_covered"] > LONG_COVER_DAYS)))


def _evidence(row: Row, basis: Basis) -> dict[str, object]:
    return {
        "forecast": {
            "version": basis.forecast.pk,
            "as_of": basis.forecast.as_of,
            "method": basis.forecast.method,
            "protection_mean": round(row["protection_mean"], 2),
            "protection_sd": round(row["protection_variance"] ** 0.5, 2),
        },
        "compared_in_job": basis.forecast.job_id,
        "scores": basis.scores,
        "price": round(row["price"], 4),
        "holding_share": row["holding_share"],
    }
