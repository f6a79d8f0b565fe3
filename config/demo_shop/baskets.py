"""Who bought what: the day's sold lines are handed to the customers who came that day.

Which products sell, and how many, is settled by the market.  Here each line finds the basket it
suits best by chance: taste for the shelf, fit of style, a consumable that has run out, a bargain
for those who hunt them, and things that belong together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from config.demo_shop.catalogue import Catalogue
from config.demo_shop.market import Market
from config.demo_shop.people import ONE_TIME, People
from config.demo_shop.plan import Floats, Ints, Plan
from config.demo_shop.pricing import Prices

LINES_PER_BASKET = 2.6
GUEST_SHARE = 0.08
STYLE_WEIGHT = 0.75
REFILL_BOOST = 16.0
RECENT_DAYS = 150  # a thing that lasts is seldom bought again within this time
PAIRS_PER_COMPLEMENT = 3
PAIR_BOOST = 25.0
COMPLEMENTS = (
    ("Teaware > Teapots", "Tea > Black & Oolong"),
    ("Teaware > Cups & Gaiwans", "Tea > Green Tea"),
    ("Teaware > Trays & Tools", "Tea > Pu'er & Dark Tea"),
    ("Stationery > Calligraphy", "Stationery > Pens & Ink"),
    ("Lighting & Candles > Scented Candles", "Home Decor > Vases"),
    ("Kitchen & Dining > Bowls & Plates", "Home Textiles > Table Linen"),
    ("Gifts & Festivals > Gift Sets", "Gifts & Festivals > Cards & Wrapping"),
    ("Bath & Care > Towels", "Bath & Care > Handmade Soap"),
    ("Home Textiles > Cushions", "Home Textiles > Throws & Blankets"),
    ("Pantry > Pastries & Nuts", "Pantry > Coffee"),
)


@dataclass(frozen=True)
class Baskets:
    """One entry per order line, by day; ``basket`` numbers orders through the window.

    ``person`` indexes the profiles of ``People``; those past its known customers are guests.
    ``pairs`` has a row (anchor, partner) per pair of products bought together.
    """

    basket: Ints
    person: Ints
    day: Ints
    product: Ints
    quantity: Ints
    pairs: Ints


class Floor:
    """The shop floor: hands one day's lines to the customers present and remembers purchases."""

    def __init__(self, catalogue: Catalogue, people: People, pairs: Ints) -> None:
        self.catalogue = catalogue
        self.people = people
        self.anchor_of = np.full(catalogue.size, -1, dtype=np.int64)
        self.anchor_of[pairs[:, 1]] = pairs[:, 0]
        shape = (len(people.segment), catalogue.size)
        self.last_bought: npt.NDArray[np.float32] = np.full(shape, -1e6, dtype=np.float32)

    def hand_out(
        self, rng: np.random.Generator, day: int, present: Ints, products: Ints, discount: Floats
    ) -> Ints:
        """The position in ``present`` of the customer who takes each of ``products``."""
        weights = self._liking(day, present, products, discount)
        weights *= self.people.basket[present][:, None] * rng.gamma(1.5, 1, len(present))[:, None]
        taker = np.empty(len(products), dtype=np.int64)
        anchors = self.anchor_of[products]
        plain = anchors < 0
        taker[plain] = _draw(rng, weights[:, plain])
        held = np.zeros((len(present), self.catalogue.size), dtype=bool)
        held[taker[plain], products[plain]] = True
        boost = np.where(held[:, anchors[~plain]], PAIR_BOOST, 1.0)
        taker[~plain] = _draw(rng, weights[:, ~plain] * boost)
        self.last_bought[present[taker], products] = day
        return taker

    def _liking(self, day: int, present: Ints, products: Ints, discount: Floats) -> Floats:
        """Customers × lines: how well each product suits each customer today."""
        fit = self.people.style[present] @ self.catalogue.style[products].T
        liking = np.exp(STYLE_WEIGHT * np.clip(fit, -6, 6))
        liking *= self.people.shelf_taste[np.ix_(present, self.catalogue.shelf[products])]
        liking *= 1 + np.outer(self.people.bargain[present], discount[products])
        cycle = self.catalogue.cycle_days[products]
        elapsed = day - self.last_bought[np.ix_(present, products)].astype(np.float64)
        spread = np.maximum(0.35 * cycle, 1)
        refill = 1 + REFILL_BOOST * np.exp(-(((elapsed - cycle) / spread) ** 2))
        lasting = np.where(elapsed < RECENT_DAYS, 0.15, 1.0)
        needed: Floats = liking * np.where(cycle > 0, refill, lasting)
        return needed


