"""Stock in the wrong place or in the wrong amount: balance, tighten, clear.

Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 9
(clearing of surplus stock) and ch. 11 (redistribution between locations).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inventory.algorithms.demand import Array, DemandSum
from inventory.algorithms.restock import DAYS_PER_YEAR

Whole = npt.NDArray[np.int64]
NOTHING = 1e-9


@dataclass(frozen=True)
class Move:
    """Units to move from one place to another, by their number in the arrays given."""

    source: int
    target: int
    units: int


def balance_fixed(stock: Array, pace: Array, *, low_days: float, keep_days: float) -> list[Move]:
    """Fill places that last less than ``low_days`` up to it, from those beyond ``keep_days``.

    ``stock`` in units and ``pace`` in units per day, one entry per place. Nobody gives away
    what it needs for ``keep_days``.
    """
    if keep_days < low_days:
        raise ValueError("a place must keep at least as many days as others are filled up to")
    wanted = np.ceil(np.maximum(low_days * pace - stock, 0.0))
    spare = np.floor(np.maximum(stock - keep_days * pace, 0.0))
    return _moves(spare, wanted)


def balance_relative(stock: Array, pace: Array) -> list[Move]:
    """Share what there is so that it lasts equally long everywhere."""
    total_pace = float(pace.sum())
    if total_pace <= NOTHING:
        return []
    fair = stock.sum() * pace / total_pace
    whole = np.floor(fair)
    left = int(stock.sum() - whole.sum())
    whole[np.argsort(-(fair - whole), kind="stable")[:left]] += 1
    return _moves(np.maximum(stock - whole, 0.0), np.maximum(whole - stock, 0.0))


def _moves(spare: Array, wanted: Array) -> list[Move]:
    """Serve the largest need from the largest surplus, until one of them is used up."""
    spare, wanted, moves = spare.copy(), wanted.copy(), []
    while spare.max(initial=0.0) >= 1 and wanted.max(initial=0.0) >= 1:
        source, target = int(spare.argmax()), int(wanted.argmax())
        units = min(spare[source], wanted[target])
        moves.append(Move(source, target, int(units)))
        spare[source] -= units
        wanted[target] -= units
    return moves


@dataclass(frozen=True)
class Tightening:
    """Per product: order-up-to now and then, money freed, and per year what it saves and risks."""

    up_to_now: Whole
    up_to_then: Whole
    money_freed: Array
    holding_saved: Array
    risk_taken: Array

    @property
    def gain(self) -> Array:
        """What a year of holding less is worth, the risk taken off."""
        return self.holding_saved - self.risk_taken


@dataclass(frozen=True)
class Worth:
    """Per product: what a unit costs and earns, and the yearly share of cost that holding takes."""

    unit_cost: Array
    margin: Array
    holding_share: Array


def tightened(
    demand: DemandSum, until_delivery: DemandSum, levels: tuple[Array, Array], terms: Worth,
    review_days: Array,
) -> Tightening:  # fmt: skip
    """Return what lowering the chance of lasting from ``levels[0]`` to ``levels[1]`` does.

    ``demand`` is over the days an order must last. The risk is the margin lost in a review
    period, between a delivery and the next, times the reviews of a year.
    """
    now, then = (demand.quantile(level) for level in levels)
    then = np.minimum(then, now)
    freed = (now - then) * terms.unit_cost

    def lost(stock: Array) -> Array:
        return np.maximum(demand.shortfall(stock) - until_delivery.shortfall(stock), 0.0)

    reviews = DAYS_PER_YEAR / np.maximum(review_days, 1.0)
    risk = np.maximum(lost(then) - lost(now), 0.0) * terms.margin * reviews
    return Tightening(
        up_to_now=now.astype(np.int64),
        up_to_then=then.astype(np.int64),
        money_freed=freed,
        holding_saved=freed * terms.holding_share,
        risk_taken=risk,
    )


def surplus_units(stock: Array, pace: Array, keep_days: Array) -> Whole:
    """Return whole units beyond what will be asked for in ``keep_days`` (n)."""
    return np.floor(np.maximum(stock - np.ceil(pace * keep_days), 0.0)).astype(np.int64)
