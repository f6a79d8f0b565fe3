"""Runs, jobs and scores."""

from datetime import timedelta

import factory
from django.utils import timezone

from jobs.models import Job, Run, Score


class RunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Run

    name = "nightly"
    as_of = factory.LazyFunction(timezone.localdate)
    trigger = Run.Trigger.COMMAND
    slot = factory.Sequence(lambda n: f"nightly:{n}")


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    kind = "tests.work"
    key = factory.Sequence(lambda n: f"job:{n}")
    arguments = factory.LazyFunction(lambda: {"as_of": timezone.localdate().isoformat()})
    due_at = factory.LazyFunction(timezone.now)


class RunningJobFactory(JobFactory):
    """Claimed by this process: ready for ``finishing``."""

    state = Job.State.RUNNING
    attempt = 1
    started_at = factory.LazyFunction(timezone.now)
    lease_until = factory.LazyFunction(lambda: timezone.now() + timedelta(seconds=60))


class ScoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Score

    job = factory.SubFactory(JobFactory)
    subject = "demand"
    method = factory.Sequence(lambda n: f"method {n}")
    role = Score.Role.CANDIDATE
    metric = "WAPE"
    value = 0.4
    held_back_days = 28
    cases = 100
