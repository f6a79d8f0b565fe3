"""Nightly work of the stock room; a second delivery finds the job taken and does nothing."""

from celery import shared_task

from inventory import services
from jobs.services import attempt


@shared_task(name="inventory.forecast_demand")
def forecast_demand(job_id: int) -> int:
    """Forecast every product's demand; return the number of products."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = services.forecast_demand(job=job)
    return done


@shared_task(name="inventory.suggest_restock")
def suggest_restock(job_id: int) -> int:
    """Suggest orders from the newest forecast; return how many."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = services.suggest_restock(job=job)
    return done


@shared_task(name="inventory.suggest_adjustments")
def suggest_adjustments(job_id: int) -> int:
    """Suggest what to balance, tighten and clear; return how many."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = services.suggest_adjustments(job=job)
    return done


@shared_task(name="inventory.replay_stock")
def replay_stock(job_id: int) -> int:
    """Replay restock policies over the shop's past; return how many were compared."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = services.run_replay(job=job)
    return done
