"""Facts over REST: rows in, rows refused, and who may."""

import json
from base64 import b64encode
from decimal import Decimal

import pytest

from catalog.models import PriceChange, Product
from sales.models import Customer, Event, Order, OrderLine
from tests.factories.catalog import ProductFactory
from tests.factories.sales import CustomerFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"
TEA = {"sku": "TEA/1", "title": "Green tea", "price": "19.90", "category": "Tea > Green"}
SALE = {
    "order_id": "A-1",
    "date": "2026-05-01T10:00:00+08:00",
    "customer_id": "C1",
    "sku": "TEA/1",
    "quantity": 2,
    "unit_price": "19.90",
    "discount": "3.80",
}
VIEW = {"event_id": "e1", "user": "C1", "item": "TEA/1", "type": "view", "time": SALE["date"]}


@pytest.fixture
def shop(client_with):
    """A client that may do everything."""
    return client_with("read", "write", "events")


def test_a_storefront_sends_products_customers_orders_and_events(shop):
    replies = [
        shop.post(f"{API}/products", [TEA]),
        shop.post(f"{API}/customers", [{"customer_id": "C1", "name": "李", "city": "Shanghai"}]),
        shop.post(f"{API}/orders", [SALE]),
        shop.post(f"{API}/events", [VIEW]),
    ]

    assert [reply.status_code for reply in replies] == [200, 200, 200, 202]
    assert [reply.json()["accepted"] for reply in replies] == [1, 1, 1, 1]
    line = OrderLine.objects.get()
    assert (line.unit_price, line.discount) == (Decimal("18.0000"), Decimal("1.9000"))
    assert line.order.customer.number == "C1"
    assert Event.objects.get().product.sku == "TEA/1"


def test_what_was_sent_is_shown_again(shop):
    shop.post(f"{API}/products", [TEA])
    shop.post(f"{API}/orders", [SALE])

    product = shop.get(f"{API}/products/TEA/1").json()
    order = shop.get(f"{API}/orders/A-1").json()

    assert (product["title"], product["price"], product["category"]) == (
        "Green tea",
        "19.90",
        "Tea > Green",
    )
    assert order["customer_id"] == "C1"
    assert order["lines"][0]["sku"] == "TEA/1"


@pytest.mark.parametrize(("path", "row"), [("products", TEA), ("orders", SALE), ("events", VIEW)])
def test_the_same_rows_again_change_nothing(shop, path, row):
    shop.post(f"{API}/products", [TEA])
    shop.post(f"{API}/{path}", [row])
    before = counts()

    reply = shop.post(f"{API}/{path}", [row]).json()

    assert (reply["accepted"], reply["duplicates"], reply["errors"]) == (0, 1, [])
    assert counts() == before


def test_a_bad_row_is_refused_with_index_field_and_reason_and_the_good_one_lands(shop):
    shop.post(f"{API}/products", [TEA])
    bad = {**SALE, "order_id": "A-2", "quantity": "two"}

    reply = shop.post(f"{API}/orders", [bad, SALE]).json()

    assert reply["accepted"] == 1
    assert [(error["index"], error["field"]) for error in reply["errors"]] == [(0, "quantity")]
    assert list(Order.objects.values_list("number", flat=True)) == ["A-1"]


def test_another_price_is_written_to_the_history(shop):
    shop.post(f"{API}/products", [TEA])
    shop.post(f"{API}/products", [{**TEA, "price": "21.90"}])

    assert Product.objects.get().price == Decimal("21.90")
    newest = PriceChange.objects.order_by("-effective_at", "-pk").first()
    assert (newest.price, newest.source) == (Decimal("21.90"), "api")


