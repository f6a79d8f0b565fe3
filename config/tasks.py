"""What the schedule starts: these tasks queue jobs and do nothing else."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from config import pipeline
from jobs.models import Run
from jobs.services import queue_job


@shared_task(name="config.start_nightly")
def start_nightly() -> int:
    """Start the night's run over all facts before today; returns its number."""
    as_of = timezone.localdate()
    run = pipeline.start_nightly(
        as_of=as_of, trigger=Run.Trigger.SCHEDULE, slot=pipeline.nightly_slot(as_of)
    )
    return run.pk


@shared_task(name="config.refresh_recommendations")
def refresh_recommendations() -> int:
    """Queue one update of the lists by today's purchases per hour; returns the job's number."""
    now = timezone.localtime()
    job = queue_job(
        kind="recommendations.refresh",
        key=f"recommendations.refresh:{now:%Y-%m-%dT%H}",
        arguments={"as_of": (now.date() + timedelta(days=1)).isoformat()},
    )
    return job.pk
