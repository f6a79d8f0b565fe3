"""One budgeted order of 5,000 products: how near the optimum, and how fast."""

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.figures import Figure
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.joint_order import Limits, Options, best_joint_order, quantity_steps

PRODUCTS = 5_000
SHARE_OF_BUDGET = 0.4
HOLDING_SHARE, PROTECTION_DAYS = 0.25, 21


def needs(products: int, seed: int = 1) -> Options:
    """Made-up products with demand, stock, costs, minimum quantities and packs."""
    draw = np.random.default_rng(seed)
    mean = draw.gamma(0.8, 25, products) + 0.3
    demand = DemandSum(mean, mean * (1.2 + draw.gamma(1.5, 1, products)))
    position = np.floor(mean * draw.uniform(0, 1, products))
    cost = draw.lognormal(2, 1, products)
    margin = cost * draw.uniform(0.2, 1, products)
    needed = np.maximum(demand.quantile(0.95) - position, 0)
    minimum, pack = draw.choice([1, 1, 6, 12, 24], products), draw.choice([1, 1, 6, 12], products)
    steps = quantity_steps(needed, minimum, pack)
    before = demand.shortfall(position)
    saved = np.stack([before - demand.shortfall(position + column) for column in steps.T], axis=1)
    held = steps * (cost * HOLDING_SHARE * PROTECTION_DAYS / 365)[:, None]
    return Options(steps, steps * cost[:, None], saved * margin[:, None] - held, steps)


def by_ratio(options: Options, budget: float) -> float:
    """What a buyer's rule earns: whole needs, the best worth per money first, until none fits."""
    column = options.worth.argmax(axis=1)
    rows = np.arange(len(column))
    worth, cost = options.worth[rows, column], options.cost[rows, column]
    total, left = 0.0, budget
    for row in np.argsort(-worth / np.maximum(cost, 1e-9), kind="stable"):
        if worth[row] > 0 and cost[row] <= left:
            total, left = total + float(worth[row]), left - float(cost[row])
    return total


def joint_orders() -> Iterator[Figure]:
    """The gap to a proven bound of the optimum, and the seconds it takes."""
    options = needs(PRODUCTS)
    budget = SHARE_OF_BUDGET * best_joint_order(options, Limits()).cost
    began = time.perf_counter()
    order = best_joint_order(options, Limits(budget))
    seconds = time.perf_counter() - began
    name = f"inventory.joint_order.{PRODUCTS}"
    rival = 1 - by_ratio(options, budget) / order.bound
    gap = 1 - order.worth / order.bound
    yield Figure(f"{name}.gap_to_bound", gap, target=0.01, rivals={"ratio_rule": round(rival, 4)})
    yield Figure(f"{name}.seconds", round(seconds, 3), "s", target=5.0)
    tight = Limits(budget, 0.4 * float(options.quantity.max(axis=1).sum()))
    began = time.perf_counter()
    both = best_joint_order(options, tight)
    yield Figure(
        f"{name}.budget_and_room.gap_to_bound",
        1 - both.worth / both.bound,
        target=0.01,
        seconds=round(time.perf_counter() - began, 3),
    )
