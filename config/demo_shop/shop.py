"""The generated shop in the layout of the canonical files."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from config.demo_shop.baskets import fill_baskets
from config.demo_shop.browsing import browse
from config.demo_shop.catalogue import Catalogue, build_catalogue, launched
from config.demo_shop.competition import watch_rivals
from config.demo_shop.market import run_market
from config.demo_shop.orders import order_file, order_lines
from config.demo_shop.people import build_people
from config.demo_shop.plan import Plan
from config.demo_shop.pricing import Prices, current_prices, price_file, promotion_file, set_prices
from config.demo_shop.reviews import write_reviews
from config.demo_shop.stockroom import stock_file
from config.demo_shop.truth import Mechanism, tell_truth

FILES = (
    "products",
    "suppliers",
    "customers",
    "orders",
    "stock",
    "prices",
    "promotions",
    "events",
    "reviews",
    "competitors",
)


@dataclass(frozen=True)
class DemoShop:
    """One frame per canonical file, texts and numbers as the files hold them, and the truth.

    Money is CNY, days are ISO dates, moments ISO timestamps at +08:00.  In ``orders``
    ``unit_price`` is the list price and ``discount`` the money off the whole line, so a line is
    worth ``quantity * unit_price - discount``; a return has negative quantity and discount.
    """

    products: pd.DataFrame
    suppliers: pd.DataFrame
    customers: pd.DataFrame
    orders: pd.DataFrame
    stock: pd.DataFrame
    prices: pd.DataFrame
    promotions: pd.DataFrame
    events: pd.DataFrame
    reviews: pd.DataFrame
    competitors: pd.DataFrame
    truth: dict[str, Any]


def generate(
    *, seed: int = 7, today: date, days: int = 730, products: int = 400, customers: int = 5000
) -> DemoShop:
    """The shop of ``seed`` as it stands on the morning of ``today``, with ``days`` of history.

    The same arguments give the same bytes.  Raises ValueError for a shop too small or with more
    products than there are names.
    """
    plan = Plan(seed=seed, today=today, days=days, products=products, customers=customers)
    catalogue = build_catalogue(plan)
    prices = set_prices(plan, catalogue)
    people = build_people(plan)
    market = run_market(plan, catalogue, prices)
    baskets = fill_baskets(plan, catalogue, people, market, prices)
    lines = order_lines(plan, people, baskets, prices)
    written = write_reviews(plan, catalogue, people, lines)
    parts = Mechanism(plan, catalogue, people, prices, market, baskets, written.aspects)
    return DemoShop(
        products=_product_file(plan, catalogue, prices),
        suppliers=catalogue.suppliers,
        customers=people.frame,
        orders=order_file(plan, catalogue, people, lines),
        stock=stock_file(plan, catalogue, market.stockroom),
        prices=price_file(plan, catalogue, prices),
        promotions=promotion_file(plan, catalogue, prices),
        events=browse(plan, catalogue, people, lines, market.stockroom.available),
        reviews=written.reviews,
        competitors=watch_rivals(plan, catalogue, prices),
        truth=tell_truth(parts),
    )


def write_csv(shop: DemoShop, folder: Path) -> None:
    """One UTF-8 CSV per canonical file into ``folder``, and the truth into ``folder/truth``."""
    apart = folder / "truth"
    apart.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        _save(getattr(shop, name), folder / f"{name}.csv")
    for name, value in shop.truth.items():
        if isinstance(value, pd.DataFrame):
            _save(value, apart / f"{name}.csv")
        else:
            text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
            (apart / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _save(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _product_file(plan: Plan, catalogue: Catalogue, prices: Prices) -> pd.DataFrame:
    gone = catalogue.end_day < plan.days
    return catalogue.frame.assign(
        price=current_prices(prices),
        cost=catalogue.cost,
        status=np.where(gone, "discontinued", "active"),
        launched=launched(plan, catalogue),
    )[
        [
            "sku",
            "title",
            "title_zh",
            "description",
            "description_zh",
            "category",
            "category_zh",
            "brand",
            "price",
            "cost",
            "gtin",
            "status",
            "launched",
        ]
    ]
