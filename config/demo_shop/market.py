"""Demand of every product on every day, and what stock let the shop sell of it.

The demand of product p on day t, in order lines, is negative binomial with mean

    base_p * season_pt * shock_t * growth_t * life_pt * lift_pt * (paid_pt / base_price_p) ** e_p

so that e_p, the true own-price elasticity, can be recovered from the sales.
"""

from dataclasses import dataclass

import numpy as np

from config.demo_shop.calendar import PROFILES, seasonality
from config.demo_shop.catalogue import Catalogue
from config.demo_shop.plan import Floats, Ints, Plan
from config.demo_shop.pricing import Prices, price_ratio
from config.demo_shop.stockroom import Stockroom, run_stockroom
from config.demo_shop.words import SHELVES

LINES_PER_CUSTOMER_DAY = 0.040
GROWTH_PER_YEAR = 0.15
DISPERSION = 9.0  # shape of the gamma noise of a product's day
BULK_SHARE = 0.0008
BOXFUL = (10, 31)


@dataclass(frozen=True)
class Market:
    """The simulated days.

    ``season`` is shelves × days, ``shock`` days, ``offset`` products × days: all that moves
    demand but the price.  ``expected`` and ``wanted`` are pieces, products × days, whether in
    stock or not; ``base_rate`` the expected lines of a normal day at the first list price.
    ``product``, ``day``, ``quantity`` list the order lines that were sold, by day.
    """

    season: Floats
    shock: Floats
    offset: Floats
    expected: Floats
    wanted: Ints
    base_rate: Floats
    mean_quantity: Floats
    product: Ints
    day: Ints
    quantity: Ints
    stockroom: Stockroom


def run_market(plan: Plan, catalogue: Catalogue, prices: Prices) -> Market:
    """Draw demand, run the stock against it, and keep the lines that could be served."""
    rng = plan.rng("market")
    season = np.array([seasonality(plan.dates, PROFILES[shelf.season]) for shelf in SHELVES])
    shock = _shocks(rng, plan.days)
    offset = season[catalogue.shelf] * shock * _life(plan, catalogue) * prices.lift
    base_rate = LINES_PER_CUSTOMER_DAY * plan.customers * catalogue.share
    rate = base_rate[:, None] * offset * price_ratio(prices, catalogue) ** _column(catalogue)
    lines = rng.poisson(rate * rng.gamma(DISPERSION, 1 / DISPERSION, rate.shape))
    product, day = _listed(rng, lines)
    mean_quantity = np.where(catalogue.cycle_days > 0, 1.55, 1.12)
    quantity = _quantities(rng, mean_quantity[product])
    wanted = np.zeros(lines.shape, dtype=np.int64)
    np.add.at(wanted, (product, day), quantity)
    expected = rate * _pieces(mean_quantity)[:, None]
    stockroom = run_stockroom(plan, catalogue, wanted, expected)
    served = _served(product, day, quantity, stockroom.available)
    kept = served > 0
    return Market(
        season=season,
        shock=shock,
        offset=offset,
        expected=expected,
        wanted=wanted,
        base_rate=base_rate,
        mean_quantity=_pieces(mean_quantity),
        product=product[kept],
        day=day[kept],
        quantity=served[kept],
        stockroom=stockroom,
    )


def _column(catalogue: Catalogue) -> Floats:
    column: Floats = catalogue.elasticity[:, None]
    return column


def _shocks(rng: np.random.Generator, days: int) -> Floats:
    """Weather and news: the whole shop's good and bad days, lasting a few days each."""
    noise, level = rng.normal(0, 0.06, days), 0.0
    shocks = np.empty(days)
    for day in range(days):
        level = 0.6 * level + noise[day]
        shocks[day] = level
    return np.exp(shocks)


def _life(plan: Plan, catalogue: Catalogue) -> Floats:
    """Products × days: growth of the shop, launch ramp, novelty, decline and the end."""
    day = np.arange(plan.days, dtype=np.float64)
    age = day - catalogue.launch_day[:, None]
    ramp = np.clip((age + 1) / 28, 0, 1) * (1 + 0.5 * np.exp(-np.maximum(age, 0) / 60))
    decline = np.exp(-catalogue.decline[:, None] * day / 365)
    growth = 1 + GROWTH_PER_YEAR * day / 365
    return ramp * decline * growth * catalogue.on_sale(plan.days)


def _listed(rng: np.random.Generator, lines: Ints) -> tuple[Ints, Ints]:
    """One entry per line, ordered by day and shuffled within it."""
    product, day = np.nonzero(lines)
    counts = lines[product, day]
    product, day = np.repeat(product, counts), np.repeat(day, counts)
    order = np.lexsort((rng.random(len(day)), day))
    return product[order], day[order]


def _quantities(rng: np.random.Generator, mean: Floats) -> Ints:
    """Mostly one piece; now and then a company buys a boxful."""
    quantity = 1 + rng.poisson(mean - 1)
    bulk = rng.random(len(mean)) < BULK_SHARE
    boxful = rng.integers(*BOXFUL, len(mean))
    return np.where(bulk, boxful, quantity).astype(np.int64)


def _pieces(mean: Floats) -> Floats:
    """Expected pieces of a line, boxfuls included."""
    boxful = (BOXFUL[0] + BOXFUL[1] - 1) / 2
    return (1 - BULK_SHARE) * mean + BULK_SHARE * boxful


def _served(product: Ints, day: Ints, quantity: Ints, available: Ints) -> Ints:
    """First come, first served within a product's day; the last line may be cut short."""
    order = np.lexsort((np.arange(len(day)), day, product))
    units = quantity[order]
    key = product[order] * available.shape[1] + day[order]
    before = np.cumsum(units) - units
    starts = np.r_[True, key[1:] != key[:-1]]
    before -= np.repeat(before[starts], np.diff(np.r_[np.flatnonzero(starts), len(key)]))
    left = np.clip(available[product[order], day[order]] - before, 0, None)
    served = np.empty_like(quantity)
    served[order] = np.minimum(units, left)
    return served
