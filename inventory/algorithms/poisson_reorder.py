"""(r, Q) for Poisson demand, exactly.

Source: Federgruen and Zheng (1992), An efficient algorithm for computing an optimal (r, Q)
policy in continuous review stochastic inventory systems, Operations Research 40, 808-813.
"""

from scipy import stats

from inventory.algorithms.losses import poisson_loss
from inventory.algorithms.newsvendor import critical_ratio, expected_cost
from inventory.algorithms.reorder_point import ReorderPlan


def best_poisson_reorder(
    *, order_cost: float, holding: float, shortage: float, demand: float, lead: float
) -> ReorderPlan:
    """Return the best whole r and Q; holding and shortage cost per unit and time.

    Positions join the cycle cheapest first, as long as each costs less than the average.
    """
    mean = demand * lead

    def rate(position: int) -> float:
        loss = float(poisson_loss(position, mean)) if position > 0 else mean - position
        return expected_cost(position, mean, loss, (holding, shortage))

    top = int(stats.poisson.ppf(critical_ratio(holding, shortage), mean))
    below, total, quantity = top - 1, order_cost * demand + rate(top), 1
    while True:
        cheapest = min(rate(below), rate(top + 1))
        if cheapest >= total / quantity:
            return ReorderPlan(below, quantity, total / quantity)
        total, quantity = total + cheapest, quantity + 1
        if rate(below) <= rate(top + 1):
            below -= 1
        else:
            top += 1
