"""A supplier that sometimes cannot deliver: larger lots, higher base stock.

Source: Berk and Arreola-Risa (1994), Naval Research Logistics 41; Tomlin (2006), Management
Science 52; Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 9.2.
"""

import math
from dataclasses import dataclass

from scipy import optimize

from inventory.algorithms.eoq import Lot, eoq
from inventory.algorithms.newsvendor import Plan, critical_ratio


@dataclass(frozen=True)
class Outages:
    """How often the supplier fails and recovers: rates per time unit, or chances per period."""

    failing: float
    recovering: float

    @property
    def share_down(self) -> float:
        """The share of time the supplier is down."""
        return self.failing / (self.failing + self.recovering)


def eoq_with_disruptions(
    order_cost: float, holding: float, demand: float, *, shortage: float, outages: Outages
) -> Lot:
    """Return the best lot where outages begin and end at random; demand in them is lost.

    ``shortage`` is paid per unit lost; ``outages`` are rates per time unit.
    """
    pace = outages.failing + outages.recovering

    def down(quantity: float) -> float:
        return outages.share_down * -math.expm1(-pace * quantity / demand)

    def cost(quantity: float) -> float:
        lost = shortage * demand * down(quantity) / outages.recovering
        cycle = quantity / demand + down(quantity) / outages.recovering
        return (order_cost + holding * quantity**2 / (2 * demand) + lost) / cycle

    def slope(quantity: float) -> float:
        """The derivative times the squared cycle, which has the same root."""
        risk = outages.failing * math.exp(-pace * quantity / demand) / outages.recovering
        spent = holding * quantity + shortage * demand * risk
        return spent - cost(quantity) * (1 + risk)

    low = eoq(order_cost, holding, demand).quantity / 2
    high = 2 * low
    while slope(high) < 0:
        high *= 2
    quantity = float(optimize.brentq(slope, low, high, xtol=1e-12))
    return Lot(quantity, cost(quantity))


def newsvendor_with_disruptions(
    demand: float, *, holding: float, shortage: float, outages: Outages
) -> Plan:
    """Return the base stock for steady demand per period where a supplier may be down.

    ``outages`` are chances per period. Enough for as many periods as outages outlast with at
    most the chance the newsvendor allows.
    """
    longest = 0
    while 1 - _outlasts(outages, longest) < critical_ratio(holding, shortage):
        longest += 1
    stock = demand * (longest + 1)
    lasting = 1 / outages.recovering
    short = shortage * demand * _outlasts(outages, longest) * lasting
    held = sum(1 - _outlasts(outages, periods) for periods in range(longest))
    return Plan(stock, holding * demand * held + short)


def _outlasts(outages: Outages, periods: int) -> float:
    """Return the chance that the supplier has been down for more than ``periods`` periods."""
    return outages.share_down * (1 - outages.recovering) ** periods
