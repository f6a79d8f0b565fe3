"""Nightly work of pricing; a second delivery finds the job taken and does nothing."""

from celery import shared_task

from jobs.services import attempt
from pricing import services


@shared_task(name="pricing.suggest_prices")
def suggest_prices(job_id: int) -> int:
    """Estimate elasticities and suggest prices; return how many."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = services.suggest_prices(job=job)
    return done