def fill_baskets(
    plan: Plan, catalogue: Catalogue, people: People, market: Market, prices: Prices
) -> Baskets:
    """Give every sold line a customer and an order."""
    rng = plan.rng("baskets")
    pairs = _pairs(rng, catalogue)
    floor = Floor(catalogue, people, pairs)
    discount = 1 - prices.paid / prices.listed
    crowd = Crowd(rng, plan, people, discount.mean(axis=0))
    edges = np.searchsorted(market.day, np.arange(plan.days + 1))
    basket, person = np.empty_like(market.day), np.empty_like(market.day)
    orders = 0
    for day in range(plan.days):
        lines = slice(edges[day], edges[day + 1])
        products = market.product[lines]
        present = crowd.arriving(day, len(products))
        if len(products):
            taker = floor.hand_out(rng, day, present, products, discount[:, day])
            basket[lines], person[lines] = orders + taker, present[taker]
        orders += len(present)
    return Baskets(basket, person, market.day, market.product, market.quantity, pairs)


class Crowd:
    """Who comes to the shop on a day."""

    def __init__(
        self, rng: np.random.Generator, plan: Plan, people: People, discount: Floats
    ) -> None:
        self.rng = rng
        self.people = people
        self.days = plan.days
        self.bargains = discount / max(float(discount.mean()), 1e-9)
        self.once = (people.segment == ONE_TIME) & (np.arange(len(people.segment)) < people.known)

    def arriving(self, day: int, lines: int) -> Ints:
        """Customers and guests of the day, each once, at least one."""
        count = max(1, round(lines / LINES_PER_BASKET))
        guests = self.rng.binomial(count, GUEST_SHARE)
        once = np.flatnonzero(self.once & (self.people.created_day == day))
        regulars = self._regulars(day, max(count - guests - len(once), 1))
        total, known = len(self.people.segment), self.people.known
        visitors = self.rng.choice(
            np.arange(known, total), min(guests, total - known), replace=False
        )
        return np.concatenate([once, regulars, visitors]).astype(np.int64)

    def _regulars(self, day: int, count: int) -> Ints:
        """A weighted draw without replacement (Efraimidis and Spirakis, 2006)."""
        people, known = self.people, self.people.known
        here = (people.created_day[:known] <= day) & (people.lapse_day[:known] > day)
        hunting = people.bargain[:known] > 5
        weights = people.rate[:known] * np.where(hunting, self.bargains[day] ** 1.5, 1.0) * here
        candidates = np.flatnonzero(weights > 0)
        if len(candidates) <= count:
            return candidates.astype(np.int64)
        waiting = self.rng.exponential(1, len(candidates)) / weights[candidates]
        return candidates[np.argpartition(waiting, count)[:count]].astype(np.int64)


def _draw(rng: np.random.Generator, weights: Floats) -> Ints:
    """One row index per column, in proportion to the column's weights."""
    edges = np.cumsum(weights, axis=0)
    level = rng.random(weights.shape[1]) * edges[-1]
    taken: Ints = (edges < level).sum(axis=0).astype(np.int64)
    return np.minimum(taken, len(weights) - 1)


def _pairs(rng: np.random.Generator, catalogue: Catalogue) -> Ints:
    """Pairs of well-sold products of shelves that belong together, no product in two pairs."""
    category = catalogue.frame["category"].to_numpy()
    ranked = np.argsort(-catalogue.share, kind="stable")
    used: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for left, right in COMPLEMENTS:
        sides = [[int(at) for at in ranked if category[at] == side] for side in (left, right)]
        free = [[at for at in side if at not in used][:PAIRS_PER_COMPLEMENT] for side in sides]
        found = list(zip(free[0], rng.permutation(free[1]).tolist(), strict=False))
        used.update(at for pair in found for at in pair)
        pairs.extend(found)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
