"""Three rivals and their prices, each with a habit of its own."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.catalogue import Catalogue, charm
from config.demo_shop.plan import Bools, Floats, Ints, Plan, moment_text
from config.demo_shop.pricing import Prices

WEEKS = 26
COVERED = 0.60  # of the products are sold by rivals at all
CARRIED = 0.75  # of those by each rival


@dataclass(frozen=True)
class Rival:
    """``habit``: follow our price with ``lag`` weeks, undercut it, or keep its own and promote."""

    name: str
    host: str
    habit: str
    level: float
    lag: int


RIVALS = (
    Rival("Cloud Gate Living", "shop-a.example", "follow", 1.00, 2),
    Rival("Bargain Bamboo", "shop-b.example", "undercut", 0.94, 1),
    Rival("Old Street Goods", "shop-c.example", "promo", 1.05, 0),
)


def watch_rivals(plan: Plan, catalogue: Catalogue, prices: Prices) -> pd.DataFrame:
    """Weekly offers: competitor, sku, gtin, price (CNY), seen_at, url."""
    rng = plan.rng("competition")
    days = plan.days - 1 - 7 * np.arange(min(WEEKS, plan.days // 7))[::-1]
    covered = rng.random(catalogue.size) < COVERED
    frames = [
        _offers(rng, plan, catalogue, _Week(days, rival, covered, prices)) for rival in RIVALS
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.sort_values(["seen_at", "competitor", "sku"], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Week:
    """What one rival sees of us on its watching days."""

    days: Ints
    rival: Rival
    covered: Bools
    prices: Prices


def _offers(
    rng: np.random.Generator, plan: Plan, catalogue: Catalogue, view: _Week
) -> pd.DataFrame:
    carried = np.flatnonzero(view.covered & (rng.random(catalogue.size) < CARRIED))
    price = _rival_prices(rng, catalogue, view)[carried]
    seen = catalogue.on_sale(plan.days)[np.ix_(carried, view.days)]
    seen &= rng.random(seen.shape) < 0.95  # a page now and then cannot be read
    row, week = np.nonzero(seen)
    product = carried[row]
    gtin = catalogue.frame["gtin"].to_numpy()[product]
    second = rng.integers(2 * 3600, 6 * 3600, len(row))
    return pd.DataFrame(
        {
            "competitor": view.rival.name,
            "sku": catalogue.frame["sku"].to_numpy()[product],
            "gtin": gtin,
            "price": price[row, week],
            "seen_at": moment_text(plan.dates[view.days[week]], second),
            "url": [f"https://{view.rival.host}/item/{code}" for code in gtin],
        }
    )


def _rival_prices(rng: np.random.Generator, catalogue: Catalogue, view: _Week) -> Floats:
    """Products × weeks."""
    rival, prices = view.rival, view.prices
    ours = prices.paid[:, np.maximum(view.days - 7 * rival.lag, 0)]
    habit = rng.normal(rival.level, 0.03, (catalogue.size, 1))
    floor = catalogue.cost[:, None] * 1.08
    if rival.habit == "promo":
        own = catalogue.base_price[:, None] * habit
        begins = rng.random(ours.shape) < 0.06
        running = begins | np.roll(begins, 1, axis=1)
        return charm(np.maximum(own * np.where(running, 0.82, 1.0), floor))
    return charm(np.maximum(ours * habit, floor))
