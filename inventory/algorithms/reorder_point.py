"""(r, Q): watch the stock all the time; when the position falls to r, order Q.

Demand over the lead time is normal; one time unit for demand rate, deviation, lead time and
holding cost. ``shortage`` is paid per unit and time, in `expected_level` per unit.
Source: Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 5.2;
Zheng (1992), Management Science 38, 87-103; Hadley and Whitin (1963).
"""

import math
from dataclasses import dataclass

from scipy import optimize, stats

from inventory.algorithms.eoq import eoq, eoq_backorders
from inventory.algorithms.losses import normal_loss, normal_second_loss

REACH = 12.0
TOLERANCE = 1e-13
ROUNDS = 1000


@dataclass(frozen=True)
class ReorderCase:
    """Costs and demand of one product: ``demand`` and ``sd`` per time unit, ``lead`` in units."""

    order_cost: float
    holding: float
    shortage: float
    demand: float
    sd: float
    lead: float

    @property
    def mean(self) -> float:
        """Expected demand over the lead time."""
        return self.demand * self.lead

    @property
    def spread(self) -> float:
        """Standard deviation of demand over the lead time."""
        return self.sd * math.sqrt(self.lead)

    def loss(self, stock: float) -> float:
        """Return the expected demand of the lead time beyond ``stock``."""
        return float(normal_loss(stock, self.mean, self.spread))

    def second_loss(self, stock: float) -> float:
        """Return half the expected squared demand of the lead time beyond ``stock``."""
        return float(normal_second_loss(stock, self.mean, self.spread))

    def rate(self, position: float) -> float:
        """Return the cost per time unit of a position one lead time before."""
        return self.holding * (position - self.mean) + self._both * self.loss(position)

    @property
    def _both(self) -> float:
        return self.holding + self.shortage


@dataclass(frozen=True)
class ReorderPlan:
    """When to order (position), how much (units), and the cost per time unit."""

    reorder_point: float
    quantity: float
    cost: float


def reorder_cost(case: ReorderCase, reorder_point: float, quantity: float) -> float:
    """Return the exact expected cost per time unit of an (r, Q) policy with backorders."""
    low, high = reorder_point - case.mean, reorder_point + quantity - case.mean
    held = case.holding * (high**2 - low**2) / 2
    tails = case.second_loss(reorder_point) - case.second_loss(reorder_point + quantity)
    both = case.holding + case.shortage
    return (case.order_cost * case.demand + held + both * tails) / quantity


def best_reorder_point(case: ReorderCase, quantity: float) -> ReorderPlan:
    """Return the r best for a given Q: where the first and the last unit cost the same."""
    low = case.mean - REACH * case.spread - quantity
    high = case.mean + REACH * case.spread

    def gap(point: float) -> float:
        return case.rate(point) - case.rate(point + quantity)

    point = float(optimize.brentq(gap, low, high, xtol=TOLERANCE))
    return ReorderPlan(point, quantity, reorder_cost(case, point, quantity))


def best_reorder_policy(case: ReorderCase) -> ReorderPlan:
    """Return the true optimum: Q where the last unit costs as much as the average."""
    start = eoq_backorders(
        case.order_cost, case.holding, case.demand, shortage=case.shortage
    ).quantity

    def gap(quantity: float) -> float:
        plan = best_reorder_point(case, quantity)
        return case.rate(plan.reorder_point) - plan.cost

    high = start
    while gap(high) < 0:
        high *= 2
    return best_reorder_point(case, float(optimize.brentq(gap, start / 2, high, xtol=1e-11)))


def expected_level(case: ReorderCase) -> ReorderPlan:
    """Return Hadley and Whitin's iterative plan, ``shortage`` paid once per unit short.

    The cost is the approximate one of the expected inventory level.
    """
    quantity = eoq(case.order_cost, case.holding, case.demand).quantity
    point = case.mean
    for _ in range(ROUNDS):
        before = quantity
        risk = min(1.0, quantity * case.holding / (case.shortage * case.demand))
        point = float(stats.norm.isf(risk, case.mean, case.spread))
        per_order = case.order_cost + case.shortage * case.loss(point)
        quantity = eoq(per_order, case.holding, case.demand).quantity
        if abs(quantity - before) < TOLERANCE * quantity:
            break
    per_order = case.order_cost + case.shortage * case.loss(point)
    held = case.holding * (point - case.mean + quantity / 2)
    return ReorderPlan(point, quantity, held + per_order * case.demand / quantity)


def backorder_lot(case: ReorderCase) -> ReorderPlan:
    """Return Q from the EOQ with backorders and the r best for it; never 13 % off (Zheng)."""
    lot = eoq_backorders(case.order_cost, case.holding, case.demand, shortage=case.shortage)
    return best_reorder_point(case, lot.quantity)


def lot_and_safety_stock(case: ReorderCase) -> ReorderPlan:
    """Return Q from the EOQ and r from the newsvendor: the textbook's shortcut."""
    quantity = eoq(case.order_cost, case.holding, case.demand).quantity
    ratio = case.shortage / (case.holding + case.shortage)
    point = float(stats.norm.ppf(ratio, case.mean, case.spread))
    return ReorderPlan(point, quantity, reorder_cost(case, point, quantity))


def loss_approximation(case: ReorderCase) -> ReorderPlan:
    """Return the plan that takes running short after an arrival as impossible."""
    both = case.holding + case.shortage
    quantity = eoq(case.order_cost, case.holding, case.demand).quantity
    point = case.mean
    for _ in range(ROUNDS):
        before = quantity
        point = _point_of_loss(case, case.holding * quantity / both)
        fixed = case.order_cost * case.demand + both * case.second_loss(point)
        quantity = math.sqrt(2 * fixed / case.holding)
        if abs(quantity - before) < TOLERANCE * quantity:
            break
    return ReorderPlan(point, quantity, reorder_cost(case, point, quantity))


def _point_of_loss(case: ReorderCase, loss: float) -> float:
    low = case.mean - loss - REACH * case.spread
    high = case.mean + REACH * case.spread
    return float(optimize.brentq(lambda point: case.loss(point) - loss, low, high, xtol=TOLERANCE))
