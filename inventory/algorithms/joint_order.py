"""One order of many products under a budget and a capacity: which ones, and how many of each.

Each product may be ordered in a few quantities, each with what it costs, the room it takes and
the money it is worth; at most one is taken per product: a multiple-choice knapsack. A price on
each limit (Lagrange) chooses, what is left of the limits is filled, and the bound shows how little
that can miss; where it might miss more, in small orders, HiGHS solves the integer programme.
Source: Kellerer, Pferschy and Pisinger (2004), Knapsack Problems, ch. 11.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
SOLVED_EXACTLY = 1500
GAP, GOOD_ENOUGH, SECONDS = 1e-4, 0.005, 4.0
STEPS = 8
HALVINGS, ROUNDS, FILLS = 40, 6, 4


@dataclass(frozen=True)
class Options:
    """What may be ordered: n products × k quantities, none of them a must.

    ``cost`` and ``worth`` in money; ``room`` in the unit of the capacity.
    """

    quantity: Array
    cost: Array
    worth: Array
    room: Array

    def __post_init__(self) -> None:
        if (self.cost < 0).any() or (self.room < 0).any():
            raise ValueError("cost and room must not be negative")


@dataclass(frozen=True)
class Limits:
    """What one order may cost and the room it may take; infinite where nothing limits it."""

    budget: float = math.inf
    capacity: float = math.inf

    def __post_init__(self) -> None:
        if self.budget < 0 or self.capacity < 0:
            raise ValueError("budget and capacity must not be negative")


@dataclass(frozen=True)
class JointOrder:
    """Units per product; cost, room and worth of all together; ``bound``: the most possible."""

    quantity: Whole
    cost: float
    room: float
    worth: float
    bound: float


def quantity_steps(needed: Array, minimum: Array, pack: Array, steps: int = STEPS) -> Array:
    """Return quantities one may order of each product up to what it needs (n × steps).

    Whole packs, at least the minimum, spread evenly; the last column is ``needed`` rounded up
    to whole packs, earlier ones may repeat. Nothing is needed: zeros.
    """
    packs = np.maximum(pack, 1)
    least = np.ceil(np.maximum(minimum, 1) / packs)
    most = np.maximum(np.ceil(needed / packs), least)
    share = np.linspace(0, 1, steps)
    between = np.rint(least[:, None] + (most - least)[:, None] * share[None, :])
    return np.where(needed[:, None] > 0, between * packs[:, None], 0.0)


def best_joint_order(options: Options, limits: Limits) -> JointOrder:
    """Return the order of greatest worth within the limits.

    A quantity worth nothing, or alone beyond a limit, is not ordered. ``bound`` is proven: no
    order within the limits is worth more.
    """
    case = _Case(options, limits)
    free = case.priced(np.zeros(2))
    if case.fits(free):
        return case.order(free, case.worth_of(free))
    prices = case.prices()
    chosen = case.filled(case.priced(prices))
    bound = min(case.bound(prices), case.worth_of(free))
    is_close = case.worth_of(chosen) >= (1 - GOOD_ENOUGH) * bound
    if not is_close and np.count_nonzero(case.is_open) <= SOLVED_EXACTLY:
        exact = case.solved()
        if exact is not None and case.worth_of(exact) >= case.worth_of(chosen):
            return case.order(exact, max(min(bound, case.solver_bound), case.worth_of(exact)))
    return case.order(chosen, bound)


class _Case:
    """An order being chosen: a choice is a column per product, −1 for none."""

    def __init__(self, options: Options, limits: Limits) -> None:
        self.options = options
        self.limits = np.array([limits.budget, limits.capacity])
        self.loads = np.stack([options.cost, options.room])
        within = (self.loads <= self.limits[:, None, None]).all(axis=0)
        self.is_open = within & (options.worth > 0) & (options.quantity > 0)
        self.solver_bound = math.inf

    def priced(self, prices: Array) -> Whole:
        """Return every product's best column where limits are paid for at these prices."""
        net = self.options.worth - np.tensordot(prices, self.loads, axes=1)
        net = np.where(self.is_open, net, -np.inf)
        best = net.argmax(axis=1)
        return np.where(net[np.arange(len(net)), best] > 0, best, -1)

    def bound(self, prices: Array) -> float:
        """Return the Lagrangian bound: what all choose, and the limits at their prices."""
        chosen = self.priced(prices)
        paid = prices > 0
        free = self.limits[paid] - self._used(chosen)[paid]
        return self.worth_of(chosen) + float(prices[paid] @ free)

    def prices(self) -> Array:
        """Return the lowest prices found at which all that is chosen fits the limits."""
        prices = np.zeros(2)
        for _round in range(ROUNDS):
            before = prices.copy()
            for which in range(2):
                prices = self._price(prices, which)
            if np.allclose(before, prices, rtol=1e-6, atol=0):
                break
        return prices

    def _price(self, prices: Array, which: int) -> Array:
        def used(price: float) -> float:
            at = prices.copy()
            at[which] = price
            return float(self._used(self.priced(at))[which])

        low, high = 0.0, self._dearest(which)
        if used(low) <= self.limits[which]:
            high = low
        for _halving in range(HALVINGS if high > low else 0):
            middle = (low + high) / 2
            low, high = (low, middle) if used(middle) <= self.limits[which] else (middle, high)
        out = prices.copy()
        out[which] = high
        return out

    def _dearest(self, which: int) -> float:
        """Return a price at which nothing that uses the limit is worth it."""
        load = self.loads[which]
        rows = self.is_open & (load > 0)
        return 1.01 * float((self.options.worth[rows] / load[rows]).max(initial=0.0)) + 1e-9

    def filled(self, chosen: Whole) -> Whole:
        """Return the choice with what still fits added, the best worth per share first."""
        chosen = chosen if self.fits(chosen) else np.full_like(chosen, -1)
        for _pass in range(FILLS):
            gain = self.options.worth - self._now(self.options.worth, chosen)[:, None]
            more = (
                self.loads - np.stack([self._now(load, chosen) for load in self.loads])[:, :, None]
            )
            share = (np.maximum(more, 0) / np.maximum(self.limits, 1e-9)[:, None, None]).sum(axis=0)
            left = self.limits - self._used(chosen)
            able = self.is_open & (gain > 1e-12) & (more <= left[:, None, None]).all(axis=0)
            if not able.any():
                break
            chosen = self._taken(chosen, np.where(able, gain / (share + 1e-12), 0.0), more, left)
        return chosen

    def _taken(self, chosen: Whole, slope: Array, more: Array, left: Array) -> Whole:
        column = slope.argmax(axis=1)
        rows = np.arange(len(slope))
        out = chosen.copy()
        for row in np.argsort(-slope[rows, column], kind="stable"):
            load = more[:, row, column[row]]
            if slope[row, column[row]] > 0 and (load <= left).all():
                out[row] = column[row]
                left = left - load
        return out

    def solved(self) -> Whole | None:
        """Return HiGHS's choice; None where it found none in time."""
        row, column = np.nonzero(self.is_open)
        count = len(row)
        _names, group = np.unique(row, return_inverse=True)
        once = sparse.csr_array((np.ones(count), (group, np.arange(count))))
        rules = [optimize.LinearConstraint(once, -np.inf, 1.0)]
        for load, limit in zip(self.loads, self.limits, strict=True):
            if math.isfinite(limit):
                one = load[row, column][None, :]
                rules.append(optimize.LinearConstraint(one, -np.inf, limit))
        found = optimize.milp(
            -self.options.worth[row, column],
            integrality=np.ones(count, dtype=np.int64),
            bounds=optimize.Bounds(0, 1),
            constraints=rules,
            options={"mip_rel_gap": GAP, "time_limit": SECONDS},
        )
        if found.x is None:
            return None
        chosen = np.full(len(self.is_open), -1, dtype=np.int64)
        taken = found.x > 0.5
        chosen[row[taken]] = column[taken]
        self.solver_bound = -float(found.mip_dual_bound)
        return chosen if self.fits(chosen) else None

    def fits(self, chosen: Whole) -> bool:
        """Return whether a choice keeps every limit."""
        return bool((self._used(chosen) <= self.limits).all())

    def worth_of(self, chosen: Whole) -> float:
        """Return what a choice is worth."""
        return float(self._now(self.options.worth, chosen).sum())

    def _used(self, chosen: Whole) -> Array:
        return np.array([self._now(load, chosen).sum() for load in self.loads])

    def _now(self, values: Array, chosen: Whole) -> Array:
        picked = values[np.arange(len(values)), np.maximum(chosen, 0)]
        return np.where(chosen >= 0, picked, 0.0)

    def order(self, chosen: Whole, bound: float) -> JointOrder:
        """Return the choice as an order."""
        cost, room = self._used(chosen)
        return JointOrder(
            quantity=self._now(self.options.quantity, chosen).astype(np.int64),
            cost=float(cost),
            room=float(room),
            worth=self.worth_of(chosen),
            bound=bound,
        )
