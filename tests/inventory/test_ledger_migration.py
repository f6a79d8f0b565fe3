"""What was received before there was a ledger is in it, and the groups may use the new rooms."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.models import Delivery, StockMovement
from inventory.models import PurchaseReceipt
from inventory.selectors import receipts


@pytest.mark.django_db(transaction=True)
def test_orders_received_before_the_ledger_get_their_receipt() -> None:
    call_command("migrate", "inventory", "0001", verbosity=0)
    for name in ("Manager", "Analyst"):
        Group.objects.get_or_create(name=name)
    nodes = [("inventory", "0001_initial"), ("catalog", "0001_initial")]
    old = MigrationExecutor(connection).loader.project_state(nodes).apps
    order = old.get_model("inventory", "PurchaseOrder").objects.create(
        supplier=old.get_model("catalog", "Supplier").objects.create(name="Pottery"),
        state="received",
        created_on=date(2025, 5, 1),
        sent_on=date(2025, 5, 2),
        received_on=date(2025, 5, 20),
        created_by="li",
    )
    product = old.get_model("catalog", "Product").objects.create(sku="CUP", title="Cup")
    order.lines.create(product=product, quantity=7, unit_cost=6, created_on=order.created_on)

    call_command("migrate", verbosity=0)

    assert PurchaseReceipt.objects.get().location.code == "MAIN"
    movement = StockMovement.objects.get()
    assert (movement.product.sku, movement.units, movement.kind) == ("CUP", 7, "receipt")
    delivery = Delivery.objects.get()
    assert (delivery.ordered_on, delivery.received_on) == (date(2025, 5, 2), date(2025, 5, 20))
    assert receipts(before=date(2025, 5, 20)).empty
    assert receipts(before=date(2025, 5, 21))["units"].tolist() == [7]
    manager, analyst = (Group.objects.get(name=name) for name in ("Manager", "Analyst"))
    assert manager.permissions.filter(codename="add_stockmovement").exists()
    assert analyst.permissions.filter(codename="view_stockmovement").exists()
    assert not analyst.permissions.filter(codename="add_stockmovement").exists()
