"""The nightly and the hourly work on recommendations."""

from celery import shared_task

from jobs.services import attempt
from recommendations import refresh as refreshing
from recommendations import services


@shared_task(name="recommendations.train")
def train(job_id: int) -> int:
    """Train and swap; a second delivery finds the job taken and does nothing."""
    with attempt(job_id) as job:
        return 0 if job is None else services.train(job=job)


@shared_task(name="recommendations.refresh")
def refresh(job_id: int) -> int:
    """Bring the live lists up to the newest purchases without training anything."""
    with attempt(job_id) as job:
        return 0 if job is None else refreshing.refresh(job=job)
