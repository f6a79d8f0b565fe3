"""Replay restock policies over the shop's own past, beside each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from forecasting import Panel
from inventory.algorithms.replay import (
    WARM_UP_DAYS,
    Ledger,
    Money,
    Policy,
    ReplayCase,
    Result,
    Review,
    judged,
    oracle,
    replay,
)
from inventory.algorithms.replay_policies import (
    fixed_min_max,
    learned_policy,
    textbook_normal,
    weeks_of_cover,
)
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.selectors import stock_on_hand
from inventory.services.learning import Levels, replayed_levels
from inventory.services.past import NoPastError, money_of, past_case, past_products
from inventory.services.refusals import RefusedError

COVER_WEEKS = 4.0
OWN, ORACLE, HAPPENED = "restock rule", "oracle", "happened"


@dataclass(frozen=True)
class Replayed:
    """The first day replayed, how many products, and a result per policy's name."""

    since: date
    days: int
    products: int
    results: dict[str, Result]


def replay_stock(
    *,
    as_of: date,
    days: int = 364,
    service_level: float | None = None,
    lead_factor: float = 1.0,
    budget: float | None = None,
    on_review: Callable[[float], None] | None = None,
) -> Replayed:
    """Replay the ``days`` before ``as_of`` under several policies; writes nothing.

    Products sold in the quarter before take part, with prices, costs and lead times as known on
    the first day; bulk orders are brought down, as for the nightly forecast. Service levels are
    learned, where policies want that, from what came before the first day; ``service_level``
    replaces them all; ``lead_factor`` makes all deliveries slower or faster;
    ``budget`` is what all orders of a review may cost. What happened stands beside the policies
    where every product's stock is known. ``on_review`` hears the share done. Raises NoPastError,
    and RefusedError for a level, a factor or a budget that cannot be.
    """
    _refuse_what_cannot_be(service_level, lead_factor, budget)
    if days <= WARM_UP_DAYS:
        raise NoPastError(_("Replay more than %(days)s days.") % {"days": WARM_UP_DAYS})
    since = as_of - timedelta(days=days)
    panel, facts = past_products(since=since, as_of=as_of)
    own = replayed_levels(facts, since=since, service_level=service_level)
    case = past_case(panel, facts, days, lead_factor)
    money = money_of(facts)
    results = {ORACLE: judged(oracle(case), money)}
    happened = what_happened(case, money, since=since)
    if happened is not None:
        results[HAPPENED] = happened
    limit = None if budget is None else (budget, money.unit_cost)
    rivals = _policies(own, money)
    for done, (name, policy) in enumerate(rivals.items()):
        share = _heard(policy, on_review, days=days, part=(done, len(rivals)))
        results[name] = judged(replay(case, share, limit)[0], money)
    return Replayed(since, days, len(panel.ids), results)


def _refuse_what_cannot_be(
    service_level: float | None, lead_factor: float, budget: float | None
) -> None:
    if service_level is not None and not 0 < service_level < 1:
        raise RefusedError(_("A service level lies between 0 and 1."), "service_level")
    if not 0 < lead_factor < np.inf:
        raise RefusedError(
            _("Deliveries cannot take no time; give a factor above zero."), "lead_factor"
        )
    if budget is not None and not budget >= 0:
        raise RefusedError(_("A budget cannot be below zero."), "budget")


def _policies(own: Levels, money: Money) -> dict[str, Policy]:
    return {
        "fixed minimum": fixed_min_max([COVER_WEEKS]),
        "weeks of cover": weeks_of_cover([COVER_WEEKS]),
        "normal textbook": textbook_normal(own.stated[:, None]),
        OWN: learned_policy([own.of], money.price),
    }


def _heard(
    policy: Policy,
    on_review: Callable[[float], None] | None,
    *,
    days: int,
    part: tuple[int, int],
) -> Policy:
    """Return the policy, telling at each review how much of the whole is done."""

    def told(past: Panel, review: Review) -> tuple[np.ndarray, np.ndarray]:
        if on_review is not None:
            on_review((part[0] + review.elapsed / days) / part[1])
        return policy(past, review)

    return told


def what_happened(case: ReplayCase, money: Money, *, since: date) -> Result | None:
    """Return what the shop itself did, from counts, receipts and sales; None where none is known.

    Sales are what was sold, so what was lost for want of stock does not show: demand and sales
    are alike. Stock is that of the products counted before the first day.
    """
    weeks = [since + timedelta(days=day) for day in range(0, case.days, case.review_days)]
    known = [stock_on_hand(as_of=day) for day in weeks]
    rows = np.flatnonzero(np.asarray(case.panel.ids.isin(known[0].index)))
    if not len(rows):
        return None
    ids = case.panel.ids[rows]
    stock = np.stack([week.reindex(ids).fillna(0).to_numpy() for week in known], axis=1)
    daily = np.repeat(stock, case.review_days, axis=1)[:, : case.days].astype(np.int64)
    demand, ordered = case.demand[rows], _ordered(ids, weeks)
    ledger = Ledger(demand, demand, daily, np.zeros_like(daily), ordered)
    part = Money(money.unit_cost[rows], money.price[rows], money.holding_share)
    return judged(ledger, part)


def _ordered(ids: pd.Index, weeks: list[date]) -> np.ndarray:
    """Return the units ordered per product and review."""
    lines = PurchaseOrderLine.objects.filter(
        created_on__gte=weeks[0], product_id__in=[int(pk) for pk in ids]
    ).exclude(order__state=PurchaseOrder.State.CANCELLED)
    out = np.zeros((len(ids), len(weeks)), np.int64)
    row_of = {int(pk): row for row, pk in enumerate(ids)}
    span = (weeks[1] - weeks[0]).days if len(weeks) > 1 else 1
    for product_id, day, units in lines.values_list("product_id", "created_on", "quantity"):
        column = (day - weeks[0]).days // span
        if column < len(weeks):
            out[row_of[product_id], column] += units
    return out
