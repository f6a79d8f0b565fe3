"""What recommenders learn from: purchases without floods and fakes, and what products are."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from catalog.models import Product
from catalog.selectors import product_facts
from recommendations.algorithms.guards import Limits, guard, latest
from recommendations.algorithms.interactions import Interactions
from recommendations.history import MOST_OF_ONE
from recommendations.shelf import levels
from recommendations.standing import NEW_DAYS
from sales.selectors import order_lines

WINDOW_DAYS = 730
GUEST = -1
LIMITS = Limits(per_product=MOST_OF_ONE)


@dataclass(frozen=True)
class Facts:
    """``events``: what may train, coded over every product that may be recommended. ``removed``:
    how many events were kept out, by reason. ``fake_customers``: whose purchases were.
    """

    events: Interactions
    removed: dict[str, int] = field(default_factory=dict)
    fake_customers: "NDArray[np.int64]" = field(default_factory=lambda: np.empty(0, np.int64))


def facts(*, as_of: date) -> Facts:
    """The purchases before a day, guarded, over all products known before it."""
    bought = purchases(as_of=as_of)
    if not len(bought):
        return Facts(bought)
    guarded = guard(bought, np.inf, LIMITS)
    left = np.setdiff1d(bought.customers, guarded.events.customers)
    return Facts(
        over_products(guarded.events, known_products(as_of=as_of)),
        guarded.removed,
        bought.customer_ids[left].astype(np.int64),
    )


def purchases(*, as_of: date, since: date | None = None) -> Interactions:
    """What known customers bought in the two years before ``as_of``: one event per order and
    product, dated by the shop's day. Returns and guests' orders are left out.
    """
    start = since or as_of - timedelta(days=WINDOW_DAYS)
    lines = order_lines(before=as_of, since=start)
    bought = lines[(lines["customer_id"] != GUEST) & (lines["quantity"] > 0)]
    events = bought.drop_duplicates(["order_id", "product_id"])
    frame = events.rename(columns={"day": "timestamp", "unit_price": "price"})
    return Interactions.from_frame(pd.DataFrame(frame))


def capped(events: Interactions) -> Interactions:
    """Without floods: of one customer the last purchases of a day, and of a product."""
    days = np.floor(events.days).astype(np.int64)
    daily = events.take(latest(events.customers, days, LIMITS.per_day))
    return daily.take(latest(daily.customers, daily.products, LIMITS.per_product))


def known_products(*, as_of: date) -> list[int]:
    """Products for sale that the shop had before a day, whether anybody bought them or not."""
    midnight = timezone.make_aware(datetime.combine(as_of, time.min))
    had = Q(launched_on__lt=as_of) | Q(launched_on__isnull=True, created_at__lt=midnight)
    goods = Product.objects.filter(had, is_active=True, kind=Product.Kind.PRODUCT)
    return list(goods.order_by("pk").values_list("pk", flat=True))


def launched_before(as_of: date) -> list[int]:
    """Products that are not new on a day, however lately the first one was sold."""
    until = as_of - timedelta(days=NEW_DAYS)
    return list(Product.objects.filter(launched_on__lt=until).values_list("pk", flat=True))


def over_products(events: Interactions, known: Collection[int]) -> Interactions:
    """The same events with codes for products that nobody bought, too."""
    ids = np.union1d(events.product_ids.astype(np.int64), np.array(sorted(known), np.int64))
    place = np.searchsorted(ids, events.product_ids).astype(np.int32)
    return replace(events, products=place[events.products], product_ids=ids)


def product_table(product_ids: Collection[int], *, as_of: date) -> pd.DataFrame:
    """What products are. Columns: product_id, title, description (both languages), category (every
    level of its path), brand (NaN: none), price (as it stood before the day).
    """
    wanted = {int(pk) for pk in product_ids}
    columns = ["pk", "title", "title_zh", "description", "description_zh", "category__path"]
    rows = [
        (pk, f"{title} {title_zh}", f"{words} {words_zh}", levels(path or ""), brand)
        for pk, title, title_zh, words, words_zh, path, brand in Product.objects.order_by(
            "pk"
        ).values_list(*columns, "brand_id")
        if pk in wanted
    ]
    names = ["product_id", "title", "description", "category", "brand"]
    table = pd.DataFrame(rows, columns=names)
    prices = product_facts(as_of=as_of)[["product_id", "price"]]
    return table.merge(prices, on="product_id", how="left")
