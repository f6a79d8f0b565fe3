"""Put work in the ledger, in the caller's transaction.

Nothing here speaks to the broker: with Redis away a message costs a caller six seconds, and the
sweep of the reconciler wakes a worker within one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from jobs import clock
from jobs.models import MAX_ATTEMPTS, Job, Run


def queue_job(
    *,
    kind: str,
    key: str,
    arguments: Mapping[str, object],
    run: Run | None = None,
    after: Sequence[Job] = (),
    due_at: datetime | None = None,
) -> Job:
    """Put a job in the ledger; the same ``key`` gives the job that is already there.

    The row lives or dies with the caller's transaction. ``after`` are jobs that must be done
    first; ``kind`` is the name of the Celery task, which gets the job's number.
    """
    with transaction.atomic():
        job, is_new = Job.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "arguments": dict(arguments),
                "run": run,
                "due_at": due_at or clock.now(),
            },
        )
        if is_new:
            job.after.set(after)
            job.refresh_from_db(fields=["due_at"])
    return job


def retry(job: Job, *, actor: str) -> int:
    """Queue a failed job again, with the failed jobs it needs and those that failed behind it.

    Each gets as many attempts as a new job; attempts are counted on, because their number is
    the fence against a worker that wakes up late. Returns how many were queued.
    """
    with transaction.atomic():
        family = _failed_family(job)
        return Job.objects.filter(pk__in=family, state=Job.State.FAILED).update(
            state=Job.State.QUEUED,
            last_attempt=F("attempt") + MAX_ATTEMPTS,
            due_at=clock.now(),
            sent_at=None,
            lease_until=None,
            finished_at=None,
            progress=0.0,
            note="",
            retried_by=actor,
        )


def _failed_family(job: Job) -> set[int]:
    family: set[int] = set()
    found = {job.pk}
    while found:
        family |= found
        kin = Q(after__in=found) | Q(followers__in=found)
        failed = Job.objects.filter(kin, state=Job.State.FAILED).exclude(pk__in=family)
        found = set(failed.values_list("pk", flat=True))
    return family
