"""Replay a restock policy over past demand, day by day: receipts, review, demand; sales are lost.

Every policy meets the same demand and the same lead times, and at each review is given the past
alone. Demand is taken as observed in full.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting import Panel
from forecasting.compiled import compiled

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
DAYS_PER_YEAR = 365.0
WARM_UP_DAYS = 28
START_DAYS = 21
LEAD_SPREAD = (10, 12, 14, 14, 14, 17, 21)


@dataclass(frozen=True)
class ReplayCase:
    """What is replayed: the last ``days`` of ``panel`` (n products), reviewed every so many days.

    ``leads`` (n × reviews) is how many days an order placed at that review would take;
    ``lead_days`` and ``lead_variance`` (n) are what a policy may know of it; ``start_stock`` (n)
    is on the shelf on the first morning. What is ordered on a day comes the next morning at the
    earliest.
    """

    panel: Panel
    days: int
    leads: Whole
    lead_days: Array
    lead_variance: Array
    start_stock: Whole
    review_days: int = 7

    def __post_init__(self) -> None:
        if self.days > self.panel.y.shape[1]:
            raise ValueError("the replay is longer than the past")
        if (self.leads < 1).any() or self.review_days < 1:
            raise ValueError("lead times and the time between reviews must be at least a day")
        known = (self.lead_days, self.lead_variance, self.start_stock)
        if not all((np.asarray(one) >= 0).all() for one in known):
            raise ValueError("lead days, their variance and the first stock cannot be below zero")

    @property
    def first(self) -> int:
        """The number of days before the replay."""
        return int(self.panel.y.shape[1]) - self.days

    @property
    def demand(self) -> Whole:
        """Units wanted per product and day of the replay."""
        return np.rint(np.nan_to_num(self.panel.y[:, self.first :])).astype(np.int64)

    @property
    def reviews(self) -> Whole:
        """The days of the replay on which orders may be placed, counted from 0."""
        return np.arange(0, self.days, self.review_days)

    @property
    def protection_days(self) -> Array:
        """The days an order must last: lead time and the time to the next review (n)."""
        return self.lead_days + self.review_days


@dataclass(frozen=True)
class Review:
    """What a policy knows beside demand: days gone since the start, protection days and wobble."""

    elapsed: int
    protection_days: Array
    lead_variance: Array


Policy = Callable[[Panel, Review], tuple[Array, Array]]
"""Given the past, order when the position is below the first, up to the second (n × settings)."""


@dataclass(frozen=True)
class Ledger:
    """What happened per product and day; ``ordered`` per review. Units; ``stock`` at night."""

    demand: Whole
    sold: Whole
    stock: Whole
    received: Whole
    ordered: Whole


@dataclass(frozen=True)
class Money:
    """Per product: what a unit costs and sells for; the yearly share of cost that holding takes."""

    unit_cost: Array
    price: Array
    holding_share: float = 0.25
    line_cost: float = 1.0


@dataclass(frozen=True)
class Result:
    """How a policy did after the warm-up. ``fill`` by value; costs in money."""

    fill: float
    product_fill: float
    stockout_days: float
    cover_days: float
    turns: float
    lines: int
    holding: float
    shortage: float
    total: float

    @property
    def running(self) -> float:
        """Holding and shortage, without the cost of order lines."""
        return self.holding + self.shortage


def drawn_leads(
    generator: np.random.Generator, shape: tuple[int, int], spread: tuple[int, ...] = LEAD_SPREAD
) -> Whole:
    """Draw a lead time in days for every product and review."""
    return np.asarray(generator.choice(np.array(spread, dtype=np.int64), size=shape))


def starting_stock(panel: Panel, first: int) -> Whole:
    """Return three weeks of the last four weeks' mean demand before day ``first`` (n)."""
    recent = np.nan_to_num(panel.y[:, max(0, first - 28) : first])
    return np.asarray(np.ceil(recent.mean(axis=1) * START_DAYS), dtype=np.int64)


