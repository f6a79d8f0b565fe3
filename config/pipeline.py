"""The nightly run: which jobs, in which order."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jobs.models import Job, Run
from jobs.services import queue_job
from suggestions.services import expire

NIGHTLY = "nightly"


@dataclass(frozen=True)
class Step:
    """One job of the run: the name of its Celery task and the steps that must be done first."""

    kind: str
    after: tuple[str, ...] = ()


STEPS = (
    Step("recommendations.train"),
    Step("inventory.learn_service_levels"),  # orders use the newest, and wait for none
    Step("inventory.forecast_demand"),
    Step("crm.segment_customers"),
    Step("inventory.suggest_restock", after=("inventory.forecast_demand",)),
    Step("inventory.suggest_adjustments", after=("inventory.forecast_demand",)),
    Step("pricing.suggest_prices"),
)


def nightly_slot(as_of: date) -> str:
    """The slot of the scheduled run of a day: however many schedulers ask, one run starts."""
    return f"{NIGHTLY}:{as_of.isoformat()}"


def free_slot(as_of: date) -> str:
    """A slot for one more run of the same day."""
    slot = nightly_slot(as_of)
    taken = set(Run.objects.filter(slot__startswith=slot).values_list("slot", flat=True))
    number = 1
    while slot in taken:
        number += 1
        slot = f"{nightly_slot(as_of)}:{number}"
    return slot


def start_nightly(*, as_of: date, trigger: str, slot: str) -> Run:
    """Queue the steps of the nightly run, and close suggestions whose last day has passed.

    A slot starts one run: asked again, this gives the run that is there and queues nothing.
    """
    with transaction.atomic():
        run, is_new = Run.objects.get_or_create(
            slot=slot, defaults={"name": NIGHTLY, "as_of": as_of, "trigger": trigger}
        )
        if is_new:
            expire(today=as_of)
            _queue_steps(run)
    return run


def _queue_steps(run: Run) -> None:
    jobs: dict[str, Job] = {}
    for step in STEPS:
        jobs[step.kind] = queue_job(
            kind=step.kind,
            key=f"{run.slot}:{step.kind}",
            arguments={"as_of": run.as_of.isoformat()},
            run=run,
            after=[jobs[kind] for kind in step.after],
        )
