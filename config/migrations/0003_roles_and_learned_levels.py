"""Both groups may look at what was learned of service levels."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    room = apps.get_app_config("inventory")
    room.models_module = True
    create_permissions(room, apps=apps, using=alias, verbosity=0)
    room.models_module = None
    rights = apps.get_model("auth", "Permission").objects.using(alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    mine = rights.filter(
        content_type__app_label="inventory", content_type__model="learnedlevels"
    )
    for group in groups.filter(name="Manager"):
        group.permissions.add(*mine)
    for group in groups.filter(name="Analyst"):
        group.permissions.add(*mine.filter(codename__startswith="view_"))


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_roles"),
        ("inventory", "0004_levels_learned_from_the_past"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
