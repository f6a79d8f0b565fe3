"""When to order how much where the demand of every period is known and orders cost.

Source: Wagner and Whitin (1958), Dynamic version of the economic lot size model, Management
Science 5, 89-96.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LotPlan:
    """Units to order per period, total cost, and the least cost from each period to the end."""

    orders: list[float]
    cost: float
    cost_to_go: list[float]


def wagner_whitin(demand: Sequence[float], *, order_cost: float, holding: float) -> LotPlan:
    """Return the cheapest orders that meet every period's demand on time.

    ``holding`` is paid per unit carried from one period to the next. Raises ValueError for
    negative demand or costs.
    """
    if min([*demand, order_cost, holding], default=0) < 0:
        raise ValueError("demand and costs must not be negative")
    periods = len(demand)
    to_go, following = [0.0] * (periods + 1), [periods] * periods
    for first in reversed(range(periods)):
        cost, held = order_cost, 0.0
        best = float("inf")
        for last in range(first, periods):
            held += holding * (last - first) * demand[last]
            if cost + held + to_go[last + 1] < best:
                best, following[first] = cost + held + to_go[last + 1], last + 1
        to_go[first] = best
        if demand[first] == 0 and to_go[first + 1] <= best:
            to_go[first], following[first] = to_go[first + 1], first + 1
    orders, first = [0.0] * periods, 0
    while first < periods:
        orders[first] = float(sum(demand[first : following[first]]))
        first = following[first]
    return LotPlan(orders, to_go[0], to_go[:-1])
