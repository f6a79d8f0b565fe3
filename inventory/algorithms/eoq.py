"""How much to order at a time when demand is steady: Harris's formula and its family.

Source: Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., ch. 3. One time
unit for demand and holding; ``order_cost`` is paid per order, ``holding`` per unit and time.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lot:
    """Units per order, cost per time unit, and share of demand or price region where it applies."""

    quantity: float
    cost: float
    backordered: float = 0.0
    region: int = 0


@dataclass(frozen=True)
class PriceBreaks:
    """From ``at[i]`` units on, a unit costs ``price[i]``; ``at`` starts with 0 and rises."""

    at: Sequence[float]
    price: Sequence[float]

    def until(self, region: int) -> float:
        """Return where a region ends."""
        return self.at[region + 1] if region + 1 < len(self.at) else math.inf

    def price_of(self, quantity: float) -> float:
        """Return what a unit costs when so many are ordered."""
        return self.price[max(bisect_right(self.at, quantity) - 1, 0)]


def eoq(order_cost: float, holding: float, demand: float, *, quantity: float | None = None) -> Lot:
    """Return the economic order quantity and its cost, or the cost of ``quantity``."""
    if quantity is None:
        quantity = math.sqrt(2 * order_cost * demand / holding)
    return Lot(quantity, order_cost * demand / quantity + holding * quantity / 2)


def eoq_backorders(order_cost: float, holding: float, demand: float, *, shortage: float) -> Lot:
    """Return the best lot where customers wait at ``shortage`` per unit and time."""
    stretch = math.sqrt((holding + shortage) / shortage)
    lot = eoq(order_cost, holding, demand)
    return Lot(lot.quantity * stretch, lot.cost / stretch, holding / (holding + shortage))


def epq(order_cost: float, holding: float, demand: float, *, production: float) -> Lot:
    """Return the best lot where stock arrives at the rate ``production`` while it is made."""
    if production <= demand:
        raise ValueError("production must be faster than demand")
    return eoq(order_cost, holding * (1 - demand / production), demand)


def all_units_discount(
    order_cost: float, holding_share: float, demand: float, breaks: PriceBreaks
) -> Lot:
    """Return the cheapest lot, purchase included, where a break cheapens every unit."""
    lots = []
    for region, (start, price) in enumerate(zip(breaks.at, breaks.price, strict=True)):
        best = eoq(order_cost, holding_share * price, demand).quantity
        quantity = max(best, start)
        if quantity < breaks.until(region):
            running = eoq(order_cost, holding_share * price, demand, quantity=quantity).cost
            lots.append(Lot(quantity, running + price * demand, region=region))
    return min(lots, key=lambda lot: lot.cost)


def incremental_discount(
    order_cost: float, holding_share: float, demand: float, breaks: PriceBreaks
) -> Lot:
    """Return the cheapest lot, purchase included, where a break cheapens only what is beyond it."""
    lots, extra = [], 0.0
    for region, (start, price) in enumerate(zip(breaks.at, breaks.price, strict=True)):
        if region:
            extra += (breaks.price[region - 1] - price) * start
        holding = holding_share * price
        quantity = eoq(order_cost + extra, holding, demand).quantity
        if start <= quantity < breaks.until(region):
            running = eoq(order_cost + extra, holding, demand, quantity=quantity).cost
            cost = running + price * demand + holding_share * extra / 2
            lots.append(Lot(quantity, cost, region=region))
    return min(lots, key=lambda lot: lot.cost)