def replay(
    case: ReplayCase, policy: Policy, budget: tuple[float, Array] | None = None
) -> list[Ledger]:
    """Replay a policy; one ledger per setting it was given.

    ``budget`` is what all orders of one review may cost, and what a unit costs (n).
    """
    plans = [policy(case.panel.until(case.first + int(day)), _review(case, int(day)))
             for day in case.reviews]  # fmt: skip
    low = np.stack([plan[0] for plan in plans], axis=1)
    high = np.stack([plan[1] for plan in plans], axis=1)
    return [run(case, low[:, :, k], high[:, :, k], budget) for k in range(low.shape[2])]


def _review(case: ReplayCase, day: int) -> Review:
    return Review(day, case.protection_days, case.lead_variance)


def run(
    case: ReplayCase, low: Array, high: Array, budget: tuple[float, Array] | None = None
) -> Ledger:
    """Replay given levels: below ``low`` order up to ``high`` (both n × reviews, in units).

    Where orders of a review would cost more than the budget, those furthest below their level
    go first.
    """
    if budget is not None:
        return _within(case, np.ceil(low), np.ceil(high), budget)
    sold, stock, received, ordered = _run(
        case.demand,
        case.start_stock,
        case.leads,
        case.review_days,
        np.ceil(low).astype(np.int64),
        np.ceil(high).astype(np.int64),
    )
    return Ledger(case.demand, sold, stock, received, ordered)


@compiled
def _run(
    demand: Whole, start: Whole, leads: Whole, review_days: int, low: Whole, high: Whole
) -> tuple[Whole, Whole, Whole, Whole]:
    n, days = demand.shape
    sold, stock = np.zeros((n, days), np.int64), np.zeros((n, days), np.int64)
    received, ordered = np.zeros((n, days), np.int64), np.zeros(low.shape, np.int64)
    for i in range(n):
        shelf, coming = start[i], 0
        for t in range(days):
            shelf += received[i, t]
            coming -= received[i, t]
            if t % review_days == 0:
                k = t // review_days
                position = shelf + coming
                if position < low[i, k] and high[i, k] > position:
                    ordered[i, k] = high[i, k] - position
                    coming += ordered[i, k]
                    if t + leads[i, k] < days:
                        received[i, t + leads[i, k]] += ordered[i, k]
            sold[i, t] = min(shelf, demand[i, t])
            shelf -= sold[i, t]
            stock[i, t] = shelf
    return sold, stock, received, ordered


def _within(case: ReplayCase, low: Array, high: Array, budget: tuple[float, Array]) -> Ledger:
    """Replay levels under a budget, all products day by day."""
    limit, unit_cost = budget
    demand = case.demand
    n, days = demand.shape
    sold, stock = np.zeros((n, days), np.int64), np.zeros((n, days), np.int64)
    received, ordered = np.zeros((n, days), np.int64), np.zeros(low.shape, np.int64)
    shelf, coming = case.start_stock.astype(np.int64), np.zeros(n, np.int64)
    for t in range(days):
        shelf = shelf + received[:, t]
        coming = coming - received[:, t]
        if t % case.review_days == 0:
            k = t // case.review_days
            position = shelf + coming
            wanted = np.where(position < low[:, k], np.maximum(high[:, k] - position, 0), 0)
            ordered[:, k] = _afforded(wanted, position / np.maximum(low[:, k], 1), limit, unit_cost)
            coming = coming + ordered[:, k]
            due = t + case.leads[:, k]
            rows = np.flatnonzero(due < days)
            received[rows, due[rows]] += ordered[rows, k]
        sold[:, t] = np.minimum(shelf, demand[:, t])
        shelf = shelf - sold[:, t]
        stock[:, t] = shelf
    return Ledger(demand, sold, stock, received, ordered)


