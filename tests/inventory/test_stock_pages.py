"""Pages of the stock room: who sees what, who may write, and that a denied call changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Reservation, StockCount, StockMovement
from inventory.models import ExpectedChange, PurchaseOrder, PurchaseReceipt, Stocktake, Transfer
from inventory.services import Promise, reserve
from tests.factories.inventory import StockedProductFactory
from tests.factories.stockroom import LI, ago, found, sent_order, sold, store, warehouse
from tests.people import client_of

pytestmark = pytest.mark.django_db


def facts() -> list[object]:
    """Everything these pages can change."""
    rows = (StockMovement, StockCount, Stocktake, PurchaseReceipt, ExpectedChange)
    return [
        *(model.objects.count() for model in rows),
        list(PurchaseOrder.objects.values_list("state", "expected_on")),
        list(Transfer.objects.values_list("state", flat=True)),
        list(Reservation.objects.values_list("released_at", flat=True)),
    ]


def page(client: Client, name: str, *args: int) -> str:
    return client.get(reverse(f"admin:{name}", args=args)).content.decode()


def post(client: Client, name: str, pk: int | None, **form: object) -> str:
    url = reverse(f"admin:{name}", args=[] if pk is None else [pk])
    return client.post(url, form, follow=True).content.decode()


@pytest.fixture
def manager(db: None) -> Client:
    return client_of("Manager")


def test_a_delivery_is_written_down_once_though_the_form_is_sent_twice(manager: Client) -> None:
    order = sent_order(30, 12)
    cups, pots = order.lines.order_by("pk")
    text = page(manager, "inventory_purchaseorder_change", order.pk)
    assert f'value="PO {order.pk} / 1"' in text
    form = {"key": f"PO {order.pk} / 1", f"units-{cups.pk}": 10, f"units-{pots.pk}": ""}

    told = [post(manager, "inventory_receive_order", order.pk, **form) for _time in range(2)]

    assert all("its goods are in stock" in text for text in told)
    assert StockMovement.objects.get().units == 10
    assert StockMovement.objects.get().actor == "a Manager"
    assert "partly received" in told[1]
    assert f'value="PO {order.pk} / 2"' in told[1]


@pytest.mark.parametrize(
    ("units", "more", "words"),
    [
        (31, {}, "31 units came and 30 were still to come"),
        (-3, {}, "cannot be received"),
        ("x", {}, "Enter a whole number"),
        (3, {"received_at": "2999-01-01T10:00"}, "in the future"),
        (3, {"received_at": "noon"}, "Enter a valid date/time"),
        (3, {"key": ""}, "This field is required"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_in_words(manager, units, more, words) -> None:
    order = sent_order(30)
    before = facts()
    form = {"key": "LS", f"units-{order.lines.get().pk}": units, **more}

    assert words in post(manager, "inventory_receive_order", order.pk, **form)
    assert facts() == before


def test_a_surplus_is_taken_with_a_yes(manager: Client) -> None:
    order = sent_order(30)
    form = {"key": "LS", f"units-{order.lines.get().pk}": 31, "accept_surplus": "on"}

    post(manager, "inventory_receive_order", order.pk, **form)

    assert StockMovement.objects.get().units == 31


def test_the_rest_is_given_up_and_another_day_is_named(manager: Client) -> None:
    order = sent_order(30)
    day = timezone.localdate() + timedelta(days=5)
    form = {"expected_on": day.isoformat(), "note": "strike"}

    text = post(manager, "inventory_order_expected", order.pk, **form)
    assert "The new day is written down." in text
    assert "strike" in text
    assert "Enter a valid date" in post(
        manager, "inventory_order_expected", order.pk, expected_on="soon"
    )
    text = post(manager, "inventory_move_order", order.pk, move="cancel_rest")
    assert "The order is cancelled now." in text
    assert ExpectedChange.objects.get().expected_on == day


def test_the_order_goes_out_as_a_table_and_as_a_page(manager: Client) -> None:
    order = sent_order(30)
    line = order.lines.get()
    line.product.title = '=HYPERLINK("http://evil","x")'
    line.product.sku = "+1"
    line.product.save()

    table = manager.get(reverse("admin:inventory_order_csv", args=[order.pk]))
    text = page(manager, "inventory_order_print", order.pk)

    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = table.content.decode("utf-8-sig").splitlines()
    assert rows[1] == '\'+1,"\'=HYPERLINK(""http://evil"",""x"")",30,6.0000,180.00,CNY'
    assert "¥180.00" in text
    assert "Jingdezhen Pottery" in text
    assert manager.get(reverse("admin:inventory_order_csv", args=[404])).status_code == 404


def test_the_order_goes_out_as_a_pdf(manager: Client) -> None:
    order = sent_order(30)
    order.lines.update(quantity=40)
    order.lines.get().product.__class__.objects.update(title="青花<b>茶杯")

    reply = manager.get(reverse("admin:inventory_order_pdf", args=[order.pk]))

    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.headers["Content-Disposition"].endswith(f'-{order.pk}.pdf"')
    assert reply.content.startswith(b"%PDF-")
    assert b"/Count 1" in reply.content


def test_the_stock_page_explains_what_lies_where(manager: Client) -> None:
    order = sent_order(30)
    cup = order.lines.get().product
    found(warehouse(), {cup: 20}, at=ago(days=9))
    found(store(), {cup: 5}, at=ago(days=9))
    sold(cup, 3, at=ago(days=8), channel="store")
    sold(cup, 40, at=ago(days=7))

    text = page(manager, "inventory_product_stock", cup.pk)

    for words in (
        "Stock at the end of each day",
        "<strong>−18</strong>",
        "count it anew",
        "first count",
        "sold",
        "Jingdezhen Pottery",
        "assumed; no supplier is known",
        reverse("admin:inventory_purchaseorder_change", args=[order.pk]),
    ):
        assert words in text
    assert reverse("admin:inventory_product_stock", args=[cup.pk]) in page(
        manager, "catalog_product_change", cup.pk
    )


def test_a_product_never_counted_says_so(manager: Client) -> None:
    text = page(manager, "inventory_product_stock", StockedProductFactory().pk)

    assert "Nothing was counted or received yet." in text
    assert "never counted; an assumption is used" in text


def test_a_movement_is_written_by_hand_once(manager: Client) -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 20}, at=ago(days=9))
    form = {
        "kind": "write_off",
        "location": warehouse().pk,
        "units": 2,
        "note": "broken",
        "key": "hand 1",
    }

    for _time in range(2):
        assert "The movement is written down." in post(
            manager, "inventory_write_movement", cup.pk, **form
        )
    refused = post(manager, "inventory_write_movement", cup.pk, **{**form, "units": -2, "key": "h"})

    assert "above zero" in refused
    row = StockMovement.objects.get(kind="write_off")
    assert (row.units, row.note, row.actor) == (-2, "broken", "a Manager")


def test_a_location_is_counted(manager: Client) -> None:
    cup, pot = StockedProductFactory(sku="CUP 1"), StockedProductFactory(sku="POT")
    found(warehouse(), {cup: 20}, at=ago(days=9))
    assert "Count a location" in page(manager, "inventory_stocktake_add")
    form = {"location": warehouse().pk, "key": "r 1", "counts": "CUP 1\t18\n\nPOT, 4\n"}

    told = [post(manager, "inventory_stocktake_add", None, **form) for _time in range(2)]

    assert all("their differences posted" in text for text in told)
    assert StockMovement.objects.get(kind="count").units == -2
    assert StockCount.objects.filter(product=pot).get().on_hand == 4
    assert Stocktake.objects.filter(key="r 1").count() == 1


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ("CUP", "Line 1: write a SKU and a number"),
        ("CUP -3", "Line 1: write a SKU and a number"),
        ("CUP 3\nCUP 4", "Line 2: CUP stands there twice"),
        ("NONE 3", "There is no product with the SKU NONE."),
        ("", "This field is required"),
        ("CUP 99999999999", "Line 1: write a SKU and a number"),
        (f"CUP {'9' * 5000}", "Line 1: write a SKU and a number"),
    ],
)
def test_counts_that_cannot_be_read_are_named_by_line(manager, counts, words) -> None:
    StockedProductFactory(sku="CUP")
    before = facts()
    form = {"location": warehouse().pk, "key": "r 1", "counts": counts}

    assert words in post(manager, "inventory_stocktake_add", None, **form)
    assert facts() == before


def test_a_count_of_a_year_no_shop_remembers_is_refused(manager: Client) -> None:
    StockedProductFactory(sku="CUP")
    before = facts()
    form = {"location": warehouse().pk, "key": "r 1", "counts": "CUP 3"}

    text = post(manager, "inventory_stocktake_add", None, **form, counted_at="0001-01-01T00:00")

    assert "The year is out of range" in text
    assert facts() == before


def test_goods_go_from_place_to_place(manager: Client) -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 20}, at=ago(days=9))
    form = {
        "source": warehouse().pk,
        "destination": store().pk,
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 0,
        "lines-0-product": cup.pk,
        "lines-0-units": 8,
    }
    post(manager, "inventory_transfer_add", None, **form)
    transfer = Transfer.objects.get()
    line = transfer.lines.get()
    assert transfer.actor == "a Manager"

    assert "on its way" in post(manager, "inventory_move_transfer", transfer.pk, move="send")
    move = {"move": "receive", f"units-{line.pk}": "9"}
    assert "between 0 and 8" in post(manager, "inventory_move_transfer", transfer.pk, **move)
    move = {"move": "receive", f"units-{line.pk}": "x"}
    assert "as a number" in post(manager, "inventory_move_transfer", transfer.pk, **move)
    move = {"move": "receive", f"units-{line.pk}": "7"}
    assert "received now" in post(manager, "inventory_move_transfer", transfer.pk, **move)
    assert "Choose to send" in post(manager, "inventory_move_transfer", transfer.pk, move="burn")
    line.refresh_from_db()
    assert line.received == 7


def test_staff_give_reserved_units_free(manager: Client) -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 20}, at=ago(days=9))
    row = reserve(Promise("cart", cup, warehouse(), 3), actor=LI)
    form = {"action": "release_chosen", "_selected_action": row.pk}

    post(manager, "catalog_reservation_changelist", None, **form)

    row.refresh_from_db()
    assert row.released_at is not None


@pytest.mark.parametrize("role", ["Analyst", "nobody"])
def test_who_may_only_look_changes_nothing(role: str, django_user_model) -> None:
    order = sent_order(30)
    cup = order.lines.get().product
    found(warehouse(), {cup: 20}, at=ago(days=9))
    transfer = Transfer.objects.create(source=warehouse(), destination=store(), actor="li")
    reserve(Promise("cart", cup, warehouse(), 3), actor=LI)
    if role == "Analyst":
        client = client_of("Analyst")
    else:
        client = Client()
        user = django_user_model.objects.create_user("x", password="x", is_staff=True)
        client.force_login(user)
    before = facts()
    calls = {
        ("inventory_receive_order", order.pk): {"key": "k", f"units-{order.lines.get().pk}": 3},
        ("inventory_order_expected", order.pk): {"expected_on": "2099-01-01"},
        ("inventory_move_order", order.pk): {"move": "receive"},
        ("inventory_write_movement", cup.pk): {"kind": "receipt", "units": 3, "key": "k"},
        ("inventory_move_transfer", transfer.pk): {"move": "cancel"},
    }

    for (name, pk), form in calls.items():
        url = reverse(f"admin:{name}", args=[pk])
        assert client.post(url, form).status_code == 403
    count = {"location": warehouse().pk, "key": "r", "counts": f"{cup.sku} 3"}
    assert client.post(reverse("admin:inventory_stocktake_add"), count).status_code == 403
    assert client.post(reverse("admin:inventory_transfer_add"), {}).status_code == 403
    release = {"action": "release_chosen", "_selected_action": Reservation.objects.get().pk}
    client.post(reverse("admin:catalog_reservation_changelist"), release)
    assert facts() == before

    looks = [
        ("inventory_product_stock", cup.pk),
        ("inventory_order_csv", order.pk),
        ("inventory_order_pdf", order.pk),
        ("inventory_order_print", order.pk),
    ]
    for name, pk in looks:
        status = client.get(reverse(f"admin:{name}", args=[pk])).status_code
        assert status == (200 if role == "Analyst" else 403)


def test_addresses_that_write_answer_no_get(manager: Client) -> None:
    order = sent_order(30)
    transfer = Transfer.objects.create(source=warehouse(), destination=store(), actor="li")

    for name, pk in (
        ("inventory_receive_order", order.pk),
        ("inventory_order_expected", order.pk),
        ("inventory_write_movement", order.lines.get().product_id),
        ("inventory_move_transfer", transfer.pk),
    ):
        assert manager.get(reverse(f"admin:{name}", args=[pk])).status_code == 405


@pytest.mark.parametrize(
    ("name", "expected"),
    [("inventory_product_stock", 11), ("inventory_purchaseorder_change", 11)],
)
def test_pages_take_as_many_queries_for_ten_rows_as_for_a_thousand(
    admin_client: Client, name: str, expected: int
) -> None:
    order = sent_order(30)
    cup = order.lines.get().product
    found(warehouse(), {cup: 20}, at=ago(days=900))
    found(store(), {cup: 20}, at=ago(days=900))
    key = cup.pk if name == "inventory_product_stock" else order.pk
    counts = []
    for rows in (10, 1000):
        movements = [
            StockMovement(
                product=cup,
                location=warehouse(),
                kind="adjustment",
                units=1,
                at=ago(days=800 - number / 10),
                actor="li",
                key=f"{rows}/{number}",
            )
            for number in range(rows)
        ]
        StockMovement.objects.bulk_create(movements)
        for number in range(min(rows, 60)):
            sent_order(3).lines.update(product=cup)
            if name != "inventory_product_stock":
                product = StockedProductFactory()
                order.lines.create(
                    product=product, quantity=3, unit_cost=1, created_on=order.created_on
                )
            sold(cup, number + 1, at=ago(days=number + 1))
        page(admin_client, name, key)
        with CaptureQueriesContext(connection) as queries:
            page(admin_client, name, key)
        counts.append(len(queries))

    assert counts == [expected, expected]
