"""A kind of suggestion that prices products, and people of each role."""

from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Product
from suggestions import kinds
from suggestions.actors import Actor
from suggestions.kinds import Chart, InvalidValueError, Kind, WorldMovedError
from suggestions.models import Suggestion
from tests.people import client_of


def set_price(suggestion: Suggestion, _actor: Actor) -> None:
    found = Product.objects.filter(
        pk=int(suggestion.subject_key.removeprefix("product:")), price=suggestion.current_value
    )
    if found.update(price=suggestion.value) != 1:
        raise WorldMovedError("The price moved meanwhile.")


def no_steep_fall(suggestion: Suggestion, value: Decimal) -> None:
    if value < Decimal("0.8") * suggestion.current_value:
        raise InvalidValueError("A price may fall by 20 % at most.")


def some_chart(_suggestion: Suggestion) -> list[Chart]:
    datasets: list[dict[str, object]] = [{"label": "sold", "data": [3, 4]}]
    return [Chart("Sales of two days", "line", ["2026-01-01", "2026-01-02"], datasets)]


@pytest.fixture(autouse=True)
def price_kind(monkeypatch: pytest.MonkeyPatch) -> Kind:
    kind = Kind(
        name="price",
        label="Price",
        icon="sell",
        apply=set_price,
        charts=some_chart,
        facts=lambda _suggestion: [("Elasticity", "−1.42")],
        check_value=no_steep_fall,
    )
    monkeypatch.setattr(kinds, "_kinds", {"price": kind})
    return kind


@pytest.fixture
def product(db: None) -> Product:
    return Product.objects.create(sku="T-1", title="Tea cup", price=Decimal("10.00"))


@pytest.fixture
def manager(db: None) -> Client:
    return client_of("Manager")


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of("Analyst")
