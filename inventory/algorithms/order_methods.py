"""The textbook's rules by name: when a product is to be ordered, and up to what stock.

Every rule is told the same of each product and answers with a reorder point and an order-up-to
level on the inventory position (on hand and on order), in whole units; rounding to minimum and
packs comes after. Source: Silver, Pyke and Thomas (2017), Inventory and Production Management,
4th ed.; the formulas are those of the modules beside this one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from inventory.algorithms.demand import Array, DemandSum
from inventory.algorithms.eoq import PriceBreaks, all_units_discount
from inventory.algorithms.joint_replenishment import joint_replenishment
from inventory.algorithms.restock import DAYS_PER_YEAR, Demand, weighed_service_level
from inventory.algorithms.wagner_whitin import wagner_whitin

Whole = npt.NDArray[np.int64]
WEEK = 7
LONGEST_LOT_DAYS = 180.0
NOTHING = 1e-9
Breaks = Sequence[PriceBreaks | None]


@dataclass(frozen=True)
class OrderCase:
    """What the rules know of n products.

    ``daily`` is expected demand (n × days); ``level`` the chance of lasting; ``order_cost`` is
    paid per order line; ``holding_share`` of unit cost per year; ``supplier`` groups products
    that are ordered together; ``breaks`` are price breaks, None where there are none.
    """

    demand: Demand
    daily: Array
    position: Array
    lead_days: Array
    review_days: Array
    level: Array
    unit_cost: Array
    price: Array
    holding_share: Array
    order_cost: Array
    supplier: Whole
    breaks: Breaks | None = None

    @property
    def pace(self) -> Array:
        """Expected units per day over the days an order must last (n)."""
        days = np.maximum(self.lead_days + self.review_days, 1.0)
        return np.asarray(self.demand.protection.mean / days)

    @property
    def holding(self) -> Array:
        """Cost of holding a unit for a day (n)."""
        return np.maximum(self.unit_cost * self.holding_share / DAYS_PER_YEAR, NOTHING)

    def take(self, rows: npt.NDArray[np.intp]) -> "OrderCase":
        """Return the case of some of the products."""
        names = (
            "daily", "position", "lead_days", "review_days", "level", "unit_cost", "price",
            "holding_share", "order_cost", "supplier",
        )  # fmt: skip
        parts = (self.demand.until_delivery, self.demand.protection)
        until, protection = (DemandSum(one.mean[rows], one.variance[rows]) for one in parts)
        breaks = None if self.breaks is None else [self.breaks[row] for row in rows]
        changes = {name: getattr(self, name)[rows] for name in names}
        return replace(self, demand=Demand(until, protection), breaks=breaks, **changes)


@dataclass(frozen=True)
class Levels:
    """Order when the position is below the first, up to the second (n each, whole units)."""

    reorder_point: Array
    order_up_to: Array


Rule = Callable[[OrderCase], Levels]


def levels_by_method(methods: npt.NDArray[np.str_], case: OrderCase) -> Levels:
    """Return the levels of every product by the rule it is under; ValueError for an unknown one."""
    low, high = np.zeros(len(methods)), np.zeros(len(methods))
    for name in np.unique(methods):
        rule = RULES.get(str(name))
        if rule is None:
            raise ValueError(f"unknown method {name!r}; known: {', '.join(RULES)}")
        rows = np.flatnonzero(methods == name)
        found = rule(case.take(rows))
        low[rows] = found.reorder_point
        high[rows] = np.maximum(found.order_up_to, found.reorder_point)
    return Levels(low, high)


def periodic_review(case: OrderCase) -> Levels:
    """Look every so many days; order up to what lasts until the next order's delivery."""
    return Levels(_safe(case, case.demand.until_delivery), _safe(case, case.demand.protection))


def base_stock(case: OrderCase) -> Levels:
    """Order whatever was sold: always up to the same stock."""
    up_to = _safe(case, case.demand.protection)
    return Levels(up_to, up_to)


