"""Transfers over REST: planned, sent, received, dropped; what is refused, and who may."""

import pytest
from rest_framework.test import APIClient

from catalog.models import StockMovement
from inventory.models import Transfer, TransferLine
from sales.stock import stock_levels
from tests.factories.catalog import ProductFactory
from tests.factories.stockroom import ago, found, store, warehouse

pytestmark = pytest.mark.django_db
API = "/api/v1/transfers"
PLAN = {
    "source": "WAREHOUSE",
    "destination": "STORE",
    "lines": [{"sku": "TEA", "units": 8}, {"sku": "CUP", "units": 3}],
}


@pytest.fixture
def goods():
    tea, cup = ProductFactory(sku="TEA"), ProductFactory(sku="CUP")
    found(warehouse(), {tea: 20, cup: 3}, at=ago(days=3))
    store()
    return tea, cup


@pytest.fixture
def till(client_with, goods):
    return client_with("read", "stock")


def state() -> list[object]:
    """All that a call may change."""
    return [
        list(Transfer.objects.order_by("pk").values()),
        list(TransferLine.objects.order_by("pk").values()),
        StockMovement.objects.count(),
    ]


def on_hand() -> dict[tuple[str, int], int]:
    places = {warehouse().pk: "WAREHOUSE", store().pk: "STORE"}
    rows = stock_levels(before=ago(seconds=-5)).dropna(subset="on_hand")
    return {
        (places[place], product): int(units)
        for place, product, units in zip(
            rows["location_id"], rows["product_id"], rows["on_hand"], strict=True
        )
    }


def test_goods_leave_one_place_and_arrive_at_the_other(till, goods):
    tea, cup = goods

    reply = till.post(API, PLAN)
    plan = reply.json()
    assert (reply.status_code, plan["state"], plan["actor"]) == (201, "draft", "API: storefront")
    assert on_hand()["WAREHOUSE", tea.pk] == 20

    assert till.post(f"{API}/{plan['id']}/send").json()["state"] == "sent"
    assert (on_hand()["WAREHOUSE", tea.pk], on_hand()["WAREHOUSE", cup.pk]) == (12, 0)

    lines = [{"sku": "TEA", "units": 7}, {"sku": "CUP", "units": 3}]
    done = till.post(f"{API}/{plan['id']}/receive", {"lines": lines}).json()
    assert (done["state"], [line["received"] for line in done["lines"]]) == ("received", [7, 3])
    assert (on_hand()["STORE", tea.pk], on_hand()["STORE", cup.pk]) == (7, 3)
    assert till.get(f"{API}/{plan['id']}").json() == done


def test_without_lines_everything_arrived(till, goods):
    pk = till.post(API, PLAN).json()["id"]
    till.post(f"{API}/{pk}/send")

    lines = till.post(f"{API}/{pk}/receive").json()["lines"]

    assert [line["received"] for line in lines] == [8, 3]


def test_what_is_cancelled_under_way_comes_back(till, goods):
    pk = till.post(API, PLAN).json()["id"]
    till.post(f"{API}/{pk}/send")

    assert till.post(f"{API}/{pk}/cancel").json()["state"] == "cancelled"
    assert on_hand()["WAREHOUSE", goods[0].pk] == 20


def test_a_request_repeated_with_its_key_plans_one_transfer(till):
    send = {"headers": {"idempotency-key": "t1"}}

    replies = [till.post(API, PLAN, **send) for _time in range(2)]

    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert Transfer.objects.count() == 1
    assert till.post(API, {**PLAN, "note": "x"}, **send).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": "?"}, "source"),
        ({"source": ""}, "source"),
        ({"destination": "?"}, "destination"),
        ({"destination": "WAREHOUSE"}, "destination"),
        ({"lines": []}, "lines.non_field_errors"),
        ({"lines": [{"sku": "?", "units": 1}]}, "lines"),
        ({"lines": [{"sku": "TEA", "units": 0}]}, "lines.0.units"),
        ({"lines": [{"sku": "TEA", "units": 10**30}]}, "lines.0.units"),
        ({"lines": [{"sku": "TEA", "units": 1}] * 2}, "lines"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(till, change, field):
    reply = till.post(API, {**PLAN, **change})

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (400, field)
    assert not Transfer.objects.exists()


def test_more_than_is_there_does_not_leave(till):
    pk = till.post(API, {**PLAN, "lines": [{"sku": "TEA", "units": 21}]}).json()["id"]
    before = state()

    reply = till.post(f"{API}/{pk}/send")

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (400, "lines")
    assert state() == before


@pytest.mark.parametrize(
    "lines", [[{"sku": "?", "units": 1}], [{"sku": "TEA", "units": 9}]], ids=["unknown", "more"]
)
def test_what_did_not_leave_cannot_arrive(till, lines):
    pk = till.post(API, PLAN).json()["id"]
    till.post(f"{API}/{pk}/send")
    before = state()

    reply = till.post(f"{API}/{pk}/receive", {"lines": lines})

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (400, "lines")
    assert state() == before


def test_a_step_taken_twice_is_a_conflict(till):
    pk = till.post(API, PLAN).json()["id"]
    assert till.post(f"{API}/{pk}/receive").status_code == 409
    till.post(f"{API}/{pk}/send")
    before = state()

    assert till.post(f"{API}/{pk}/send").status_code == 409
    assert state() == before


@pytest.mark.parametrize("path", ["", "/{pk}/send", "/{pk}/receive", "/{pk}/cancel"])
@pytest.mark.parametrize("scopes", [("read", "write", "events", "decide"), None])
def test_without_the_scope_nothing_changes(client_with, till, path, scopes):
    pk = till.post(API, PLAN).json()["id"]
    before = state()
    caller = client_with(*scopes) if scopes else APIClient()

    reply = caller.post(f"{API}{path.format(pk=pk)}", PLAN)

    assert reply.status_code == (403 if scopes else 401)
    assert state() == before


def test_without_the_read_scope_nothing_is_shown(client_with, till):
    pk = till.post(API, PLAN).json()["id"]
    writer = client_with("write", "stock")

    assert [writer.get(path).status_code for path in (API, f"{API}/{pk}")] == [403, 403]


def test_transfers_are_listed_by_state_and_place(till):
    first, second = (till.post(API, PLAN).json()["id"] for _time in range(2))
    till.post(f"{API}/{first}/cancel")

    def listed(**wish: str) -> list[int]:
        return [row["id"] for row in till.get(API, wish).json()["results"]]

    assert listed(state="draft") == [second]
    assert sorted(listed(source__code="WAREHOUSE", lines__product__sku="TEA")) == [first, second]
    assert listed(source__code="STORE") == []
    assert till.get(f"{API}/404").status_code == 404


@pytest.mark.parametrize("rows", [1, 12])
def test_a_list_is_two_queries_whatever_its_length(till, django_assert_num_queries, rows):
    for _row in range(rows):
        till.post(API, PLAN)

    with django_assert_num_queries(2):
        assert len(till.get(API).json()["results"]) == rows