@pytest.mark.parametrize(
    "body",
    [{}, [], "x", 3, None, [3], [[]], [{"sku": {"a": 1}}], [{"sku": "A"}] * 1001],
    ids=["object", "empty", "text", "number", "null", "numbers", "lists", "nested", "too many"],
)
def test_a_body_that_is_no_list_of_flat_objects_is_refused(shop, body):
    reply = shop.post(f"{API}/products", body, format="json")

    assert reply.status_code == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        {**SALE, "sku": "unknown"},
        {**SALE, "date": "32.13.2026"},
        {**SALE, "quantity": 10**30},
        {**SALE, "unit_price": "-1"},
        {**SALE, "order_id": "a\x00b"},
        {**SALE, "currency": "USD"},
        {"order_id": "A-1"},
    ],
    ids=["sku", "date", "quantity", "price", "nul", "currency", "missing"],
)
def test_a_hostile_row_is_refused_never_a_fault(shop, row):
    shop.post(f"{API}/products", [TEA])

    reply = shop.post(f"{API}/orders", [row])

    assert reply.status_code == 200
    assert reply.json()["accepted"] == 0
    assert reply.json()["errors"][0]["detail"]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("path", "row", "accepted"),
    [
        ("orders", {**SALE, "sku": "\ud800"}, 0),
        ("orders", {**SALE, "order_id": "A\ud800"}, 0),
        ("customers", {"customer_id": "C9", "name": "\udc00"}, 0),
        ("products", {**TEA, "category": "Tea > \ud800"}, 0),
        ("orders", {**SALE, "\ud800": "a column of nobody's"}, 1),
    ],
)
def test_half_a_character_is_refused_never_a_fault(shop, path, row, accepted):
    shop.post(f"{API}/products", [TEA])

    reply = shop.post(f"{API}/{path}", json.dumps([row]), content_type="application/json")

    assert reply.status_code == 200
    assert reply.json()["accepted"] == accepted
    assert len(reply.json()["errors"]) == 1 - accepted


def test_a_cost_that_no_column_holds_is_refused_and_breaks_no_list(shop):
    reply = shop.post(f"{API}/products", [TEA, {**TEA, "sku": "CAR", "cost": 100_000_000}]).json()

    assert (reply["accepted"], reply["errors"][0]["field"]) == (1, "cost")
    assert [row["sku"] for row in shop.get(f"{API}/products").json()["results"]] == ["TEA/1"]


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "k"}])
def test_a_million_events_at_once_are_told_the_limit(shop, settings, headers):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20

    reply = shop.post(f"{API}/events", [VIEW] * 20_000, headers=headers)

    assert reply.status_code == 413
    assert reply.json()["detail"] == "More than 1 MB at once: send it in parts."


@pytest.mark.parametrize("position", ["abc", "²", "9" * 30, ""])
def test_a_cursor_that_we_never_gave_is_not_found(shop, position):
    cursor = b64encode(f"p={position}".encode()).decode()

    assert shop.get(f"{API}/products", {"cursor": cursor}).status_code in (200, 404)


def test_ten_thousand_events_at_once_are_told_the_limit(shop):
    reply = shop.post(f"{API}/events", [VIEW] * 10_000)

    assert reply.status_code == 400
    assert "1000" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("scopes", "path", "row"),
    [
        (("read",), "products", TEA),
        (("read", "events"), "orders", SALE),
        (("read", "write"), "events", VIEW),
        (("read",), "customers", {"customer_id": "C9"}),
    ],
)
def test_without_the_scope_nothing_is_written(client_with, scopes, path, row):
    ProductFactory(sku="TEA/1")
    before = counts()

    assert client_with(*scopes).post(f"{API}/{path}", [row]).status_code == 403
    assert counts() == before


@pytest.mark.parametrize("path", ["products", "customers", "orders"])
def test_without_the_read_scope_nothing_is_shown(client_with, path):
    assert client_with("write", "events").get(f"{API}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["products/none", "customers/none", "orders/none"])
def test_an_unknown_one_is_not_found(shop, path):
    assert shop.get(f"{API}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "make", "queries"),
    [
        ("products", ProductFactory, 1),
        ("customers", CustomerFactory, 1),
        ("orders", OrderLineFactory, 3),
    ],
)
def test_lists_ask_the_same_few_queries_whatever_their_length(
    shop, django_assert_num_queries, path, make, queries
):
    make.create_batch(2)
    shop.get(f"{API}/{path}")
    make.create_batch(20)

    with django_assert_num_queries(queries):
        shop.get(f"{API}/{path}")


def test_orders_of_one_customer_can_be_asked_for(shop):
    mine = OrderFactory()
    OrderFactory()

    found = shop.get(f"{API}/orders", {"customer__number": mine.customer.number}).json()

    assert [row["order_id"] for row in found["results"]] == [mine.number]


def test_recommendations_answer_for_an_empty_shop(shop):
    for path in ("users/nobody", "items/nothing", "popular"):
        reply = shop.get(f"{API}/recommendations/{path}")
        assert (reply.status_code, reply.json()["items"]) == (200, [])


def counts():
    return [model.objects.count() for model in (Product, Customer, Order, OrderLine, Event)]
