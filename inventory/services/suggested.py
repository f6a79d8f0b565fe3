"""A product's need as a suggestion for the inbox, with the numbers a buyer can follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from inventory.algorithms.eoq import PriceBreaks
from inventory.models import DemandForecast, RestockSuggestion
from inventory.wording import LONG_COVER_DAYS, Wording
from jobs.models import Job
from suggestions.amounts import as_money
from suggestions.models import Suggestion

MOST_COST = Decimal("99999999.9999")
LONGEST_RUN_OUT_DAYS = 730
ERRATIC = 1.0
Risk = Suggestion.Risk
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Basis:
    """What all suggestions of a job rest on."""

    job: Job
    forecast: DemandForecast
    scores: dict[str, dict[str, float]]


def order_suggestion(row: Row, basis: Basis) -> tuple[Suggestion, RestockSuggestion]:
    """Return a row of `restock_needs` as a suggestion and its detail; neither is saved."""
    detail = _detail(row, basis.job.as_of)
    effect, low, high = (
        as_money(row[name]) for name in ("margin_saved", "margin_saved_low", "margin_saved_high")
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
        unit_cost=as_cost(row["unit_cost"]),
        cost_steps=_cost_steps(row["price_breaks"]),
        plain_quantity=int(row["plain_quantity"]) if row["break_saving"] > 0 else None,
        break_saving=as_money(row["break_saving"]),
        break_holding=as_money(row["break_holding"]),
        shelf_life_days=_whole(row["shelf_life_days"]),
        sells_in_time=_whole(row["sells_in_time"]),
        room=_whole(row["room"]),
        run_out_on=run_out_on,
        order_by=max(as_of, latest),
        lost_margin_avoided=as_money(row["margin_saved"]),
        waiting_cost=as_money(row["waiting_cost"]),
        full_quantity=_whole(row["full_quantity"]),
    )


def _whole(units: float) -> int | None:
    return int(units) if np.isfinite(units) else None


def as_cost(cost: float) -> Decimal:
    """Return the cost of a unit to four places, no larger than its column."""
    return min(Decimal(cost).quantize(Decimal("0.0001")), MOST_COST)


def _cost_steps(breaks: PriceBreaks | None) -> list[tuple[int, str]]:
    if breaks is None:
        return []
    return [
        (int(at), str(as_cost(price))) for at, price in zip(breaks.at, breaks.price, strict=True)
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
