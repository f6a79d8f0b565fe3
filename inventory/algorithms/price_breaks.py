"""Order more where that is cheaper: raise a quantity to a price break that pays.

From a break on, every unit of a line costs less. What the whole line saves stands against holding
the units beyond the need until they sell: half of them on average, at the break's price.
Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inventory.algorithms.demand import Array
from inventory.algorithms.eoq import PriceBreaks

DAYS_PER_YEAR = 365.0
NOTHING = 1e-9


@dataclass(frozen=True)
class Offers:
    """What units of n products cost: ``unit_cost``, or by ``breaks`` where there are some (None).

    ``holding_share`` is the yearly share of cost that holding takes, ``pace`` expected units per
    day, ``most`` the units of one order that sell soon enough to be worth having.
    """

    unit_cost: Array
    breaks: Sequence[PriceBreaks | None]
    holding_share: Array
    pace: Array
    most: Array

    def price(self, quantity: Array) -> Array:
        """Return what a unit costs when so many are ordered (n)."""
        out = self.unit_cost.astype(np.float64)
        for row, breaks in self._with_breaks:
            out[row] = breaks.price_of(float(quantity[row]))
        return out

    def saved(self, quantity: Array) -> Array:
        """Return what so many units cost less than at the price without any break (n, money)."""
        return np.asarray(quantity * (self.unit_cost - self.price(quantity)))

    def held(self, quantity: Array, plain: Array) -> Array:
        """Return what holding the units beyond ``plain`` costs until they sell (n, money)."""
        extra = np.maximum(quantity - plain, 0.0)
        per_year = self.price(quantity) * self.holding_share * extra / 2
        return np.asarray(per_year * extra / np.maximum(self.pace, NOTHING) / DAYS_PER_YEAR)

    def raised(self, plain: Array, pack: Array) -> Array:
        """Return the quantities, each raised to the last price break that pays (n).

        From break to break the whole line's saving must exceed what holding more costs. Whole
        packs; what is not to be ordered or does not sell stays as it is.
        """
        best, packs = plain.astype(np.float64), np.maximum(pack, 1)
        for column in range(max((len(one.at) for _row, one in self._with_breaks), default=0)):
            start = np.zeros(len(plain))
            for row, breaks in self._with_breaks:
                start[row] = breaks.at[column] if column < len(breaks.at) else 0.0
            tried = np.ceil(start / packs) * packs
            saved = tried * (self.price(best) - self.price(tried))
            is_better = saved > self.held(tried, plain) - self.held(best, plain)
            able = (plain > 0) & (tried > best) & (tried <= self.most) & (self.pace > NOTHING)
            best = np.where(able & is_better, tried, best)
        return best

    @property
    def _with_breaks(self) -> Iterator[tuple[int, PriceBreaks]]:
        return ((row, one) for row, one in enumerate(self.breaks) if one is not None)


def sells_within(days: Array, position: Array, lead_mean: Array, pace: Array) -> Array:
    """Return the units of an order placed now that sell in so many days of its arrival (n).

    What is left by then of the ``position`` (on hand and on order) sells first; ``lead_mean`` is
    demand until the delivery, ``pace`` expected units per day.
    """
    left = np.maximum(position - lead_mean, 0.0)
    return np.asarray(np.maximum(days * np.maximum(pace, NOTHING) - left, 0.0))


def breaks_of(unit_cost: float, steps: Sequence[tuple[float, float]]) -> PriceBreaks | None:
    """Return ``unit_cost`` and the steps (from units, cost) as price breaks; None without any."""
    if not steps or not unit_cost > 0:
        return None
    at, price = zip(*sorted(steps), strict=True)
    return PriceBreaks(at=(0.0, *at), price=(unit_cost, *price))
