"""Set a fault up: tables, jobs, a schedule."""

from datetime import timedelta

from django.core.management import execute_from_command_line
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from tests.faults.app import CREATE_EFFECTS, queue


def set_up() -> None:
    """Tables of the product and of the effects."""
    execute_from_command_line(["manage.py", "migrate", "-v", "0"])
    with connection.cursor() as cursor:
        cursor.execute(CREATE_EFFECTS)


def queue_many(number: int, seconds: float, poison: int) -> None:
    """Queue jobs; the first ``poison`` kill who runs them."""
    for index in range(number):
        queue(f"job:{index}", seconds, is_poison=index < poison)


def schedule(number: int, seconds: float) -> None:
    """Entries of a daily schedule that were last run more than a day ago."""
    midnight, _ = CrontabSchedule.objects.get_or_create(minute="0", hour="0")
    for index in range(number):
        PeriodicTask.objects.create(
            name=f"slot {index}",
            task="faults.start_slot",
            args=f'["{index}", {seconds}]',
            crontab=midnight,
            last_run_at=timezone.now() - timedelta(days=2),
        )
