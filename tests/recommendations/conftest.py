"""A small shop whose lists can be worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from recommendations.models import RecommenderVersion
from recommendations.shelf import forget_everything
from tests.factories.catalog import CategoryFactory, ProductFactory
from tests.factories.recommendations import (
    EVEN,
    NEIGHBOURS,
    PERSONAL,
    POPULARITY,
    RecommenderVersionFactory,
    arrays,
)
from tests.factories.sales import CustomerFactory, EventFactory, OrderFactory, OrderLineFactory

AS_OF = date(2026, 7, 1)
NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)
Placement = RecommenderVersion.Placement


@pytest.fixture(autouse=True)
def _as_after_a_start():
    """A request in Chinese leaves its language behind in a test's thread."""
    forget_everything()
    with override("en"):
        yield
    forget_everything()


def buy(customer, *products, days_ago=1):
    """One order of one unit each, at noon shop time."""
    at = NOON - timedelta(days=days_ago - 1)
    order = OrderFactory(customer=customer, placed_at=at)
    for position, product in enumerate(products, start=1):
        OrderLineFactory(order=order, position=position, product=product)
    return order


def look(customer, product, kind="view", at=NOON):
    return EventFactory(customer=customer, product=product, kind=kind, at=at)


@pytest.fixture
def shop(db):
    """Six products; ``pot`` goes with ``cup`` (0.8) and ``tea`` (0.5), ``lamp`` with ``cup`` (0.3).

    Popularity: tea 6, cup 5, pot 4, lamp 3, book 2; the ``card`` was never bought. Baskets: ``cup``
    with ``book`` (0.4) and ``pot`` (0.3), ``tea`` with ``pot`` (0.2) and ``lamp`` (0.1). The book
    trends before the lamp, and is the one new arrival.
    """
    tea = CategoryFactory(name="Tea")
    teaware = CategoryFactory(name="Teaware", parent=tea)
    names = {"tea": tea, "cup": teaware, "pot": teaware, "lamp": None, "book": None, "card": None}
    made = {
        name: ProductFactory(
            sku=name, title=name.title(), title_zh=f"{name}（中文）", category=place
        )
        for name, place in names.items()
    }
    liked = [6, 5, 4, 3, 2]
    pk = {name: product.pk for name, product in made.items()}
    trained = arrays(
        pk.values(),
        similar=[
            (pk["cup"], pk["pot"], 0.8),
            (pk["cup"], pk["lamp"], 0.3),
            (pk["tea"], pk["pot"], 0.5),
            (pk["pot"], pk["cup"], 0.8),
            (pk["pot"], pk["tea"], 0.5),
            (pk["lamp"], pk["cup"], 0.3),
        ],
        popularity=liked,
    )
    recipes = {
        Placement.FOR_YOU: NEIGHBOURS,
        Placement.BUY_AGAIN: PERSONAL,
        Placement.SIMILAR: NEIGHBOURS,
        Placement.POPULAR: POPULARITY,
    }
    versions = {
        placement: RecommenderVersionFactory(placement=placement, recipe=recipe, artefact=trained)
        for placement, recipe in recipes.items()
    }
    counted = {
        Placement.TOGETHER: arrays(
            pk.values(),
            similar=[
                (pk["cup"], pk["book"], 0.4),
                (pk["cup"], pk["pot"], 0.3),
                (pk["tea"], pk["pot"], 0.2),
                (pk["tea"], pk["lamp"], 0.1),
            ],
        ),
        Placement.TRENDING: arrays(pk.values(), popularity=[0, 0, 0, 2, 3]),
        Placement.NEW: arrays(pk.values(), popularity=[0, 0, 0, 0, 1]),
    }
    for placement, artefact in counted.items():
        recipe = EVEN if placement == Placement.TOGETHER else POPULARITY
        versions[placement] = RecommenderVersionFactory(
            placement=placement, recipe=recipe, artefact=artefact
        )
    li = CustomerFactory(number="li")
    return SimpleNamespace(**made, li=li, versions=versions, teaware=teaware)
