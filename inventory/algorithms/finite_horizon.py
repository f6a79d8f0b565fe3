"""(s, S) period by period towards an end: dynamic programming over whole stock levels.

Source: Scarf (1960); Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed.,
algorithm 4.1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from inventory.algorithms.losses import normal_loss

Array = npt.NDArray[np.float64]
DEMAND_REACH = 4.0


@dataclass(frozen=True)
class HorizonCase:
    """Costs of a season of ``periods``; demand of each is N(``mean``, ``sd``) in units.

    ``end_holding`` and ``end_shortage`` are paid per unit left over or owed after the last one.
    """

    periods: int
    holding: float
    shortage: float
    purchase: float
    order_cost: float
    mean: float
    sd: float
    end_holding: float
    end_shortage: float
    discount: float = 1.0


@dataclass(frozen=True)
class HorizonPlan:
    """Per period: order at ``low`` or less up to ``high``; ``cost`` from an empty shelf."""

    low: list[int]
    high: list[int]
    cost: float


def finite_horizon(case: HorizonCase) -> HorizonPlan:
    """Return the best (s, S) of every period and the expected cost of the whole season.

    Demand further than four deviations from its mean is left out, as the textbook does.
    """
    reach = int(np.ceil(case.mean + 5 * case.sd))
    stock = np.arange(-2 * reach, case.periods * reach + 1)
    value = case.end_holding * np.maximum(stock, 0) + case.end_shortage * np.maximum(-stock, 0)
    low: list[int] = []
    high: list[int] = []
    for _ in range(case.periods):
        level = _cost_of_level(case, stock, value)
        value, point, up_to = _best_orders(case, stock, level)
        low.insert(0, point)
        high.insert(0, up_to)
    return HorizonPlan(low, high, float(value[-stock[0]]))


def _cost_of_level(case: HorizonCase, stock: npt.NDArray[np.int64], value: Array) -> Array:
    """Return the cost of this and all later periods for every level after ordering."""
    first = max(0, round(case.mean - DEMAND_REACH * case.sd))
    demand = np.arange(first, round(case.mean + DEMAND_REACH * case.sd) + 1)
    edges = stats.norm.cdf(np.append(demand - 0.5, demand[-1] + 0.5), case.mean, case.sd)
    chance = np.diff(edges)
    left = np.maximum(np.arange(len(stock))[:, None] - demand[None, :], 0)
    loss = np.asarray(normal_loss(stock.astype(np.float64), case.mean, case.sd))
    now = case.holding * (stock - case.mean + loss) + case.shortage * loss
    return np.asarray(now + case.discount * (value[left] @ chance))


def _best_orders(
    case: HorizonCase, stock: npt.NDArray[np.int64], level: Array
) -> tuple[Array, int, int]:
    """Return the cost from every stock before ordering, and this period's s and S."""
    bought = level + case.purchase * stock
    best_from = np.minimum.accumulate(bought[::-1])[::-1]
    ordered = case.order_cost + best_from - case.purchase * stock
    up_to = int(np.argmin(bought))
    orders = np.flatnonzero(ordered[:up_to] < level[:up_to])
    point = int(stock[orders[-1]]) if len(orders) else int(stock[0])
    return np.minimum(level, ordered), point, int(stock[up_to])
