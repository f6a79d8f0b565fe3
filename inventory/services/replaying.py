"""A replay asked for in the admin: queued as a job, its results kept."""

from dataclasses import asdict
from datetime import date

from django.utils import timezone

from inventory.models import StockReplay
from inventory.services.replay import replay_stock
from jobs.models import Job
from jobs.services import finishing, queue_job, report_progress

KIND = "inventory.replay_stock"


def queue_replay(
    *,
    as_of: date,
    days: int,
    service_level: float | None = None,
    lead_factor: float = 1.0,
    budget: float | None = None,
) -> Job:
    """Put a replay in the ledger; each wish is a job of its own."""
    arguments = {
        "as_of": as_of.isoformat(),
        "days": days,
        "service_level": service_level,
        "lead_factor": lead_factor,
        "budget": budget,
    }
    key = f"{KIND}:{timezone.now().isoformat()}"
    return queue_job(kind=KIND, key=key, arguments=arguments)


def run_replay(*, job: Job) -> int:
    """Replay as the job's arguments say and keep the results; return how many policies."""
    wish = job.arguments
    found = replay_stock(
        as_of=job.as_of,
        days=int(wish.get("days", 364)),
        service_level=wish.get("service_level"),
        lead_factor=float(wish.get("lead_factor") or 1.0),
        budget=wish.get("budget"),
        on_review=lambda share: report_progress(job, share, "Replaying"),
    )
    rows = [{"policy": name, **asdict(result)} for name, result in found.results.items()]
    with finishing(job, {"policies": len(rows), "products": found.products}):
        StockReplay.objects.filter(job=job).delete()
        StockReplay.objects.create(
            job=job,
            as_of=job.as_of,
            since=found.since,
            days=found.days,
            products=found.products,
            results=rows,
        )
    return len(rows)
