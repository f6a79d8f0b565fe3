"""(s, S): look once a period; when the position is s or less, order up to S.

Source: Zheng and Federgruen (1991), Finding optimal (s, S) policies is about as simple as
evaluating a single policy, Operations Research 39, 654-665; Ehrhardt and Mosier (1984), A
revision of the power approximation for computing (s, S) policies, Management Science 30.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from inventory.algorithms.losses import poisson_loss
from inventory.algorithms.newsvendor import critical_ratio, expected_cost


@dataclass(frozen=True)
class MinMax:
    """Order at or below ``low`` up to ``high``; expected cost per period (NaN if not known)."""

    low: float
    high: float
    cost: float


def min_max_poisson(mean: float, *, order_cost: float, holding: float, shortage: float) -> MinMax:
    """Return the best whole (s, S) for Poisson demand per period and no lead time, exactly."""

    def rate(stock: int) -> float:
        loss = float(poisson_loss(stock, mean)) if stock > 0 else mean - stock
        return expected_cost(stock, mean, loss, (holding, shortage))

    centre = int(stats.poisson.ppf(critical_ratio(holding, shortage), mean))
    renewal = _Renewal(mean, order_cost, rate)
    low = centre - 1
    while renewal.cost(low, centre) > rate(low):
        low -= 1
    best, high = renewal.cost(low, centre), centre
    candidate = centre + 1
    while rate(candidate) <= best:
        if renewal.cost(low, candidate) < best:
            high = candidate
            while renewal.cost(low, high) <= rate(low + 1):
                low += 1
            best = renewal.cost(low, high)
        candidate += 1
    return MinMax(low, high, best)


class _Renewal:
    """The cost of any (s, S), from how often the position visits each level of a cycle."""

    def __init__(self, mean: float, order_cost: float, rate: Callable[[int], float]) -> None:
        self.mean = mean
        self.order_cost = order_cost
        self.rate = rate
        self.visits = [1 / (1 - math.exp(-mean))]

    def cost(self, low: int, high: int) -> float:
        """Return the expected cost per period of (low, high)."""
        self._extend(high - low)
        spent = sum(self.visits[j] * self.rate(high - j) for j in range(high - low))
        return (self.order_cost + spent) / sum(self.visits[: high - low])

    def _extend(self, length: int) -> None:
        chance = stats.poisson.pmf(np.arange(length + 1), self.mean)
        for j in range(len(self.visits), length):
            came = float(chance[1 : j + 1] @ np.array(self.visits[j - 1 :: -1]))
            self.visits.append(came * self.visits[0])


def min_max_power(
    mean: float,
    sd: float,
    *,
    order_cost: float,
    holding: float,
    shortage: float,
    lead_periods: int = 0,
) -> MinMax:
    """Return Ehrhardt and Mosier's power approximation of (s, S), for means of 1 or more.

    The printed case of Snyder and Shen is the plain formula: S is not capped at the newsvendor's
    stock where the lot is small.
    """
    periods = lead_periods + 1
    centre, spread = mean * periods, sd * math.sqrt(periods)
    lot = 1.30 * mean**0.494 * (order_cost / holding) ** 0.506
    lot *= (1 + (spread / mean) ** 2) ** 0.116
    z = math.sqrt(lot * holding / (spread * shortage))
    low = 0.973 * centre + spread * (0.183 / z + 1.063 - 2.192 * z)
    return MinMax(low, low + lot, math.nan)
