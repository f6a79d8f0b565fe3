"""The stock room over REST: what comes in, what goes out, what is refused, and who may."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Reservation, StockCount, StockMovement
from inventory.models import PurchaseOrder, PurchaseReceipt, Stocktake
from tests.factories.catalog import LocationFactory, ProductFactory
from tests.factories.stockroom import ago, found, sent_order, sold, store, warehouse

pytestmark = pytest.mark.django_db
API = "/api/v1"
AT = "2026-05-01T10:00:00+08:00"
COUNT = {"sku": "TEA", "location": "WAREHOUSE", "on_hand": 20, "counted_at": AT}
BROKEN = {"key": "b-1", "sku": "TEA", "kind": "write_off", "units": 2, "at": AT}


@pytest.fixture
def tea():
    warehouse()
    return ProductFactory(sku="TEA")


@pytest.fixture
def till(client_with, tea):
    return client_with("read", "stock")


def counts() -> list[int]:
    models = (StockCount, StockMovement, Stocktake, Reservation, PurchaseReceipt)
    return [model.objects.count() for model in models]


def test_counts_come_in_and_post_their_difference(till):
    later = {**COUNT, "on_hand": 17, "counted_at": "2026-05-03T10:00:00+08:00"}

    first = till.post(f"{API}/stock/counts", [COUNT]).json()
    second = till.post(f"{API}/stock/counts", [COUNT, later]).json()

    assert first == {"accepted": 1, "duplicates": 0, "errors": []}
    assert second == {"accepted": 1, "duplicates": 1, "errors": []}
    rows = StockMovement.objects.order_by("pk").values_list("kind", "units", "actor")
    assert list(rows) == [("opening", 20, "API: storefront"), ("count", -3, "API: storefront")]


def test_movements_come_in_once(till):
    goods = {**BROKEN, "key": "g-1", "kind": "receipt", "units": 6, "reference": "LS 7"}

    assert till.post(f"{API}/stock/movements", [BROKEN, goods]).json()["accepted"] == 2
    again = till.post(f"{API}/stock/movements", [BROKEN, {**goods, "units": 7}]).json()

    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert [(error["index"], error["field"]) for error in again["errors"]] == [(1, "key")]
    listed = till.get(f"{API}/stock/movements", {"product__sku": "TEA"}).json()["results"]
    assert [(row["kind"], row["units"], row["location"]) for row in listed] == [
        ("write_off", -2, "WAREHOUSE"),
        ("receipt", 6, "WAREHOUSE"),
    ]


@pytest.mark.parametrize(
    ("path", "row", "field"),
    [
        ("counts", {**COUNT, "sku": "?"}, "sku"),
        ("counts", {**COUNT, "location": "?"}, "location"),
        ("counts", {**COUNT, "on_hand": -1}, "on_hand"),
        ("counts", {**COUNT, "on_hand": 10**30}, "on_hand"),
        ("counts", {**COUNT, "counted_at": "2999-01-01T00:00:00Z"}, "counted_at"),
        ("counts", {"sku": "TEA"}, "on_hand"),
        ("counts", {**COUNT, "sku": "a\x00b"}, "sku"),
        ("movements", {**BROKEN, "units": 0}, "units"),
        ("movements", {**BROKEN, "units": -2}, "units"),
        ("movements", {**BROKEN, "kind": "count"}, "kind"),
        ("movements", {**BROKEN, "kind": "sale"}, "kind"),
        ("movements", {**BROKEN, "at": "noon"}, "at"),
        ("movements", {**BROKEN, "at": "2999-01-01T00:00:00Z"}, "at"),
    ],
)
def test_a_bad_row_comes_back_with_field_and_reason_and_the_good_one_lands(till, path, row, field):
    good = {**COUNT} if path == "counts" else {**BROKEN, "key": "good"}

    reply = till.post(f"{API}/stock/{path}", [row, good])

    assert reply.status_code == 200
    assert reply.json()["accepted"] == 1
    (error,) = reply.json()["errors"]
    assert (error["index"], error["field"]) == (0, field)
    assert error["detail"]


def test_two_counts_of_one_moment_that_differ_are_refused(till):
    reply = till.post(f"{API}/stock/counts", [COUNT, {**COUNT, "on_hand": 3}]).json()

    assert (reply["accepted"], reply["errors"][0]["field"]) == (1, "counted_at")
    assert StockCount.objects.get().on_hand == 20


def test_a_thousand_moments_at_once_are_told_the_limit(till):
    rows = [{**COUNT, "counted_at": f"2026-05-01T10:{n:02}:00+08:00"} for n in range(51)]

    reply = till.post(f"{API}/stock/counts", rows)

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["field"] == "counted_at"
    assert not StockCount.objects.exists()


def test_levels_tell_what_is_where(till, tea):
    order = sent_order(5)
    PurchaseOrder.objects.update(location=store())
    order.lines.update(product=tea)
    found(warehouse(), {tea: 20}, at=ago(days=3))
    sold(tea, 4, at=ago(days=2))
    unknown = ProductFactory(sku="NEW")
    till.post(f"{API}/stock/reservations", {"reference": "c1", "sku": "TEA", "units": 6})

    rows = {row["sku"]: row for row in till.get(f"{API}/stock/levels").json()["results"]}

    places = {place["location"]: place for place in rows["TEA"]["locations"]}
    here, there = places["WAREHOUSE"], places["STORE"]
    assert (here["on_hand"], here["reserved"], here["available"]) == (16, 6, 10)
    assert (there["on_hand"], there["on_order"]) == (None, 5)
    assert rows[unknown.sku]["locations"] == []
    one = till.get(f"{API}/stock/levels", {"sku": "NEW"}).json()["results"]
    assert [row["sku"] for row in one] == ["NEW"]


def test_a_reservation_is_made_shown_and_released(till, tea):
    found(warehouse(), {tea: 20}, at=ago(days=3))
    body = {"reference": "cart-1", "sku": "TEA", "units": 15}

    assert till.post(f"{API}/stock/reservations", body).status_code == 200
    assert till.post(f"{API}/stock/reservations", body).status_code == 200
    refused = till.post(f"{API}/stock/reservations", {**body, "reference": "cart-2"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "units")
    clash = till.post(f"{API}/stock/reservations", {**body, "units": 1})
    assert clash.status_code == 409
    assert clash.headers["Content-Type"] == "application/problem+json"

    freed = till.post(f"{API}/stock/reservations/cart-1/release").json()
    assert freed["released_at"]
    assert till.get(f"{API}/stock/reservations/cart-1").json()["reference"] == "cart-1"
    still = till.get(f"{API}/stock/reservations", {"released_at__isnull": True}).json()
    assert still["results"] == []


def test_orders_go_out_and_receipts_come_in(till):
    order = sent_order(30, 12)
    sku = order.lines.order_by("pk").first().product.sku
    path = f"{API}/purchase-orders/{order.pk}"
    body = {"key": "LS-1", "lines": [{"sku": sku, "units": 10}]}

    assert till.get(path).json()["lines"][0]["outstanding"] == 30
    replies = [till.post(f"{path}/receipts", body) for _time in range(2)]

    assert [reply.status_code for reply in replies] == [200, 200]
    seen = replies[1].json()
    assert (seen["state"], seen["total"]) == ("partly", "252.0000")
    assert [(line["received"], line["outstanding"]) for line in seen["lines"]] == [
        (10, 20),
        (0, 12),
    ]
    assert seen["receipts"][0]["lines"] == [{"sku": sku, "units": 10}]
    assert StockMovement.objects.get().units == 10
    listed = till.get(f"{API}/purchase-orders", {"state": "partly"}).json()["results"]
    assert [row["id"] for row in listed] == [order.pk]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"lines": [{"sku": "?", "units": 1}]}, 400, "lines"),
        ({"lines": []}, 400, "lines.non_field_errors"),
        ({"lines": [{"sku": "@", "units": -1}]}, 400, "lines.0.units"),
        ({"lines": [{"sku": "@", "units": 0}]}, 400, "lines.0.units"),
        ({"lines": [{"sku": "@", "units": 31}]}, 400, "lines"),
        ({"lines": [{"sku": "@", "units": 1}, {"sku": "@", "units": 2}]}, 400, "lines"),
        ({"location": "?"}, 400, "location"),
        ({"received_at": "2999-01-01T00:00:00Z"}, 400, "received_at"),
        ({"received_at": "2001-01-01T00:00:00Z"}, 400, "received_at"),
        ({"key": ""}, 400, "key"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(till, change, status, field):
    order = sent_order(30)
    sku = order.lines.get().product.sku
    body = {"key": "LS-1", "lines": [{"sku": sku, "units": 10}], **change}

    reply = till.post(
        f"{API}/purchase-orders/{order.pk}/receipts", json.loads(json.dumps(body).replace("@", sku))
    )

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (status, field)
    assert not PurchaseReceipt.objects.exists()


def test_a_surplus_needs_a_yes_and_a_second_story_is_a_conflict(till):
    order = sent_order(30)
    sku = order.lines.get().product.sku
    path = f"{API}/purchase-orders/{order.pk}/receipts"
    body = {"key": "LS-1", "lines": [{"sku": sku, "units": 31}], "accept_surplus": True}

    assert till.post(path, body).json()["state"] == "received"
    assert till.post(path, {**body, "lines": [{"sku": sku, "units": 3}]}).status_code == 409
    assert till.post(path, {**body, "key": "LS-2"}).status_code == 409


def test_another_day_is_named(till):
    order = sent_order(30)
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    path = f"{API}/purchase-orders/{order.pk}/expected"

    assert till.post(path, {"expected_on": day, "note": "strike"}).json()["expected_on"] == day
    assert till.post(path, {"expected_on": "2001-01-01"}).status_code == 400
    assert till.post(path, {"expected_on": "soon"}).status_code == 400
    assert till.post(path, {"expected_on": "9999-12-31"}).status_code == 400


def test_a_year_that_no_shop_remembers_is_refused(till):
    rows = [{**COUNT, "counted_at": "0001-01-01T00:00:00Z"}]
    assert "year" in till.post(f"{API}/stock/counts", rows).json()["errors"][0]["detail"]
    rows = [{**BROKEN, "at": "0202-05-01T00:00:00Z"}]
    assert "year" in till.post(f"{API}/stock/movements", rows).json()["errors"][0]["detail"]
    assert not StockMovement.objects.exists()


def test_a_reservation_may_bear_a_number_with_a_slash(till, tea):
    till.post(f"{API}/stock/counts", [COUNT])
    till.post(f"{API}/stock/reservations", {"reference": "2026/17", "sku": "TEA", "units": 1})

    for address in ("2026/17", "2026%2F17"):
        assert till.get(f"{API}/stock/reservations/{address}").json()["reference"] == "2026/17"
    assert till.post(f"{API}/stock/reservations/2026/17/release").json()["released_at"]


def test_a_huge_order_is_shown(till):
    order = sent_order(1)
    order.lines.update(quantity=2**31 - 1, unit_cost="99999999.9999")

    reply = till.get(f"{API}/purchase-orders/{order.pk}")

    assert reply.json()["total"] == "214748364699785251.6353"


def test_a_request_repeated_with_its_key_gets_the_first_reply(till):
    send = {"headers": {"idempotency-key": "k1"}}

    replies = [till.post(f"{API}/stock/counts", [COUNT], **send) for _time in range(2)]

    assert replies[0].json() == replies[1].json() == {"accepted": 1, "duplicates": 0, "errors": []}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("stock/counts", [COUNT]),
        ("stock/movements", [BROKEN]),
        ("stock/reservations", {"reference": "c", "sku": "TEA", "units": 1}),
        ("purchase-orders/{pk}/receipts", {"key": "k", "lines": [{"sku": "x", "units": 1}]}),
        ("purchase-orders/{pk}/expected", {"expected_on": "2027-01-01"}),
    ],
)
def test_without_the_scope_nothing_is_written(client_with, tea, path, body):
    found(warehouse(), {tea: 20}, at=ago(days=3))
    order = sent_order(30)
    before = [*counts(), order.expected_on]

    client = client_with("read", "write", "events", "decide")
    assert client.post(f"{API}/{path.format(pk=order.pk)}", body).status_code == 403
    order.refresh_from_db()
    assert [*counts(), order.expected_on] == before


@pytest.mark.parametrize(
    "path",
    ["stock/levels", "stock/movements", "stock/locations", "stock/reservations", "purchase-orders"],
)
def test_without_the_read_scope_nothing_is_shown(client_with, path):
    assert client_with("write", "stock").get(f"{API}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["purchase-orders/404", "stock/reservations/none"])
def test_an_unknown_one_is_not_found(till, path):
    assert till.get(f"{API}/{path}").status_code == 404


def test_locations_are_listed(till):
    LocationFactory(code="STORE", name="Nanjing Road")

    rows = till.get(f"{API}/stock/locations").json()["results"]
    assert [(row["code"], row["is_default"]) for row in rows] == [
        ("WAREHOUSE", True),
        ("STORE", False),
    ]


@pytest.mark.parametrize(
    ("path", "queries"), [("stock/levels", 8), ("stock/movements", 1), ("purchase-orders", 5)]
)
def test_lists_ask_the_same_few_queries_whatever_their_length(
    till, django_assert_num_queries, path, queries
):
    def more(rows: int) -> None:
        for number in range(rows):
            order = sent_order(30, 5)
            line = order.lines.first()
            found(warehouse(), {line.product: number}, at=ago(days=9))
            body = {"key": f"{order.pk}", "lines": [{"sku": line.product.sku, "units": 1}]}
            till.post(f"{API}/purchase-orders/{order.pk}/receipts", body)

    more(2)
    till.get(f"{API}/{path}")
    more(10)

    with django_assert_num_queries(queries):
        till.get(f"{API}/{path}")
