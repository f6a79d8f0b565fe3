"""A shop of a given size with trained lists, made in seconds and without training."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Category, Location, Product, StockCount
from config.models import ApiKey
from jobs.models import Job
from recommendations.algorithms.artefact import FORMAT, Artefact
from recommendations.models import RecommenderVersion
from recommendations.shelf import fingerprint
from sales.models import Customer, Order, OrderLine

NEIGHBOURS = 50
ORDERS = 10
LINES = 2
Placement = RecommenderVersion.Placement


def fill(products: int, customers: int) -> str:
    """Write the shop into the database of the settings; the API key that may read it."""
    call_command("migrate", verbosity=0)
    rng = np.random.default_rng(0)
    shelves = [Category.objects.create(name=f"Shelf {n}", path=f"Shelf {n}") for n in range(20)]
    Product.objects.bulk_create(
        Product(
            sku=f"P{n:06d}",
            title=f"Product number {n}",
            title_zh=f"第{n}号商品",
            price=Decimal(5 + n % 90),
            category=shelves[n % len(shelves)],
            launched_on=date(2026, 1, 1) + timedelta(days=n % 200),
        )
        for n in range(products)
    )
    pks = np.array(Product.objects.order_by("pk").values_list("pk", flat=True), np.int64)
    _count(pks)
    _train(pks, rng)
    _sell(pks, customers, rng)
    return str(ApiKey.objects.create_key(name="storefront", scopes=["read"])[1])


def _count(pks: "np.ndarray") -> None:
    """Every tenth product is sold out, so lists have something to leave out."""
    place, now = Location.objects.create(code="MAIN"), timezone.now()
    StockCount.objects.bulk_create(
        StockCount(product_id=pk, location=place, on_hand=n % 10, counted_at=now)
        for n, pk in enumerate(pks.tolist())
    )


def _train(pks: "np.ndarray", rng: np.random.Generator) -> None:
    job = Job.objects.create(
        kind="recommendations.train", key="bench", arguments={}, due_at=timezone.now()
    )
    shape = (len(pks), NEIGHBOURS)
    similar = -np.sort(-rng.random(shape).astype(np.float32), axis=1)
    arrays = Artefact(
        pks,
        rng.integers(0, len(pks), shape).astype(np.int32),
        similar,
        rng.random(len(pks)).astype(np.float32),
    )
    blob = arrays.dump()
    for placement in Placement:
        kind = "neighbours" if placement in _BY_NEIGHBOURS else "popularity"
        RecommenderVersion.objects.create(
            placement=placement,
            model="random",
            recipe={"parts": [{"kind": kind, "weight": 1.0, "half_life_days": 60}]},
            as_of=timezone.localdate(),
            job=job,
            products=len(pks),
            format=FORMAT,
            sha256=fingerprint(blob),
            blob=blob,
            is_live=True,
        )


_BY_NEIGHBOURS = (Placement.FOR_YOU, Placement.BUY_AGAIN, Placement.SIMILAR, Placement.TOGETHER)


def _sell(pks: "np.ndarray", customers: int, rng: np.random.Generator) -> None:
    people = Customer.objects.bulk_create(Customer(number=f"C{n}") for n in range(customers))
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(number=f"{one.number}-{n}", customer=one, placed_at=now - timedelta(days=9 * n + 1))
        for one in people
        for n in range(ORDERS)
    )
    bought = iter(rng.choice(pks, len(orders) * LINES).tolist())
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=line,
            product_id=next(bought),
            day=timezone.localdate(order.placed_at),
            quantity=1,
            unit_price=10,
        )
        for order in orders
        for line in range(LINES)
    )
