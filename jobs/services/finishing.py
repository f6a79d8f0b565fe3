"""The end of a job: its results and its state in one transaction, fenced by the attempt."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from jobs import clock, memory
from jobs.models import Job, Score
from jobs.services.claiming import mine


class StaleAttemptError(Exception):
    """The lease lapsed and another attempt owns the job: nothing may be written."""


@contextmanager
def finishing(job: Job, result: Mapping[str, object]) -> Iterator[None]:
    """Write results and the end of the job in one transaction, or neither.

    Compute before entering; raises StaleAttemptError where another attempt took the job.
    """
    with transaction.atomic():
        ended = mine(job).update(
            state=Job.State.DONE,
            result=dict(result),
            progress=1.0,
            error="",
            finished_at=clock.now(),
            peak_mib=memory.peak_mib(),
        )
        if ended != 1:
            raise StaleAttemptError(job.pk)
        yield


def record_scores(job: Job, scores: Iterable[Score]) -> None:
    """Store the figures of a job's comparison; call inside ``finishing``."""
    rows = list(scores)
    for row in rows:
        row.job = job
    Score.objects.filter(job=job).delete()
    Score.objects.bulk_create(rows)
