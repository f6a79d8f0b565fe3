"""What to order today: up to the stock that lasts until the next order's delivery.

A periodic-review order-up-to policy on the inventory position (on hand + on order). Order when
the position would not last, at the service level, until a delivery ordered tomorrow; then fill
up to what lasts until the delivery of the next regular order.
Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 6.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.algorithms.demand import Array, DemandSum
from inventory.algorithms.price_breaks import Offers

DAYS_PER_YEAR = 365.0
LEVEL_BOUNDS = (0.50, 0.99)
BAND = (0.1, 0.9)
MOST_UNITS = 2**31 - 1  # what a line of an order can say


@dataclass(frozen=True)
class Demand:
    """Demand until a delivery ordered tomorrow, and over the days an order must last."""

    until_delivery: DemandSum
    protection: DemandSum

    def of(self, rows: npt.NDArray[np.int64]) -> "Demand":
        """Return the demand of some rows."""
        return Demand(
            *(
                DemandSum(demand.mean[rows], demand.variance[rows])
                for demand in (self.until_delivery, self.protection)
            )
        )


@dataclass(frozen=True)
class Terms:
    """Per product: money per unit, chance of lasting, and in what quantities one may order.

    ``is_counted`` says whose stock is known (all, unless given); ``offers`` what more units cost;
    ``sells_in_time`` how many units of an order sell before they spoil, and ``room`` for how many
    there is a place (both infinite, unless given).
    """

    unit_cost: Array
    price: Array
    service_level: Array
    minimum_quantity: Array
    pack_size: Array
    is_counted: npt.NDArray[np.bool_] | None = None
    offers: Offers | None = None
    sells_in_time: Array | None = None
    room: Array | None = None


def weighed_service_level(
    margin: Array, unit_cost: Array, holding_share: Array, review_days: Array
) -> Array:
    """Return the newsvendor's critical ratio: margin lost against holding a unit for a review.

    ``margin`` and ``unit_cost`` in money per unit, ``holding_share`` of cost per year; kept
    within 0.50 and 0.99, because neither figure is known well enough for the extremes.
    """
    holding = unit_cost * holding_share * review_days / DAYS_PER_YEAR
    shortage = np.maximum(margin, 0.0)
    total = np.maximum(holding + shortage, 1e-12)
    return np.asarray(np.clip(shortage / total, *LEVEL_BOUNDS))


def orderable(quantity: Array, minimum: Array, pack: Array) -> Array:
    """Round quantities up to what the supplier accepts; nothing wanted stays nothing."""
    wanted = np.maximum(np.ceil(quantity), minimum)
    packs = np.ceil(wanted / np.maximum(pack, 1))
    return np.where(quantity > 0, packs * np.maximum(pack, 1), 0.0)


def orderable_within(wanted: Array, terms: Terms) -> Array:
    """Return whole orders that sell in time and find room, rounded down where up is too many.

    The least a supplier delivers is ordered even where some of it will spoil (`spoiling` says how
    many), but nothing that there is no room for. No order is larger than a line can say.
    """
    least = orderable(np.ones(len(wanted)), terms.minimum_quantity, terms.pack_size)
    pack = np.maximum(terms.pack_size, 1)
    out = orderable(wanted, terms.minimum_quantity, terms.pack_size)
    out = np.minimum(out, np.floor(MOST_UNITS / pack) * pack)
    if terms.sells_in_time is not None:
        out = np.minimum(out, np.maximum(np.floor(terms.sells_in_time / pack) * pack, least))
    if terms.room is not None:
        fitting = np.floor(terms.room / pack) * pack
        out = np.where(fitting < least, 0.0, np.minimum(out, fitting))
    return np.where(wanted > 0, out, 0.0)


def spoiling(quantity: Array, terms: Terms) -> Array:
    """Return how many units of an order are expected to spoil before they sell (n)."""
    if terms.sells_in_time is None:
        return np.zeros(len(quantity))
    return np.asarray(np.maximum(quantity - terms.sells_in_time, 0.0))


def plan_orders(
    position: Array, demand: Demand, terms: Terms, levels: tuple[Array, Array] | None = None
) -> pd.DataFrame:
    """Return what to order per product, in the order of the arrays.

    ``position`` is on hand plus on order, in units; ``levels`` are reorder points and
    order-up-to levels of another rule than periodic review. Columns: ``reorder_point``,
    ``order_up_to``, ``quantity`` (units, 0: no need), ``plain_quantity`` (the same before it was
    raised to a price break that pays), ``stockout_risk`` (chance of running out
    before an order placed now arrives), ``units_saved`` with ``_low`` and ``_high`` (sales lost
    over the protection period without the order but not with it, as expected and at the 10 %
    and 90 % quantiles of demand), and the same times the margin, less the cost of what will spoil,
    as ``margin_saved…``.

    Where stock was never counted, only expected demand is ordered for: a safety stock on top of
    a guessed position would be bought again every review, whatever lies on the shelves.
    """
    reorder_point, up_to = _levels(demand, terms, levels)
    wanted = np.where(position < reorder_point, up_to - position, 0.0)
    plain = orderable_within(wanted, terms)
    quantity = plain if terms.offers is None else terms.offers.raised(plain, terms.pack_size)
    table = pd.DataFrame(
        {
            "reorder_point": np.minimum(reorder_point, MOST_UNITS).astype(np.int64),
            "order_up_to": np.minimum(up_to, MOST_UNITS).astype(np.int64),
            "quantity": quantity.astype(np.int64),
            "plain_quantity": plain.astype(np.int64),
            "stockout_risk": demand.until_delivery.exceeds(position),
        }
    )
    for name, units in _saved(position, quantity, demand).items():
        table[f"units_{name}"] = units
    return table.assign(**margins_saved(position, quantity, demand, terms))


def _levels(
    demand: Demand, terms: Terms, levels: tuple[Array, Array] | None
) -> tuple[Array, Array]:
    """Return the levels to order by: those given, but for products never counted."""
    low = _target(demand.until_delivery, terms)
    high = np.maximum(_target(demand.protection, terms), low)
    if levels is None:
        return low, high
    counted = np.ones(len(low), np.bool_) if terms.is_counted is None else terms.is_counted
    return np.where(counted, levels[0], low), np.where(counted, levels[1], high)


def _target(demand: DemandSum, terms: Terms) -> Array:
    """Return the stock to have for some demand, in whole units."""
    safe = demand.quantile(terms.service_level)
    if terms.is_counted is None:
        return safe
    return np.where(terms.is_counted, safe, np.rint(demand.mean))


def margins_saved(
    position: Array, quantity: Array, demand: Demand, terms: Terms
) -> dict[str, Array]:
    """Return ``margin_saved`` with ``_low`` and ``_high``: `plan_orders` for a given quantity."""
    margin = np.maximum(terms.price - terms.unit_cost, 0.0)
    saved = _saved(position, quantity, demand)
    wasted = spoiling(quantity, terms) * terms.unit_cost
    return {f"margin_{name}": units * margin - wasted for name, units in saved.items()}


def units_saved(position: Array, quantity: Array, demand: Demand) -> Array:
    """Return the sales an order is expected to save over the days it must last, in units (n)."""
    return _saved(position, quantity, demand)["saved"]


def lost_by_waiting(position: Array, demand: Demand) -> Array:
    """Return the sales lost, as expected, if nothing is ordered before the next review (n).

    An order placed then arrives a review later; what runs short until its delivery is lost, but
    for what an order placed now could not prevent either.
    """
    later = demand.protection.shortfall(position)
    return np.asarray(np.maximum(later - demand.until_delivery.shortfall(position), 0.0))


def _saved(position: Array, quantity: Array, demand: Demand) -> dict[str, Array]:
    """Sales lost without the order, less those lost with it (before it arrives or after)."""
    without = demand.protection.shortfall(position)
    unavoidable = demand.until_delivery.shortfall(position)
    with_order = np.maximum(unavoidable, demand.protection.shortfall(position + quantity))
    expected = np.maximum(without - with_order, 0.0)
    low, high = (_saved_at(level, position, quantity, demand) for level in BAND)
    return {
        "saved": expected,
        "saved_low": np.minimum(low, expected),
        "saved_high": np.maximum(high, expected),
    }


def _saved_at(level: float, position: Array, quantity: Array, demand: Demand) -> Array:
    total, before = (part.quantile(level) for part in (demand.protection, demand.until_delivery))
    without = np.maximum(total - position, 0.0)
    unavoidable = np.maximum(before - position, 0.0)
    with_order = np.maximum(unavoidable, np.maximum(total - position - quantity, 0.0))
    return np.asarray(np.maximum(without - with_order, 0.0))


def days_until_empty(position: Array, daily: Array) -> npt.NDArray[np.int64]:
    """Return after how many days expected demand has used up the position.

    ``daily`` is expected demand per product and day (n × days); beyond its last day the mean
    of its last four weeks goes on. −1 where nothing is expected to sell.
    """
    used = np.cumsum(daily, axis=1)
    inside = used > position[:, None] + 1e-9
    pace = daily[:, -28:].mean(axis=1)
    left = np.maximum(position - used[:, -1], 0.0)
    beyond = daily.shape[1] + np.floor(left / np.maximum(pace, 1e-9))
    days = np.where(inside.any(axis=1), inside.argmax(axis=1), np.minimum(beyond, 1e6))
    return np.where(pace > 0, days, -1).astype(np.int64)
