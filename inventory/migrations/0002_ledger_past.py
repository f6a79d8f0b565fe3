"""Orders received before there was a ledger get their receipt; the two groups get the new rooms."""

from datetime import datetime, time

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.utils import timezone

NEW = {
    "catalog": ["delivery", "locationchannel", "orderbudget", "pricebreak", "reservation", "stockmovement"],
    "inventory": [
        "expectedchange", "purchasereceipt", "purchasereceiptline", "stocktake", "stocktakeline",
        "transfer", "transferline",
    ],
}


def write_receipts(apps, schema_editor):
    """What was received counted as stock from the next day on, and does so still."""
    alias = schema_editor.connection.alias
    orders = apps.get_model("inventory", "PurchaseOrder").objects.using(alias)
    places = apps.get_model("catalog", "Location").objects.using(alias)
    for order in orders.filter(state="received", received_on__isnull=False, receipts=None):
        place = places.filter(code="MAIN").first() or places.order_by("pk").first() or places.create(code="MAIN")
        at = datetime.combine(order.received_on, time.min, timezone.get_default_timezone())
        receipt = apps.get_model("inventory", "PurchaseReceipt").objects.using(alias).create(
            order=order, location=place, key=f"PO {order.pk}", received_at=at, actor=order.created_by,
        )
        for line in order.lines.all():
            _write_line(apps, alias, order, receipt, line)


def _write_line(apps, alias, order, receipt, line):
    key = f"receipt:{receipt.pk}:{line.pk}"
    apps.get_model("inventory", "PurchaseReceiptLine").objects.using(alias).create(
        receipt=receipt, line=line, units=line.quantity
    )
    apps.get_model("catalog", "StockMovement").objects.using(alias).create(
        product_id=line.product_id, location=receipt.location, kind="receipt", units=line.quantity,
        at=receipt.received_at, reference=f"PO {order.pk}", actor=receipt.actor, key=key,
    )
    if order.supplier_id and order.sent_on and order.sent_on <= order.received_on:
        apps.get_model("catalog", "Delivery").objects.using(alias).create(
            supplier_id=order.supplier_id, product_id=line.product_id, ordered_on=order.sent_on,
            received_on=order.received_on, units=line.quantity, key=key,
        )


def give_rights(apps, schema_editor):
    """Rights are written after all migrations have run; here they are needed earlier."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    rights = apps.get_model("auth", "Permission").objects.using(alias)
    for label, models in NEW.items():
        app_config = apps.get_app_config(label)
        app_config.models_module = True
        create_permissions(app_config, apps=apps, using=alias, verbosity=0)
        app_config.models_module = None
        found = rights.filter(content_type__app_label=label, content_type__model__in=models)
        for group, chosen in (("Manager", found), ("Analyst", found.filter(codename__startswith="view_"))):
            for row in groups.filter(name=group):
                row.permissions.add(*chosen)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_ledger"),
        ("catalog", "0002_ledger"),
        ("config", "0002_roles"),
    ]

    operations = [
        migrations.RunPython(write_receipts, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
