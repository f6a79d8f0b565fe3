"""Work of the stock room; a second delivery finds the job taken and does nothing."""

from collections.abc import Callable

from celery import shared_task

from inventory import services
from jobs.services import attempt


def _done(job_id: int, work: Callable[..., int]) -> int:
    """Do the work of a job that is still to be done; return how much came of it."""
    done = 0
    with attempt(job_id) as job:
        if job is not None:
            done = work(job=job)
    return done


@shared_task(name="inventory.forecast_demand")
def forecast_demand(job_id: int) -> int:
    """Forecast every product's demand; return the number of products."""
    return _done(job_id, services.forecast_demand)


@shared_task(name="inventory.learn_service_levels")
def learn_service_levels(job_id: int) -> int:
    """Learn service levels from the shop's past; return how many classes got one."""
    return _done(job_id, services.learn_service_levels)


@shared_task(name="inventory.suggest_restock")
def suggest_restock(job_id: int) -> int:
    """Suggest orders from the newest forecast; return how many."""
    return _done(job_id, services.suggest_restock)


@shared_task(name="inventory.suggest_adjustments")
def suggest_adjustments(job_id: int) -> int:
    """Suggest what to balance, tighten and clear; return how many."""
    return _done(job_id, services.suggest_adjustments)


@shared_task(name="inventory.replay_stock")
def replay_stock(job_id: int) -> int:
    """Replay restock policies over the shop's past; return how many were compared."""
    return _done(job_id, services.run_replay)
