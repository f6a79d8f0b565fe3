"""The price of greatest expected profit within the merchant's guardrails.

Near today's price p₀ demand is taken as semi-log, units · exp(e · (p / p₀ − 1)) with elasticity
e at p₀: the form that lost least against a clairvoyant on simulated markets. The elasticity and
the demand level are known only as distributions; gains are averaged over both, and a price
moves only where the gain is worth it and unlikely to be a loss.
Source: Phillips (2021), Pricing and Revenue Optimization, 2nd ed., ch. 3.
"""

from dataclasses import dataclass

import numpy as np

from pricing.algorithms.endings import Endings, candidate_prices
from pricing.algorithms.panel import Array

DRAWS = 400
LEAST_RESPONSE = -0.05
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class Guardrails:
    """``margin``: least profit as a share of cost; ``step``: largest move as a share of price."""

    margin: float
    step: float
    endings: Endings

    def floor(self, cost: float) -> float:
        """Return the least price: cost plus margin."""
        return cost * (1.0 + self.margin)

    def bounds(self, price: float, cost: float) -> tuple[float, float]:
        """Return the lowest and highest price allowed; empty where low > high."""
        return max(self.floor(cost), price * (1.0 - self.step)), price * (1.0 + self.step)

    def candidates(self, price: float, cost: float) -> Array:
        """Return the prices one may choose from, today's left out."""
        cents = candidate_prices(*self.bounds(price, cost), self.endings)
        return np.asarray(cents[cents != round(price * 100)] / 100.0)


@dataclass(frozen=True)
class Worth:
    """When a move is worth proposing: least gain in money, as a share, and chance of a gain."""

    money: float = 0.0
    share: float = 0.01
    chance: float = 0.9


@dataclass(frozen=True)
class Outlook:
    """A product over the coming days: price and cost now, units expected at that price.

    ``units_sd`` and ``elasticity_se`` say how well the two are known.
    """

    price: float
    cost: float
    units: float
    units_sd: float
    elasticity: float
    elasticity_se: float


@dataclass(frozen=True)
class Move:
    """A price and what it is expected to bring, beside today's; 80 % interval of the gain."""

    price: float
    units: float
    profit_now: float
    gain: float
    gain_low: float
    gain_high: float
    chance: float

    @property
    def profit(self) -> float:
        return self.profit_now + self.gain


class PriceOptimiser:
    """Choose prices under guardrails. Parameters: ``draws``, ``random_state``."""

    def __init__(self, *, draws: int = DRAWS, random_state: int = 0) -> None:
        self.draws = draws
        self.random_state = random_state

    def _normals(self) -> tuple[Array, Array]:
        generator = np.random.default_rng(self.random_state)
        half = generator.standard_normal((2, self.draws // 2))
        return tuple(np.concatenate([row, -row]) for row in half)  # type: ignore[return-value]

    def profits(self, outlook: Outlook, prices: Array) -> tuple[Array, Array]:
        """Return drawn profit at each price and units at each (draws × prices).

        Elasticities are drawn at most −0.05: demand does not rise with the price.
        """
        first, second = self._normals()
        response = np.minimum(outlook.elasticity + outlook.elasticity_se * first, LEAST_RESPONSE)
        relative = outlook.units_sd / max(outlook.units, 1e-9)
        spread = np.sqrt(np.log1p(relative**2))
        level = outlook.units * np.exp(spread * second - 0.5 * spread**2)
        units = level[:, None] * np.exp(response[:, None] * (prices / outlook.price - 1.0))
        return units * (prices - outlook.cost), units

    def best(self, outlook: Outlook, guardrails: Guardrails) -> Move | None:
        """Return the move of greatest expected profit; None where no price is allowed."""
        prices = guardrails.candidates(outlook.price, outlook.cost)
        if not len(prices) or outlook.units <= 0:
            return None
        return self._moves(outlook, prices)

    def worthwhile(self, outlook: Outlook, guardrails: Guardrails, worth: Worth) -> Move | None:
        """Return the best move where it is worth proposing, else None."""
        move = self.best(outlook, guardrails)
        if move is None:
            return None
        least = max(worth.money, worth.share * abs(move.profit_now))
        return move if move.gain >= least and move.chance >= worth.chance else None

    def at(self, outlook: Outlook, price: float) -> Move:
        """Return what one price is expected to bring."""
        return self._moves(outlook, np.array([price]))

    def _moves(self, outlook: Outlook, prices: Array) -> Move:
        drawn, units = self.profits(outlook, np.append(prices, outlook.price))
        gains = drawn[:, :-1] - drawn[:, -1:]
        at = int(gains.mean(axis=0).argmax())
        low, high = np.quantile(gains[:, at], BAND)
        mean = float(gains[:, at].mean())
        return Move(
            price=float(prices[at]),
            units=float(units[:, at].mean()),
            profit_now=float(drawn[:, -1].mean()),
            gain=mean,
            gain_low=min(float(low), mean),
            gain_high=max(float(high), mean),
            chance=float((gains[:, at] > 0).mean()),
        )


def fixed_change(price: float, amount: float, cost: float, guardrails: Guardrails) -> float | None:
    """Return ``price`` moved by a fixed ``amount`` of money, brought within the guardrails.

    The nearest allowed price to the one asked for; None where none is allowed.
    """
    return _nearest(price + amount, price, cost, guardrails)


def relative_change(
    price: float, share: float, cost: float, guardrails: Guardrails
) -> float | None:
    """Return ``price`` moved by a ``share`` of itself (−0.05: 5 % down), within the guardrails."""
    return _nearest(price * (1.0 + share), price, cost, guardrails)


def _nearest(wanted: float, price: float, cost: float, guardrails: Guardrails) -> float | None:
    allowed = guardrails.candidates(price, cost)
    if not len(allowed):
        return None
    return float(allowed[np.abs(allowed - wanted).argmin()])
