"""What is really so in the shop: the figures that estimates are held against."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from config.demo_shop.baskets import PAIR_BOOST, Baskets
from config.demo_shop.catalogue import Catalogue
from config.demo_shop.competition import RIVALS
from config.demo_shop.market import Market
from config.demo_shop.people import CLUSTERS, LAPSED, SEGMENTS, People
from config.demo_shop.plan import Plan, as_days, day_text
from config.demo_shop.pricing import Prices, promotion_file
from config.demo_shop.stockroom import stockouts
from config.demo_shop.words import SHELVES


@dataclass(frozen=True)
class Mechanism:
    """All the simulation's parts."""

    plan: Plan
    catalogue: Catalogue
    people: People
    prices: Prices
    market: Market
    baskets: Baskets
    aspects: pd.DataFrame


def tell_truth(shop: Mechanism) -> dict[str, Any]:
    """The truth by topic; frames but for ``shop`` and ``competitors``, which are plain JSON."""
    plan = shop.plan
    return {
        "shop": {
            "seed": plan.seed,
            "today": plan.today.isoformat(),
            "days": plan.days,
            "pair_boost": PAIR_BOOST,
        },
        "competitors": {
            rival.name: {"habit": rival.habit, "level": rival.level, "lag_weeks": rival.lag}
            for rival in RIVALS
        },
        "products": _products(shop),
        "customers": _customers(shop),
        "seasonality": _seasonality(shop),
        "stockouts": _stockouts(shop),
        "demand": _demand(shop),
        "promotions": promotion_file(plan, shop.catalogue, shop.prices)[
            ["sku", "starts", "ends"]
        ].assign(lift=shop.prices.promotions["lift"].to_numpy()),
        "affinity": _affinity(shop),
        "review_aspects": shop.aspects,
    }


def _products(shop: Mechanism) -> pd.DataFrame:
    catalogue = shop.catalogue
    return pd.DataFrame(
        {
            "sku": catalogue.frame["sku"],
            "elasticity": catalogue.elasticity,
            "base_price": catalogue.base_price,
            "base_units_per_day": (shop.market.base_rate * shop.market.mean_quantity).round(5),
            "quality": catalogue.quality,
            "yearly_decline": catalogue.decline.round(4),
            "cycle_days": catalogue.cycle_days.astype(np.int64),
        }
    )


def _customers(shop: Mechanism) -> pd.DataFrame:
    people, known = shop.people, shop.people.known
    lapse = as_days(shop.plan.start, people.lapse_day[:known])
    gone = people.segment[:known] == LAPSED
    tastes = list(CLUSTERS)
    return pd.DataFrame(
        {
            "customer_id": people.frame["customer_id"],
            "segment": [SEGMENTS[at].name for at in people.segment[:known]],
            "taste": [tastes[at] for at in people.cluster[:known]],
            "lapsed_on": np.where(gone, np.array(day_text(lapse), dtype=object), ""),
        }
    )


def _seasonality(shop: Mechanism) -> pd.DataFrame:
    """One row per category and day: the season's factor, and the whole shop's shock that day."""
    days = day_text(shop.plan.dates)
    return pd.DataFrame(
        {
            "category": np.repeat([shelf.path for shelf in SHELVES], len(days)),
            "date": days * len(SHELVES),
            "factor": shop.market.season.ravel().round(5),
            "shock": np.tile(shop.market.shock.round(5), len(SHELVES)),
        }
    )


def _demand(shop: Mechanism) -> pd.DataFrame:
    """Units expected and units wanted per product and day on sale, in stock or not."""
    product, day = np.nonzero(shop.catalogue.on_sale(shop.plan.days))
    sku = shop.catalogue.frame["sku"].to_numpy()
    days = np.array(day_text(shop.plan.dates), dtype=object)
    return pd.DataFrame(
        {
            "sku": sku[product],
            "date": days[day],
            "expected_units": shop.market.expected[product, day].round(4),
            "wanted_units": shop.market.wanted[product, day],
        }
    )


def _stockouts(shop: Mechanism) -> pd.DataFrame:
    """Days on which a product could not be sold at all."""
    empty = stockouts(shop.market.stockroom, shop.catalogue.on_sale(shop.plan.days))
    product, day = np.nonzero(empty)
    sku = shop.catalogue.frame["sku"].to_numpy()
    return pd.DataFrame({"sku": sku[product], "date": day_text(shop.plan.dates[day])})


def _affinity(shop: Mechanism) -> pd.DataFrame:
    sku = shop.catalogue.frame["sku"].to_numpy()
    pairs = shop.baskets.pairs
    return pd.DataFrame({"sku": sku[pairs[:, 0]], "with_sku": sku[pairs[:, 1]]})
