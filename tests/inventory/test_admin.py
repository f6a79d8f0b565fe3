"""Purchase orders in the admin: sent, received, cancelled, each once."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import PurchaseOrder
from tests.factories.catalog import ProductFactory, SupplierFactory
from tests.people import client_of


@pytest.fixture
def order(db: None) -> PurchaseOrder:
    order = PurchaseOrder.objects.create(
        supplier=SupplierFactory(name="Pottery"), created_on=date(2026, 1, 5), created_by="Li"
    )
    order.lines.create(
        product=ProductFactory(title="Green cup"),
        quantity=12,
        unit_cost=6,
        created_on=order.created_on,
    )
    return order


def move(client: Client, order: PurchaseOrder, verb: str) -> str:
    url = reverse("admin:inventory_move_order", args=[order.pk])
    text = client.post(url, {"move": verb}, follow=True).content.decode()
    order.refresh_from_db()
    return text


def test_the_list_shows_what_an_order_costs(admin_client: Client, order: PurchaseOrder) -> None:
    url = reverse("admin:inventory_purchaseorder_changelist")

    assert "¥72.00" in admin_client.get(url).content.decode()


def test_an_order_goes_out_and_comes_in(admin_client: Client, order: PurchaseOrder) -> None:
    assert "The order is sent now." in move(admin_client, order, "send")
    assert order.state == "sent"
    assert "The order is received now." in move(admin_client, order, "receive")
    assert order.state == "received"


def test_what_was_sent_is_not_cancelled(admin_client: Client, order: PurchaseOrder) -> None:
    move(admin_client, order, "send")

    assert "The order is sent; nothing was changed." in move(admin_client, order, "cancel")
    assert order.state == "sent"


def test_an_unknown_move_changes_nothing(admin_client: Client, order: PurchaseOrder) -> None:
    move(admin_client, order, "burn")

    assert order.state == "draft"


def test_an_analyst_moves_no_order(order: PurchaseOrder) -> None:
    analyst = client_of("Analyst")
    page = reverse("admin:inventory_purchaseorder_change", args=[order.pk])

    assert "Green cup" in analyst.get(page).content.decode()
    assert "Mark as sent" not in analyst.get(page).content.decode()
    url = reverse("admin:inventory_move_order", args=[order.pk])
    assert analyst.post(url, {"move": "send"}).status_code == 403
    assert analyst.get(url).status_code == 405
    order.refresh_from_db()
    assert order.state == "draft"


def test_lines_are_edited_while_the_order_is_a_draft(
    admin_client: Client, order: PurchaseOrder
) -> None:
    line = order.lines.get()
    page = reverse("admin:inventory_purchaseorder_change", args=[order.pk])
    form = {
        "supplier": order.supplier_id,
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 1,
        "lines-0-id": line.pk,
        "lines-0-order": order.pk,
        "lines-0-quantity": 24,
        "lines-0-unit_cost": "5.50",
    }

    admin_client.post(page, form)
    assert order.lines.get().quantity == 24

    move(admin_client, order, "send")
    assert admin_client.post(page, form | {"lines-0-quantity": 36}).status_code == 403
    assert order.lines.get().quantity == 24
