"""The lease of a job is renewed while its body is busy, and no longer than a job may take."""

import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import DatabaseError
from django.utils import timezone

from jobs.models import Job
from jobs.services import attempt, attempting, finishing
from tests.factories.jobs import JobFactory


@pytest.fixture
def short_lease(settings: LazySettings) -> None:
    settings.JOB_LEASE_SECONDS = 0.3


def lease(job: Job) -> timedelta:
    return Job.objects.get(pk=job.pk).lease_until - timezone.now()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short_lease")
def test_a_busy_body_keeps_its_lease() -> None:
    with attempt(JobFactory().pk) as job:
        end = time.monotonic() + 0.9  # three leases of plain arithmetic
        while time.monotonic() < end:
            sum(range(10_000))
        assert lease(job) > timedelta(0)
        with finishing(job, {}):
            pass

    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short_lease")
def test_a_body_that_hangs_loses_its_lease(settings: LazySettings) -> None:
    settings.LONGEST_JOB_SECONDS = 0.2

    with attempt(JobFactory().pk) as job:
        time.sleep(0.9)
        assert lease(job) < timedelta(0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short_lease")
def test_a_heartbeat_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = attempting.mine

    def sometimes(job: Job) -> object:
        calls.append(job)
        if len(calls) == 1:
            raise DatabaseError("away")
        return real(job)

    with attempt(JobFactory().pk) as job:
        monkeypatch.setattr(attempting, "mine", sometimes)
        time.sleep(0.5)
        assert lease(job) > timedelta(0)
