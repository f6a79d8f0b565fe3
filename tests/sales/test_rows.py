"""Rows of the API pass the checks of the files."""

from decimal import Decimal

import pytest

from catalog.models import PriceChange, Product
from sales.models import Customer, Event, Order, OrderLine
from sales.services import record
from suggestions.actors import Actor
from tests.factories.catalog import ProductFactory

pytestmark = pytest.mark.django_db
SHOP = Actor("storefront")


def test_good_rows_are_written_and_bad_ones_come_back_with_their_place() -> None:
    ProductFactory(sku="CUP")
    row = {"order_id": "1", "date": "2024-06-01T10:00:00+08:00", "sku": "CUP"}
    recorded = record(
        "orders",
        [
            row | {"quantity": 2, "unit_price": 9.5, "customer_id": "C1"},
            row | {"quantity": 1.5, "unit_price": 9.5},
            row | {"quantity": 1, "unit_price": "9.50", "sku": "POT"},
            row | {"quantity": 1},
        ],
        SHOP,
    )
    assert recorded["accepted"] == 1
    assert [(error["index"], error["field"]) for error in recorded["errors"]] == [
        (1, "quantity"),
        (2, "sku"),
        (3, "unit_price"),
    ]
    assert recorded["errors"][1]["detail"].startswith("No such product")
    line = OrderLine.objects.select_related("order__customer").get()
    assert (line.quantity, line.unit_price) == (2, Decimal("9.5"))
    assert line.order.customer is not None
    assert line.order.customer.number == "C1"


def test_the_same_rows_again_are_duplicates() -> None:
    rows = [
        {"event_id": "e1", "type": "view", "time": "2024-06-01T10:00:00Z", "value": 0.00001},
        {"event_id": "e2", "type": "click", "time": "2024-06-01T10:00:00Z", "value": None},
    ]
    assert record("events", rows, SHOP) == {"accepted": 2, "duplicates": 0, "errors": []}
    assert record("events", rows, SHOP) == {"accepted": 0, "duplicates": 2, "errors": []}
    assert Event.objects.count() == 2
    assert Event.objects.get(event_id="e1").value == 0.00001


def test_a_price_that_changes_through_the_api_says_so() -> None:
    product = {"sku": "CUP", "title": "Cup", "price": Decimal("10.00")}
    record("products", [product], SHOP)
    record("products", [product | {"price": "12.00"}], SHOP)
    assert Product.objects.get().price == 12
    change = PriceChange.objects.get()
    assert (change.source, change.previous, change.price) == ("api", 10, 12)


def test_truth_is_a_word_too() -> None:
    record("customers", [{"customer_id": "C1", "consent_email": True}], SHOP)
    assert Customer.objects.get().accepts_email
    record("customers", [{"customer_id": "C1", "consent_email": False}], SHOP)
    assert not Customer.objects.get().accepts_email


def test_a_required_field_no_row_has_is_an_error_of_every_row() -> None:
    recorded = record("products", [{"sku": "A"}, {"sku": "B"}], SHOP)
    assert [(error["index"], error["field"]) for error in recorded["errors"]] == [
        (0, "title"),
        (1, "title"),
    ]
    assert not Product.objects.exists()


def test_no_rows_and_unknown_kinds() -> None:
    assert record("orders", [], SHOP) == {"accepted": 0, "duplicates": 0, "errors": []}
    with pytest.raises(KeyError):
        record("wishes", [{}], SHOP)
    assert not Order.objects.exists()


def test_a_customer_known_by_nothing_but_their_number_is_a_duplicate() -> None:
    row = {"customer_id": "C1"}
    assert record("customers", [row], SHOP)["accepted"] == 1
    assert record("customers", [row], SHOP) == {"accepted": 0, "duplicates": 1, "errors": []}


def test_a_storefront_says_who_wants_no_lists_of_their_own() -> None:
    record("customers", [{"customer_id": "C1"}, {"customer_id": "C2", "personalised": False}], SHOP)
    agrees = dict(Customer.objects.values_list("number", "is_personalised"))
    assert agrees == {"C1": True, "C2": False}
    record("customers", [{"customer_id": "C1", "is_personalised": "no"}], SHOP)
    record("customers", [{"customer_id": "C2", "name": "Mei"}], SHOP)
    assert not Customer.objects.filter(is_personalised=True).exists()
