"""Rights on what the stock room and the catalogue gained since the groups were made."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROOMS = ["catalog", "inventory"]
NEW = [
    "clearance", "balancesuggestion", "tightensuggestion", "clearancesuggestion",
    "plannedtransfer", "classservicelevel", "stockrule", "stockreplay",
]


def give_rights(apps, schema_editor):
    """Managers may do all, analysts look; a group renamed or deleted is left alone."""
    alias = schema_editor.connection.alias
    for label in ROOMS:
        app_config = apps.get_app_config(label)
        app_config.models_module = True
        create_permissions(app_config, apps=apps, using=alias, verbosity=0)
        app_config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.using(alias).filter(
        content_type__app_label__in=ROOMS, content_type__model__in=NEW
    )
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name="Manager"):
        group.permissions.add(*rights)
    for group in groups.filter(name="Analyst"):
        group.permissions.add(*rights.filter(codename__startswith="view_"))


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_roles"),
        ("catalog", "0003_clearance"),
        ("inventory", "0003_decisions"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
