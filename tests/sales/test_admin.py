"""Orders, events and imports in the admin."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from sales.importers.refused import unarmed
from sales.models import RefusedRow
from tests.factories.sales import (
    ImportBatchFactory,
    OrderFactory,
    OrderLineFactory,
    RefusedRowFactory,
)


def downloaded(client: Client, pk: int) -> list[list[str]]:
    reply = client.get(reverse("admin:sales_refused_rows", args=[pk]))
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_refused_rows_come_back_as_a_file(admin_client: Client) -> None:
    batch = ImportBatchFactory(refused=2)
    RefusedRowFactory(batch=batch, line=3, reason="Bad price", values={"sku": "A", "price": "x"})
    RefusedRowFactory(batch=batch, line=9, reason="No SKU", column="sku", values={"note": "茶"})
    RefusedRowFactory(line=1, reason="Of another file")

    assert downloaded(admin_client, batch.pk) == [
        ["file", "line", "column", "reason", "sku", "price", "note"],
        ["orders.csv", "3", "quantity", "Bad price", "A", "x", ""],
        ["orders.csv", "9", "sku", "No SKU", "", "", "茶"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 30", "'+49 30"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-2.50", "-2.50"),
        ("-3", "-3"),
        ("A-1", "A-1"),
        ("", ""),
    ],
)
def test_no_cell_is_taken_for_a_formula(text: str, expected: str) -> None:
    assert unarmed(text) == expected


def test_formulas_in_names_of_columns_are_unarmed_too(admin_client: Client) -> None:
    row = RefusedRowFactory(values={"=cmd()": "=1+1"})

    assert downloaded(admin_client, row.batch_id)[0][4] == "'=cmd()"
    assert downloaded(admin_client, row.batch_id)[1][4] == "'=1+1"


def test_refused_rows_are_not_for_strangers(client: Client, db: None) -> None:
    row = RefusedRowFactory()

    reply = client.get(reverse("admin:sales_refused_rows", args=[row.batch_id]))

    assert reply.status_code == 302
    assert reply["Location"].startswith(reverse("admin:login"))


def test_an_unknown_import_is_not_found(admin_client: Client) -> None:
    reply = admin_client.get(reverse("admin:sales_refused_rows", args=[4711]))

    assert reply.status_code == 404


def test_the_page_of_an_import_shows_its_refused_rows(admin_client: Client) -> None:
    batch = ImportBatchFactory(refused=1)
    RefusedRowFactory(batch=batch, reason="Not a whole number.")

    text = admin_client.get(
        reverse("admin:sales_importbatch_change", args=[batch.pk])
    ).content.decode()

    assert "Not a whole number." in text
    assert reverse("admin:sales_refused_rows", args=[batch.pk]) in text


def test_reasons_are_in_the_readers_language(admin_client: Client) -> None:
    batch = ImportBatchFactory(refused=1)
    RefusedRowFactory(batch=batch, reason="The file is empty.")
    admin_client.cookies["django_language"] = "zh-hans"

    page = admin_client.get(reverse("admin:sales_importbatch_change", args=[batch.pk]))

    assert "文件为空。" in page.content.decode()
    assert downloaded(admin_client, batch.pk)[1][3] == "文件为空。"


def test_orders_show_their_total_and_lines(admin_client: Client) -> None:
    order = OrderFactory(number="O-1")
    OrderLineFactory(order=order, quantity=3, product__title="Green tea")
    OrderLineFactory(order=order, quantity=-1)

    assert "¥20.00" in admin_client.get(reverse("admin:sales_order_changelist")).content.decode()
    page = admin_client.get(reverse("admin:sales_order_change", args=[order.pk]))
    assert "Green tea" in page.content.decode()
    assert "¥30.00" in page.content.decode()


def test_facts_are_not_rewritten(admin_client: Client) -> None:
    row = RefusedRowFactory()

    reply = admin_client.post(
        reverse("admin:sales_importbatch_change", args=[row.batch_id]), {"file_name": "other.csv"}
    )

    assert reply.status_code == 403
    row.batch.refresh_from_db()
    assert row.batch.file_name == "orders.csv"
    assert RefusedRow.objects.get() == row