def newsvendor(case: OrderCase) -> Levels:
    """Take the chance of lasting from margin and holding cost, whatever the policy says."""
    ratio = weighed_service_level(
        case.price - case.unit_cost, case.unit_cost, case.holding_share, case.review_days
    )
    return periodic_review(replace(case, level=ratio))


def eoq_lots(case: OrderCase) -> Levels:
    """Order the economic quantity when stock only just lasts until a delivery."""
    low = np.ceil(case.demand.until_delivery.mean)
    return Levels(low, low + lots(case))


def reorder_point(case: OrderCase) -> Levels:
    """(r, Q): the economic quantity, at the stock that lasts until a delivery at the level."""
    low = _safe(case, case.demand.until_delivery)
    return Levels(low, low + lots(case))


def min_max(case: OrderCase) -> Levels:
    """(s, S): minimum what lasts until the next order's delivery; maximum a lot above it."""
    low = _safe(case, case.demand.protection)
    return Levels(low, low + lots(case))


def wagner_whitin_lots(case: OrderCase) -> Levels:
    """Order the first lot of the cheapest plan for the weeks that are forecast."""
    low = _safe(case, case.demand.until_delivery)
    weeks = case.daily.shape[1] // WEEK
    weekly = case.daily[:, : weeks * WEEK].reshape(len(low), weeks, WEEK).sum(axis=2)
    first = [
        wagner_whitin(row.tolist(), order_cost=float(cost), holding=float(WEEK * held)).orders[0]
        for row, cost, held in zip(weekly, case.order_cost, case.holding, strict=True)
    ]
    return Levels(low, low + np.ceil(np.array(first)))


def joint_by_supplier(case: OrderCase) -> Levels:
    """Order a supplier's products together: each every so many of the shared cycles."""
    low, high = _safe(case, case.demand.until_delivery), _safe(case, case.demand.protection)
    for supplier in np.unique(case.supplier):
        rows = np.flatnonzero((case.supplier == supplier) & (case.pace > NOTHING))
        if not len(rows):
            continue
        lines = np.maximum(case.order_cost[rows], NOTHING)
        plan = joint_replenishment(float(lines.mean()), lines, case.holding[rows], case.pace[rows])
        days = np.minimum(plan.cycle * plan.multiples, LONGEST_LOT_DAYS)
        extra = np.maximum(days - case.review_days[rows], 0.0)
        high[rows] += np.ceil(extra * case.pace[rows])
        if (case.position[rows] < low[rows]).any():  # an order goes out: who is due soon joins
            shared = min(plan.cycle, LONGEST_LOT_DAYS)
            low[rows] += np.floor(shared * case.pace[rows])
    return Levels(low, np.maximum(low, high))


def lots(case: OrderCase) -> Array:
    """Return economic quantities (n), with price breaks where there are some; at least 1."""
    pace = np.maximum(case.pace, NOTHING)
    quantity = np.sqrt(2 * case.order_cost * pace / case.holding)
    for row, breaks in enumerate(case.breaks or ()):
        if breaks is not None and case.pace[row] > NOTHING:
            share = max(float(case.holding_share[row]) / DAYS_PER_YEAR, NOTHING)
            cost = max(float(case.order_cost[row]), NOTHING)
            quantity[row] = all_units_discount(cost, share, float(pace[row]), breaks).quantity
    return np.maximum(np.ceil(np.minimum(quantity, pace * LONGEST_LOT_DAYS)), 1.0)


def _safe(case: OrderCase, demand: DemandSum) -> Array:
    return demand.quantile(case.level)


RULES: Mapping[str, Rule] = {
    "periodic_review": periodic_review,
    "base_stock": base_stock,
    "newsvendor": newsvendor,
    "eoq": eoq_lots,
    "reorder_point": reorder_point,
    "min_max": min_max,
    "wagner_whitin": wagner_whitin_lots,
    "joint_replenishment": joint_by_supplier,
}
