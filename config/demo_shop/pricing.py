"""List prices over time and the promotions that cut them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.calendar import MID_AUTUMN, SPRING_FESTIVAL, days_from, yearly_feasts
from config.demo_shop.catalogue import Catalogue, charm
from config.demo_shop.plan import Floats, Plan, as_days, day_text
from config.demo_shop.words import Term

CHANGES_PER_YEAR = 2.6
PROMOTIONS_PER_YEAR = 2.4
DEPTHS = np.array([0.10, 0.15, 0.20, 0.25, 0.30, 0.35])
ORDINARY = (
    Term("Weekend Treat", "周末特惠"),
    Term("Member Week", "会员周"),
    Term("Brand Day", "品牌日"),
    Term("Flash Sale", "限时抢购"),
)
DOUBLE_ELEVEN = Term("Double 11 Carnival", "双11狂欢")
MID_YEAR = Term("618 Mid-Year Sale", "618年中大促")
NEW_YEAR = Term("New Year Goods Festival", "年货节")
AUTUMN = Term("Mid-Autumn Gifts", "中秋礼遇")
CHRISTMAS = Term("Christmas Market", "圣诞市集")
KINDS = (*ORDINARY, DOUBLE_ELEVEN, MID_YEAR, NEW_YEAR, AUTUMN, CHRISTMAS)


@dataclass(frozen=True)
class Prices:
    """What each product cost on each day.

    ``listed`` and ``paid`` are products × days in CNY; ``lift`` is the demand a running promotion
    adds beyond its lower price (a multiplier, 1 without one); ``history`` has product, day,
    price; ``promotions`` has product, first, last, price, kind, lift.
    """

    listed: Floats
    paid: Floats
    lift: Floats
    history: pd.DataFrame
    promotions: pd.DataFrame


def set_prices(plan: Plan, catalogue: Catalogue) -> Prices:
    """List price changes, then promotions on top of them."""
    listed, history = _list_prices(plan, catalogue)
    promotions = _promotions(plan, catalogue, listed)
    paid, lift = listed.copy(), np.ones_like(listed)
    spans = promotions[["product", "first", "last"]].to_numpy(dtype=np.int64).tolist()
    terms = promotions[["price", "lift"]].to_numpy(dtype=np.float64).tolist()
    for (product, first, last), (price, extra) in zip(spans, terms, strict=True):
        window = slice(first, last + 1)
        paid[product, window] = np.minimum(paid[product, window], price)
        lift[product, window] = extra
    return Prices(listed, paid, lift, history, promotions)


def price_file(plan: Plan, catalogue: Catalogue, prices: Prices) -> pd.DataFrame:
    """The canonical price history: sku, price, from."""
    history = prices.history
    return pd.DataFrame(
        {
            "sku": catalogue.frame["sku"].to_numpy()[history["product"]],
            "price": history["price"],
            "from": day_text(as_days(plan.start, history["day"].to_numpy())),
        }
    )


def promotion_file(plan: Plan, catalogue: Catalogue, prices: Prices) -> pd.DataFrame:
    """The canonical promotions: sku, starts, ends (both days included), price, name, name_zh."""
    rows = prices.promotions
    return pd.DataFrame(
        {
            "sku": catalogue.frame["sku"].to_numpy()[rows["product"]],
            "starts": day_text(as_days(plan.start, rows["first"].to_numpy())),
            "ends": day_text(as_days(plan.start, rows["last"].to_numpy())),
            "price": rows["price"],
            "name": [KINDS[kind].en for kind in rows["kind"]],
            "name_zh": [KINDS[kind].zh for kind in rows["kind"]],
        }
    )


def _list_prices(plan: Plan, catalogue: Catalogue) -> tuple[Floats, pd.DataFrame]:
    rng = plan.rng("prices")
    listed = np.repeat(catalogue.base_price[:, None], plan.days, axis=1)
    rows: list[tuple[int, int, float]] = []
    for product, base in enumerate(catalogue.base_price):
        first = int(catalogue.launch_day[product])
        rows.append((product, first, float(base)))
        for day, price in _changes(rng, plan.days, float(base)):
            if day > first + 30 and price != rows[-1][2]:
                listed[product, day:] = price
                rows.append((product, day, price))
    return listed, pd.DataFrame(rows, columns=["product", "day", "price"])


def _changes(rng: np.random.Generator, days: int, base: float) -> list[tuple[int, float]]:
    """Days and new prices: up and down around a slowly rising level, as costs and rivals move."""
    count = rng.poisson(CHANGES_PER_YEAR * days / 365)
    at = np.sort(rng.choice(np.arange(1, days), size=min(count, days - 1), replace=False))
    level = base * np.exp(0.03 * at / 365 + rng.normal(0, 0.11, len(at)))
    return list(zip(at.tolist(), charm(level).tolist(), strict=True))


def _promotions(plan: Plan, catalogue: Catalogue, listed: Floats) -> pd.DataFrame:
    """Ordinary and festival promotions; where two meet, the earlier one stays alone."""
    rng = plan.rng("promotions")
    rows = pd.DataFrame(
        [*_ordinary(rng, plan, catalogue.size), *_festive(rng, plan, catalogue.size)],
        columns=["product", "first", "last", "kind"],
    )
    product, first = rows["product"].to_numpy(), rows["first"].to_numpy()
    depth = rng.choice(DEPTHS, len(rows))
    price = charm(listed[product, first] * (1 - depth))
    rows["price"] = np.maximum(price, np.round(catalogue.cost[product] * 1.03, 2))
    rows["lift"] = np.round(rng.uniform(1.10, 1.55, len(rows)), 3)
    useful = rows["price"].to_numpy() < 0.95 * listed[product, first]
    useful &= (first >= catalogue.launch_day[product] + 30) & (first < catalogue.end_day[product])
    return _without_overlaps(rows[useful])


def _ordinary(rng: np.random.Generator, plan: Plan, products: int) -> list[tuple[int, ...]]:
    count = int(rng.poisson(PROMOTIONS_PER_YEAR * plan.days / 365 * products))
    product, first = rng.integers(0, products, count), rng.integers(0, plan.days, count)
    last = first + rng.integers(4, 14, count)
    kind = rng.integers(0, len(ORDINARY), count)
    return [tuple(row) for row in np.column_stack([product, first, last, kind]).tolist()]


def _festive(rng: np.random.Generator, plan: Plan, products: int) -> list[tuple[int, ...]]:
    """A third of the shop takes part in each festival, from ``opens`` to ``shuts`` around it."""
    dates = plan.dates
    feasts = (
        (DOUBLE_ELEVEN, yearly_feasts(dates, 11, 11), -10, 0),
        (MID_YEAR, yearly_feasts(dates, 6, 18), -10, 0),
        (NEW_YEAR, SPRING_FESTIVAL, -22, -8),
        (AUTUMN, MID_AUTUMN, -12, -2),
        (CHRISTMAS, yearly_feasts(dates, 12, 25), -15, -1),
    )
    rows: list[tuple[int, ...]] = []
    for kind, days, opens, shuts in feasts:
        for day in np.flatnonzero(days_from(dates, days) == opens).tolist():
            joining = np.flatnonzero(rng.random(products) < 0.33).tolist()
            last = day + shuts - opens
            rows.extend((product, day, last, KINDS.index(kind)) for product in joining)
    return rows


def _without_overlaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep a promotion only when its product's last kept one ended a week before it starts."""
    rows = rows.sort_values(["product", "first", "last"], ignore_index=True)
    free_from: dict[int, int] = {}
    keep = []
    spans = rows[["product", "first", "last"]].to_numpy(dtype=np.int64).tolist()
    for product, first, last in spans:
        keep.append(first >= free_from.get(product, -1))
        if keep[-1]:
            free_from[product] = last + 7
    return rows[keep].reset_index(drop=True)


def price_ratio(prices: Prices, catalogue: Catalogue) -> Floats:
    """Price paid beside the first list price, the argument of the demand curve."""
    return prices.paid / catalogue.base_price[:, None]


def current_prices(prices: Prices) -> Floats:
    """The list price of each product on the last day."""
    last: Floats = prices.listed[:, -1]
    return last
