"""How much to have for one period of uncertain demand: too much costs, too little costs more.

Source: Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., ch. 4.
``holding`` is the cost of a unit left over, ``shortage`` that of a unit short, same currency.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from inventory.algorithms.losses import lognormal_loss, normal_loss, poisson_loss


@dataclass(frozen=True)
class Plan:
    """The quantity to have, in units, and what it is expected to cost (or to earn)."""

    quantity: float
    value: float


def critical_ratio(holding: float, shortage: float) -> float:
    """Return the chance of being in stock at which one more unit just pays."""
    if holding < 0 or shortage < 0 or holding + shortage == 0:
        raise ValueError("holding and shortage cost must not be negative, nor both zero")
    return shortage / (holding + shortage)


def expected_cost(quantity: float, mean: float, loss: float, costs: tuple[float, float]) -> float:
    """Return the cost of holding and shortage where the expected shortfall is ``loss``."""
    holding, shortage = costs
    return holding * (quantity - mean + loss) + shortage * loss


def newsvendor_normal(
    mean: float,
    sd: float,
    *,
    holding: float,
    shortage: float,
    lead_periods: int = 0,
    quantity: float | None = None,
) -> Plan:
    """Return the best base stock for normal demand per period, or the cost of ``quantity``.

    With a lead time the stock must last ``lead_periods`` + 1 periods.
    """
    periods = lead_periods + 1
    centre, spread = mean * periods, sd * math.sqrt(periods)
    if quantity is None:
        quantity = centre + spread * float(stats.norm.ppf(critical_ratio(holding, shortage)))
    loss = float(normal_loss(quantity, centre, spread))
    return Plan(quantity, expected_cost(quantity, centre, loss, (holding, shortage)))


def newsvendor_profit(
    mean: float, sd: float, *, price: float, cost: float, salvage: float = 0.0
) -> Plan:
    """Return the order of greatest expected profit, and that profit, for normal demand."""
    plan = newsvendor_normal(mean, sd, holding=cost - salvage, shortage=price - cost)
    return Plan(plan.quantity, (price - cost) * mean - plan.value)


def newsvendor_poisson(
    mean: float, *, holding: float, shortage: float, quantity: int | None = None
) -> Plan:
    """Return the best whole base stock for Poisson demand, or the cost of ``quantity``."""
    if quantity is None:
        quantity = int(stats.poisson.ppf(critical_ratio(holding, shortage), mean))
    loss = float(poisson_loss(quantity, mean))
    return Plan(quantity, expected_cost(quantity, mean, loss, (holding, shortage)))


def newsvendor_lognormal(
    log_mean: float, log_sd: float, *, holding: float, shortage: float
) -> Plan:
    """Return the best base stock where log demand is normal."""
    z = float(stats.norm.ppf(critical_ratio(holding, shortage)))
    quantity = math.exp(log_mean + log_sd * z)
    loss = float(lognormal_loss(quantity, log_mean, log_sd))
    mean = float(np.exp(log_mean + 0.5 * log_sd**2))
    return Plan(quantity, expected_cost(quantity, mean, loss, (holding, shortage)))


@dataclass(frozen=True)
class UnitCosts:
    """What a unit costs now and next period, and how a period's money is discounted."""

    now: float
    later: float
    discount: float = 1.0


def myopic_normal(
    mean: float, sd: float, *, holding: float, shortage: float, purchase: UnitCosts
) -> Plan:
    """Return the base stock best for this period alone where what is left saves buying later.

    Demand is normal; the value is the period's expected cost, purchase included.
    """
    saved = purchase.discount * purchase.later
    ratio = (shortage - purchase.now + saved) / (holding + shortage)
    if not 0 < ratio < 1:
        raise ValueError("the price moves too far between the periods for a myopic order")
    quantity = mean + sd * float(stats.norm.ppf(ratio))
    loss = float(normal_loss(quantity, mean, sd))
    running = expected_cost(quantity, mean, loss, (holding, shortage))
    return Plan(quantity, purchase.now * quantity + running - saved * (quantity - mean))
