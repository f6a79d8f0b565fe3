"""Suggest what to move, what to hold less of, what to sell off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import numpy as np
import pandas as pd
from django.db import models
from django.utils.translation import gettext as _

from catalog.columns import shop_midnight
from catalog.models import Location
from inventory.adjusting import balances, clearable, paced, tightenable
from inventory.expiring import expiring
from inventory.models import (
    BalanceSuggestion,
    ClearanceSuggestion,
    DemandForecast,
    TightenSuggestion,
)
from inventory.places import location_shares
from inventory.selectors import default_policy, products_on_the_move, receipts
from inventory.services.needs import restock_needs
from inventory.services.restock import NoForecastError
from inventory.services.suggested import as_cost
from inventory.wording_adjust import balance_words, clearance_words, tighten_words
from jobs.models import Job
from jobs.services import finishing, report_progress
from sales.stock import stock_levels
from suggestions.amounts import as_money
from suggestions.models import Suggestion
from suggestions.services import publish

LASTS_DAYS, CLEAR_DAYS = 28, 60
Row = Mapping[str, Any]
Pair = tuple[Suggestion, models.Model]


@dataclass(frozen=True)
class Head:
    """What the inbox shows of an adjustment."""

    current: Decimal | None
    suggested: int
    effect: float
    days: int
    risk: int


def suggest_adjustments(*, job: Job) -> int:
    """Publish what to balance, tighten and clear as of the job's day; return how many.

    Raises NoForecastError where demand was never forecast.
    """
    forecast = DemandForecast.objects.live(as_of=job.as_of)
    if forecast is None:
        raise NoForecastError(_("Forecast demand first: there is no forecast to adjust by."))
    needs = restock_needs(forecast=forecast, as_of=job.as_of)
    needs = needs.assign(forecast_id=forecast.pk, forecast_as_of=forecast.as_of.isoformat())
    report_progress(job, 0.6, "Weighing what lies where")
    made = _made(needs, job)
    with finishing(job, {kind: len(pairs) for kind, pairs in made.items()}):
        for kind, pairs in made.items():
            publish(
                job=job,
                kind=kind,
                suggestions=[one for one, _detail in pairs],
                details=[detail for _one, detail in pairs],
            )
    return sum(len(pairs) for pairs in made.values())


def _made(needs: pd.DataFrame, job: Job) -> dict[str, list[Pair]]:
    """Suggestions by kind; a shop that sold nothing yet has nothing to adjust."""
    if needs.empty:
        return {"balance": [], "tighten": [], "clearance": []}
    return {
        "balance": _pairs(_balance_rows(needs, job.as_of), job, _balance),
        "tighten": _pairs(tightenable(needs), job, _tighten),
        "clearance": _pairs(clearable(_with_expiry(needs, job.as_of)), job, _clearance),
    }


def _with_expiry(needs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    return needs.join(expiring(paced(needs), came=receipts(before=as_of), as_of=as_of))


def _balance_rows(needs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    moving = products_on_the_move()
    stock = stock_levels(before=shop_midnight(as_of))
    stock = stock.assign(on_hand=stock["available"].clip(lower=0))
    stock = stock[~stock["product_id"].isin(moving)]
    found = balances(needs, stock, location_shares(as_of=as_of), default_policy().balancing)
    places = {place.pk: str(place) for place in Location.objects.all()}
    return found.assign(
        source_name=found["source_id"].map(places), target_name=found["target_id"].map(places)
    )


def _pairs(table: pd.DataFrame, job: Job, make: Callable[[Row, Job], Pair]) -> list[Pair]:
    most = default_policy().most_suggestions
    best = table.sort_values(["effect", "product_id"], ascending=[False, True]).head(most)
    return [make(row, job) for row in cast("list[Row]", best.to_dict("records"))]


def _suggestion(row: Row, job: Job, head: Head, words: dict[str, Any]) -> Suggestion:
    effect = _money(head.effect)
    return Suggestion(
        subject_key=f"product:{int(row['product_id'])}",
        subject=row["title"],
        subject_zh=row["title_zh"],
        as_of=job.as_of,
        expires_on=job.as_of + timedelta(days=LASTS_DAYS),
        unit="pcs",
        current_value=head.current,
        suggested_value=head.suggested,
        effect=effect,
        effect_low=_money(min(row["effect_low"], head.effect)),
        effect_high=_money(max(row["effect_high"], head.effect)),
        effect_days=head.days,
        risk=head.risk,
        evidence={
            "forecast": {"version": int(row["forecast_id"]), "as_of": row["forecast_as_of"]},
            "protection_mean": round(row["protection_mean"], 2),
            "protection_sd": round(row["protection_variance"] ** 0.5, 2),
            "holding_share": row["holding_share"],
        },
        **words,
    )


def _balance(row: Row, job: Job) -> Pair:
    days, low = int(row["lead_days"]) + 1, int(Suggestion.Risk.LOW)
    head = Head(None, int(row["quantity"]), row["effect"], days, low)
    detail = BalanceSuggestion(
        product_id=int(row["product_id"]),
        source_id=int(row["source_id"]),
        target_id=int(row["target_id"]),
        balancing=row["balancing"],
        source_units=int(row["source_units"]),
        target_units=int(row["target_units"]),
        quantity=int(row["quantity"]),
        source_cover_days=row["source_cover_days"],
        target_cover_days=row["target_cover_days"],
        unit_cost=_cost(row),
    )
    words = balance_words(detail, row["source_name"], row["target_name"], head.effect)
    return _suggestion(row, job, head, words), detail


def _tighten(row: Row, job: Job) -> Pair:
    head = Head(
        Decimal(int(row["up_to_now"])), int(row["up_to_then"]), row["effect"], 365,
        Suggestion.Risk.MEDIUM,
    )  # fmt: skip
    names = ("on_hand", "on_order", "up_to_now", "up_to_then")
    detail = TightenSuggestion(
        product_id=int(row["product_id"]),
        **{name: int(row[name]) for name in names},
        **{name: float(row[name]) for name in ("level_now", "level_then")},
        **{name: float(row[name]) for name in ("cover_now_days", "cover_then_days")},
        **{name: _money(row[name]) for name in ("money_freed", "holding_saved", "risk_taken")},
        unit_cost=_cost(row),
    )
    return _suggestion(row, job, head, tighten_words(detail)), detail


def _clearance(row: Row, job: Job) -> Pair:
    life = row["shelf_life_days"]
    head = Head(
        Decimal(int(row["on_hand"])), int(row["surplus"]), row["effect"],
        int(min(row["idle_days"], 730)), Suggestion.Risk.MEDIUM,
    )  # fmt: skip
    detail = ClearanceSuggestion(
        product_id=int(row["product_id"]),
        on_hand=int(row["on_hand"]),
        daily_demand=float(row["pace"]),
        keep_days=int(row["keep_days"]),
        surplus=int(row["surplus"]),
        money_tied=_money(row["money_tied"]),
        holding_saved=_money(row["holding_saved"]),
        shelf_life_days=None if np.isnan(life) else int(life),
        expiring=int(row["expiring"]),
        expiring_cost=_money(row["expiring_cost"]),
        clear_by=job.as_of + timedelta(days=int(np.fmin(CLEAR_DAYS, row["spoils_in"]))),
        unit_cost=_cost(row),
    )
    return _suggestion(
        row, job, head, clearance_words(detail, cost_is_assumed=bool(row["cost_is_assumed"]))
    ), detail


def _money(value: float) -> Decimal:
    return as_money(float(np.round(value, 6)))


def _cost(row: Row) -> Decimal:
    return as_cost(row["cost"])
