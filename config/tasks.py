"""What the schedule starts: these tasks queue jobs and do nothing else."""

from celery import shared_task
from django.utils import timezone

from config import pipeline
from jobs.models import Run


@shared_task(name="config.start_nightly")
def start_nightly() -> int:
    """Start the night's run over all facts before today; returns its number."""
    as_of = timezone.localdate()
    run = pipeline.start_nightly(
        as_of=as_of, trigger=Run.Trigger.SCHEDULE, slot=pipeline.nightly_slot(as_of)
    )
    return run.pk
