"""Nightly work on customers."""

from celery import shared_task

from crm import services
from jobs.services import attempt


@shared_task(name="crm.segment_customers")
def segment_customers(job_id: int) -> int:
    """Find segments; a second delivery finds the job taken and does nothing."""
    with attempt(job_id) as job:
        return 0 if job is None else services.segment_all(job=job)
