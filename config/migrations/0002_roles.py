"""Two groups to begin with: managers decide, analysts look."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROOMS = ["jobs", "suggestions", "catalog", "sales", "inventory", "pricing", "crm", "recommendations", "config"]
SCHEDULE = "django_celery_beat"


def make_groups(apps, schema_editor):
    """Rights are written after all migrations have run; here they are needed earlier."""
    alias = schema_editor.connection.alias
    for label in [*ROOMS, SCHEDULE]:
        app_config = apps.get_app_config(label)
        app_config.models_module = True
        create_permissions(app_config, apps=apps, using=alias, verbosity=0)
        app_config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.using(alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    manager, _ = groups.get_or_create(name="Manager")
    manager.permissions.set(rights.filter(content_type__app_label__in=[*ROOMS, SCHEDULE]))
    analyst, _ = groups.get_or_create(name="Analyst")
    looking = rights.filter(content_type__app_label__in=ROOMS, codename__startswith="view_")
    analyst.permissions.set(looking.exclude(content_type__app_label="config"))


def drop_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=["Manager", "Analyst"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("config", "0001_initial"),
        ("jobs", "0001_initial"),
        ("suggestions", "0001_initial"),
        ("catalog", "0001_initial"),
        ("sales", "0001_initial"),
        ("inventory", "0001_initial"),
        ("pricing", "0001_initial"),
        ("crm", "0001_initial"),
        ("recommendations", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(make_groups, drop_groups)]
