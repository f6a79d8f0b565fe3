"""The schedule staff see in the admin is what starts the night, without a broker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from django.db import OperationalError
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config import tasks
from config.schedule import LedgerScheduler
from jobs.models import Run

# The scheduler closes old connections at each tick, which a test inside a transaction forbids.
NIGHTLY = "config.start_nightly"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make() -> Iterator[type[LedgerScheduler]]:
    """A scheduler whose goodbye at the end of the process is taken back."""
    made = []

    def scheduler() -> LedgerScheduler:
        made.append(LedgerScheduler(app=current_app))
        return made[-1]

    yield scheduler
    for one in made:
        one._finalize.cancel()


def missed_last_night() -> None:
    PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(days=2))


def tick_until_idle(scheduler: LedgerScheduler) -> None:
    for _ in range(5):
        if scheduler.tick():
            return


def test_a_new_shop_gets_the_schedule_and_waits_for_its_hour(make: type[LedgerScheduler]) -> None:
    tick_until_idle(make())

    tasks = set(PeriodicTask.objects.values_list("task", flat=True))
    assert tasks == {"config.start_nightly", "config.refresh_recommendations"}
    assert not Run.objects.exists()


def test_what_staff_changed_stays_changed(make: type[LedgerScheduler]) -> None:
    make()
    entry = PeriodicTask.objects.get(task=NIGHTLY)
    entry.crontab, _ = CrontabSchedule.objects.get_or_create(minute="5", hour="4")
    entry.enabled = False
    entry.save()

    make()

    entry.refresh_from_db()
    assert (entry.crontab.hour, entry.enabled) == ("4", False)


def test_a_night_missed_while_the_machine_was_off_is_made_up_for_once(
    make: type[LedgerScheduler],
) -> None:
    make()
    missed_last_night()

    tick_until_idle(make())
    tick_until_idle(make())

    assert Run.objects.count() == 1
    assert PeriodicTask.objects.get(task=NIGHTLY).last_run_at > timezone.now() - timedelta(
        minutes=1
    )


def test_two_schedulers_start_one_run(make: type[LedgerScheduler]) -> None:
    make()
    missed_last_night()
    first, second = make(), make()
    first.schedule, second.schedule  # noqa: B018 - both read the entry as due

    tick_until_idle(first)
    tick_until_idle(second)

    assert Run.objects.count() == 1


def test_a_database_that_is_away_loses_no_night(
    make: type[LedgerScheduler], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_arguments: object) -> None:
        raise OperationalError

    make()
    missed_last_night()
    with monkeypatch.context() as patch:
        patch.setattr(tasks.pipeline, "start_nightly", away)
        with pytest.raises(OperationalError):
            tick_until_idle(make())

    tick_until_idle(make())
    assert Run.objects.count() == 1


def test_an_entry_that_cannot_run_does_not_stop_the_others(
    make: type[LedgerScheduler], caplog: pytest.LogCaptureFixture
) -> None:
    make()
    crontab = PeriodicTask.objects.get(task=NIGHTLY).crontab
    PeriodicTask.objects.create(name="a typing error", task="config.start_nightli", crontab=crontab)
    PeriodicTask.objects.create(
        name="a wrong argument", task="config.start_nightly", args='["x"]', crontab=crontab
    )
    missed_last_night()

    tick_until_idle(make())

    assert Run.objects.count() == 1
    assert "config.start_nightli" in caplog.text