def _afforded(wanted: Array, urgency: Array, limit: float, unit_cost: Array) -> Whole:
    """Return the units bought: the most urgent first, each in full, while the money lasts."""
    order = np.argsort(urgency, kind="stable")
    before = np.cumsum(wanted[order] * unit_cost[order]) - wanted[order] * unit_cost[order]
    left = np.maximum(limit - before, 0.0)
    able = np.floor(left / np.maximum(unit_cost[order], 1e-9))
    out = np.zeros(len(wanted), np.int64)
    out[order] = np.minimum(wanted[order], able).astype(np.int64)
    return out


def oracle(case: ReplayCase) -> Ledger:
    """Replay what knowing all demand and lead times would do.

    Each order covers demand up to the earliest arrival of any later order, to the unit.
    """
    arrivals = np.minimum(case.reviews[None, :] + case.leads, case.days)
    later = np.minimum.accumulate(arrivals[:, ::-1], axis=1)[:, ::-1]
    until = np.concatenate([later[:, 1:], np.full((len(later), 1), case.days)], axis=1)
    total = np.concatenate([np.zeros((len(later), 1)), np.cumsum(case.demand, axis=1)], axis=1)
    wanted = np.take_along_axis(total, until, axis=1) - total[:, case.reviews]
    return run(case, wanted, wanted)


def judged(ledger: Ledger, money: Money, warm_up: int = WARM_UP_DAYS) -> Result:
    """Return the figures of a ledger; its first ``warm_up`` days do not count."""
    demand, sold, stock = (x[:, warm_up:] for x in (ledger.demand, ledger.sold, ledger.stock))
    review_days = -(-ledger.demand.shape[1] // ledger.ordered.shape[1])
    lines = int((ledger.ordered[:, -(-warm_up // review_days) :] > 0).sum())
    wanted, got = demand.sum(axis=1), sold.sum(axis=1)
    days, worth = demand.shape[1], float((stock.mean(axis=1) * money.unit_cost).sum())
    held, lost = costs_of(ledger, money, warm_up)
    cost_sold = float((got * money.unit_cost).sum())
    cost_wanted = float((wanted * money.unit_cost).sum())
    holding, shortage = float(held.sum()), float(lost.sum())
    moved = wanted > 0
    busy = demand > 0
    return Result(
        fill=_share(float((got * money.price).sum()), float((wanted * money.price).sum()), 1.0),
        product_fill=float((got[moved] / wanted[moved]).mean()) if moved.any() else 1.0,
        stockout_days=_share(float((busy & (sold < demand)).sum()), float(busy.sum()), 0.0),
        cover_days=_share(worth * days, cost_wanted, 0.0),
        turns=_share(cost_sold * DAYS_PER_YEAR / days, worth, 0.0),
        lines=lines,
        holding=holding,
        shortage=shortage,
        total=holding + shortage + lines * money.line_cost,
    )


def costs_of(ledger: Ledger, money: Money, warm_up: int = WARM_UP_DAYS) -> tuple[Array, Array]:
    """Return what holding cost and what margin was lost per product (n each), after the warm-up."""
    demand, sold, stock = (x[:, warm_up:] for x in (ledger.demand, ledger.sold, ledger.stock))
    years = demand.shape[1] / DAYS_PER_YEAR
    held = stock.mean(axis=1) * money.unit_cost * money.holding_share * years
    missed = (demand - sold).sum(axis=1)
    return np.asarray(held), np.asarray(missed * (money.price - money.unit_cost))


def _share(part: float, whole: float, otherwise: float) -> float:
    return part / whole if whole else otherwise


def cover_at_fill(results: list[Result], fill: float) -> float:
    """Return the days of cover a policy needs for a fill rate, read off its exchange curve.

    Interpolated between settings; NaN where none of them reaches it on both sides.
    """
    curve = sorted((result.fill, result.cover_days) for result in results)
    fills = np.array([point[0] for point in curve])
    if not len(fills) or fill < fills[0] or fill > fills[-1]:
        return float("nan")
    return float(np.interp(fill, fills, [point[1] for point in curve]))
