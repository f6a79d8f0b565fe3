"""Failing what cannot go on, and waking workers for what can."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import LazySettings
from django.utils import timezone

from jobs.models import Job
from jobs.services import sweep
from tests.factories.jobs import JobFactory, RunningJobFactory

pytestmark = pytest.mark.django_db
AGO = timedelta(minutes=1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> list[tuple[str, int]]:
    """Messages to the broker, which is replaced: what matters is when they are sent."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    messages: list[tuple[str, int]] = []

    def send_task(kind: str, args: list[int], **options: object) -> None:
        assert options["retry"] is False
        messages.append((kind, args[0]))

    monkeypatch.setattr(current_app, "send_task", send_task)
    return messages


def test_a_failed_need_fails_all_that_waits_behind_it_and_says_which() -> None:
    first = JobFactory(kind="a.first", state=Job.State.FAILED, error="broken")
    second, third = JobFactory(kind="b.second"), JobFactory(kind="c.third")
    second.after.add(first)
    third.after.add(second)
    unrelated = JobFactory()

    assert sweep().blocked == 2

    for job in (second, third, unrelated):
        job.refresh_from_db()
    assert (second.state, second.error) == (
        Job.State.FAILED,
        f"Not started, because a.first #{first.pk} failed.",
    )
    assert f"b.second #{second.pk}" in third.error
    assert unrelated.state == Job.State.QUEUED


def test_a_lapsed_last_attempt_is_given_up_and_others_are_not() -> None:
    last = RunningJobFactory(attempt=4, lease_until=timezone.now() - AGO)
    third = RunningJobFactory(attempt=3, lease_until=timezone.now() - AGO)
    alive = RunningJobFactory(attempt=4)

    assert sweep().given_up == 1

    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {last.pk: "failed", third.pk: "running", alive.pk: "running"}


def test_without_a_broker_nobody_is_told() -> None:
    JobFactory()

    assert sweep().woken == 0


def test_workers_are_told_once_and_again_when_nobody_came(sent: list[tuple[str, int]]) -> None:
    job = JobFactory(kind="a.job")
    assert sweep().woken == 1
    assert sent == [("a.job", job.pk)]
    assert sweep().woken == 0

    Job.objects.update(sent_at=timezone.now() - AGO)
    assert sweep().woken == 1


def test_a_job_left_behind_wakes_a_worker_at_once(sent: list[tuple[str, int]]) -> None:
    now = timezone.now()
    left = RunningJobFactory(
        sent_at=now - timedelta(seconds=3), lease_until=now - timedelta(seconds=1)
    )
    RunningJobFactory(sent_at=now - AGO)

    assert sweep().woken == 1
    assert sent == [(left.kind, left.pk)]


@pytest.mark.parametrize(
    "later", [{"due_at": timezone.now() + timedelta(days=1)}, {"state": "done"}]
)
def test_what_is_not_ready_wakes_nobody(
    sent: list[tuple[str, int]], later: dict[str, object]
) -> None:
    JobFactory(**later)

    assert sweep().woken == 0


def test_a_broker_that_is_away_is_no_error_and_is_told_next_time(
    sent: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise ConnectionError

    JobFactory()
    with monkeypatch.context() as patch:
        patch.setattr(current_app, "send_task", refuse)
        assert sweep().woken == 0
    assert sweep().woken == 1
