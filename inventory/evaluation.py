"""How the stock did: turnover, cover, fill, margin on stock, ageing; and what is at risk, in money.

Stock of past days is what the ledger says: counts, and what moved and was sold since. Products
never counted are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import Count, F, Model, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan

from catalog.selectors import product_facts
from inventory.expiring import expiring
from inventory.models import (
    BalanceSuggestion,
    ClearanceSuggestion,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockSuggestion,
    TightenSuggestion,
)
from inventory.selectors import receipts, stock_on_hand
from sales.selectors import daily_quantities
from sales.stock import stock_by_day
from suggestions.models import Suggestion

PERIOD_DAYS, HISTORY_DAYS, TREND_DAYS = 91, 365, 60
AGES = (30, 90, 180)
DEAD_DAYS = 90
YEAR = 365.0
NOTHING = 1e-9
UNDER_WAY = (PurchaseOrder.State.SENT, PurchaseOrder.State.PARTLY)
LASTING = F("money_tied") - F("expiring_cost")


@dataclass(frozen=True)
class Evaluation:
    """The figures of the shop, and a row per product: see `evaluate`."""

    shop: dict[str, float]
    products: pd.DataFrame
    ageing: dict[str, float]
    weeks: pd.DataFrame


def evaluate(*, as_of: date, days: int = PERIOD_DAYS) -> Evaluation | None:
    """Return how stock did in the ``days`` before a day; None where none was ever counted.

    ``shop`` has ``turns`` (a year), ``cover_days``, ``sell_through``, ``fill_rate``, ``gmroi`` (a
    year), ``stock_value``, ``dead_value``, ``expiring_value`` (at cost, of what will spoil before
    it sells), ``stockout_share``; ``products`` the same by product with ``product_id``, ``title``,
    ``title_zh``, ``sku``, ``on_hand``, ``expiring`` (units); ``weeks`` has ``week`` and
    ``value`` in money at cost.
    """
    now = stock_on_hand(as_of=as_of)
    if now.empty:
        return None
    facts = product_facts(as_of=as_of).set_index("product_id")
    ids = now.index.intersection(facts.index)
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    grid = _Grid(ids, as_of, days)
    moved = grid.of(sold, sold["units"])
    back = grid.of(sold, sold["returned"])
    came = receipts(before=as_of)
    arrived = grid.of(came, came["units"])
    stock = _mornings(grid, now.reindex(ids).to_numpy(), moved - back - arrived)
    table = _products(facts.loc[ids], now.reindex(ids).to_numpy(), moved, stock)
    table["idle_days"] = _idle_days(ids, sold, as_of)
    table = table.join(expiring(table.assign(product_id=table.index), came=came, as_of=as_of))
    value = stock * table["cost"].to_numpy()[:, None]
    weeks = pd.DataFrame({"week": grid.days[::7], "value": value.sum(axis=0)[::7]})
    return Evaluation(_shop(table, days), _ratios(table, days), _ageing(table), weeks)


class _Grid:
    """Products × days before ``as_of``."""

    def __init__(self, ids: "pd.Index[int]", as_of: date, days: int) -> None:
        self.ids = ids
        self.days = pd.date_range(as_of - timedelta(days=days), periods=days)

    def of(self, rows: pd.DataFrame, units: "pd.Series[int]") -> "np.ndarray":
        out = np.zeros((len(self.ids), len(self.days)))
        row = self.ids.get_indexer(pd.Index(rows["product_id"]))
        column = (pd.to_datetime(rows["day"]) - self.days[0]).dt.days.to_numpy()
        kept = (row >= 0) & (column >= 0) & (column < len(self.days))
        np.add.at(out, (row[kept], column[kept]), units.to_numpy(dtype=np.float64)[kept])
        return out


def _mornings(grid: _Grid, now: "np.ndarray", left: "np.ndarray") -> "np.ndarray":
    """Return the stock each day began with (products × days), never below zero.

    As the ledger has it; before a product's first count it is walked back from there: what left
    since is put back.
    """
    days = len(grid.days)
    since, until = grid.days[0].date(), (grid.days[-1] + pd.Timedelta(days=1)).date()
    table = stock_by_day(since=since, until=until)
    known = np.full((len(grid.ids), days + 1), np.nan)
    row = grid.ids.get_indexer(pd.Index(table["product_id"]))
    column = (table["day"] - grid.days[0]).dt.days.to_numpy()
    known[row[row >= 0], column[row >= 0]] = table["on_hand"].to_numpy(np.float64)[row >= 0]
    known[:, days] = now
    gone = np.pad(np.cumsum(left, axis=1), ((0, 0), (1, 0)))
    first = np.argmax(~np.isnan(known), axis=1)[:, None]
    start = np.take_along_axis(known + gone, first, axis=1)
    walked = np.where(np.isnan(known), start - gone, known)
    return np.asarray(np.maximum(walked, 0.0)[:, :days])


def _products(
    facts: pd.DataFrame, on_hand: "np.ndarray", sold: "np.ndarray", stock: "np.ndarray"
) -> pd.DataFrame:
    out = stock <= 0
    served = np.maximum((~out).sum(axis=1), 1)
    pace = np.where(out, 0, sold).sum(axis=1) / served
    return facts[["sku", "title", "title_zh", "supplier_id", "shelf_life_days"]].assign(
        cost=facts["cost"].fillna(0.0),
        margin=(facts["price"].fillna(0.0) - facts["cost"].fillna(0.0)),
        on_hand=on_hand,
        sold=sold.sum(axis=1),
        pace=pace,
        missed=pace * out.sum(axis=1),
        average=stock.mean(axis=1),
        stockout_share=out.mean(axis=1),
    )


def _idle_days(ids: "pd.Index[int]", sold: pd.DataFrame, as_of: date) -> "np.ndarray":
    last = sold[sold["units"] > 0].groupby("product_id")["day"].max().reindex(ids)
    days = (pd.Timestamp(as_of) - last).dt.days
    return np.asarray(days.fillna(HISTORY_DAYS), dtype=np.float64)


def _shop(table: pd.DataFrame, days: int) -> dict[str, float]:
    cost, margin = table["cost"], table["margin"]
    used = float((table["sold"] * cost).sum())
    held = max(float((table["average"] * cost).sum()), NOTHING)
    value = float((table["on_hand"] * cost).sum())
    sold, wanted = float(table["sold"].sum()), float((table["sold"] + table["missed"]).sum())
    dead = table["idle_days"] >= DEAD_DAYS
    return {
        "turns": used / held * YEAR / days,
        "cover_days": value / max(used / days, NOTHING) if used else float("nan"),
        "sell_through": sold / max(sold + float(table["on_hand"].sum()), NOTHING),
        "fill_rate": sold / wanted if wanted else 1.0,
        "gmroi": float((table["sold"] * margin).sum()) / held * YEAR / days,
        "stock_value": value,
        "dead_value": float((table["on_hand"] * cost)[dead].sum()),
        "expiring_value": float((table["expiring"] * cost).sum()),
        "stockout_share": float(table["stockout_share"].mean()) if len(table) else 0.0,
    }


def _ratios(table: pd.DataFrame, days: int) -> pd.DataFrame:
    held = (table["average"] * table["cost"]).clip(lower=NOTHING)
    return table.assign(
        value=table["on_hand"] * table["cost"],
        expiring_value=table["expiring"] * table["cost"],
        turns=table["sold"] * table["cost"] / held * YEAR / days,
        cover_days=table["on_hand"] / (table["sold"] / days).clip(lower=NOTHING),
        gmroi=table["sold"] * table["margin"] / held * YEAR / days,
        fill_rate=table["sold"] / (table["sold"] + table["missed"]).clip(lower=NOTHING),
    ).sort_values("value", ascending=False)


def _ageing(table: pd.DataFrame) -> dict[str, float]:
    """Return the value of stock by days since the product last sold."""
    value = table["on_hand"] * table["cost"]
    place = np.searchsorted(AGES, table["idle_days"].to_numpy(), side="right")
    names = [f"0–{AGES[0]}", f"{AGES[0] + 1}–{AGES[1]}", f"{AGES[1] + 1}–{AGES[2]}", f"> {AGES[2]}"]
    return {name: float(value[place == i].sum()) for i, name in enumerate(names)}


@dataclass(frozen=True)
class Risk:
    """One kind of risk: how many products or orders, what it is worth, and its trend by day."""

    name: str
    count: int
    money: Decimal
    trend: list[tuple[date, Decimal]]
    kind: str = ""


def risks(*, today: date) -> list[Risk]:
    """Return what is at risk, the dearest first, each with its nightly trend."""
    clearance: dict[str, Combinable] = {"overstock": LASTING, "expiry": F("expiring_cost")}
    found = [
        *_risks(RestockSuggestion, "restock", {"stockout": F("lost_margin_avoided")}, today),
        *_risks(ClearanceSuggestion, "clearance", clearance, today),
        *_risks(TightenSuggestion, "tighten", {"excess_cover": F("money_freed")}, today),
        *_risks(BalanceSuggestion, "balance", {"misplaced": F("suggestion__effect")}, today),
        _late(today),
    ]
    return sorted(found, key=lambda risk: -risk.money)


def _risks(
    model: type[Model], kind: str, worths: Mapping[str, Combinable], today: date
) -> list[Risk]:
    """Sum figures of a kind's details: open now, and by the day they were computed for.

    What comes to nothing does not count.
    """
    is_open, since = Q(suggestion__state=Suggestion.State.OPEN), today - timedelta(days=TREND_DAYS)
    rows = model._default_manager.filter(is_open | Q(suggestion__as_of__gte=since))  # noqa: SLF001
    sums = {name: Sum(worth) for name, worth in worths.items()}
    counts = {
        f"{name}_count": Count("pk", filter=GreaterThan(worth, Decimal()))
        for name, worth in worths.items()
    }
    group = ("suggestion__as_of", "suggestion__job_id", "suggestion__state")
    nights = list(rows.order_by(*group).values(*group).annotate(**sums, **counts))
    return [_risk(name, kind, nights, since) for name in worths]


def _risk(name: str, kind: str, nights: Sequence[Mapping[str, Any]], since: date) -> Risk:
    by_job: dict[tuple[date, int], Decimal] = {}
    for row in nights:
        key = row["suggestion__as_of"], row["suggestion__job_id"]
        by_job[key] = by_job.get(key, Decimal()) + row[name]
    trend = {day: money for (day, _job), money in by_job.items() if day >= since}
    still = [row for row in nights if row["suggestion__state"] == Suggestion.State.OPEN]
    count = sum(row[f"{name}_count"] for row in still)
    return Risk(name, count, sum((row[name] for row in still), Decimal()), [*trend.items()], kind)


def _late(today: date) -> Risk:
    """Return orders past the day they were expected on, by what of them is still to come."""
    lines = PurchaseOrderLine.objects.filter(
        order__state__in=UNDER_WAY, order__expected_on__lt=today
    ).prefetch_related("receipt_lines")
    missing = [line for line in lines if line.outstanding]
    orders = {line.order_id for line in missing}
    cost = sum((line.outstanding * line.unit_cost for line in missing), Decimal())
    return Risk("late_suppliers", len(orders), cost, [])
