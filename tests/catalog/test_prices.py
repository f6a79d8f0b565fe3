"""Changing a price."""

from decimal import Decimal

import pytest

from catalog.models import PriceChange, Product
from catalog.services import PriceMovedError, set_price
from suggestions.actors import Actor
from tests.factories.catalog import ProductFactory

STAFF = Actor("mei")
pytestmark = pytest.mark.django_db


def change(product: Product, price: str, expected: str | None) -> PriceChange:
    return set_price(
        product_id=product.pk,
        price=Decimal(price),
        expected_current=None if expected is None else Decimal(expected),
        source=PriceChange.Source.STAFF,
        actor=STAFF,
    )


def test_a_new_price_is_asked_and_remembered() -> None:
    product = ProductFactory(price=Decimal("10.00"))
    entry = change(product, "11.50", "10.00")
    product.refresh_from_db()
    assert product.price == Decimal("11.50")
    assert (entry.previous, entry.price) == (Decimal("10.00"), Decimal("11.50"))


def test_a_first_price_replaces_none() -> None:
    product = ProductFactory(price=None)
    assert change(product, "3.00", None).previous is None


@pytest.mark.parametrize("expected", ["9.99", None])
def test_a_price_that_moved_meanwhile_is_left_alone(expected: str | None) -> None:
    product = ProductFactory(price=Decimal("10.00"))
    with pytest.raises(PriceMovedError, match=r"10\.00"):
        change(product, "11.50", expected)
    product.refresh_from_db()
    assert product.price == Decimal("10.00")
    assert not PriceChange.objects.exists()


def test_an_unknown_product_is_named_as_such() -> None:
    with pytest.raises(Product.DoesNotExist):
        change(Product(pk=404), "1.00", "1.00")
