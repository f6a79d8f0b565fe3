"""Take a job for one attempt, and give it back: fenced by the number of the attempt."""

from datetime import timedelta

from django.db.models import F, QuerySet

from jobs import clock
from jobs.models import Job
from jobs.selectors import ready

BACKOFF_SECONDS = (0.0, 5.0, 30.0, 120.0)


def claim(job_id: int) -> Job | None:
    """Take a ready job for one attempt; None where it is taken, ended, not due or unknown."""
    seen = Job.objects.filter(pk=job_id).values_list("attempt", flat=True).first()
    if seen is None:
        return None
    taken = (
        ready()
        .filter(pk=job_id, attempt=seen)
        .update(
            state=Job.State.RUNNING,
            attempt=seen + 1,
            lease_until=clock.lease_end(),
            started_at=clock.now(),
            progress=0.0,
            note="",
        )
    )
    return Job.objects.filter(pk=job_id, attempt=seen + 1).first() if taken else None


def mine(job: Job) -> "QuerySet[Job]":
    """The job's row as long as this attempt owns it; every write of an attempt goes through it."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


def fail_attempt(job: Job, error: str, *, peak_mib: float | None = None) -> bool:
    """Queue the job again after a pause, or fail it for good after its last attempt."""
    if job.attempt >= job.last_attempt:
        return _fail(job, error, peak_mib)
    tries = job.attempt - (job.last_attempt - len(BACKOFF_SECONDS))
    pause = BACKOFF_SECONDS[min(max(tries, 1), len(BACKOFF_SECONDS) - 1)]
    again = clock.now() + timedelta(seconds=pause)
    return _queue_again(job, error=error, due_at=again, peak_mib=peak_mib)


def refuse(job_id: int, error: str) -> bool:
    """Fail a job for good at its first attempt: no further attempt could go better."""
    job = claim(job_id)
    return job is not None and _fail(job, error, None)


def give_back(job: Job) -> bool:
    """Queue a job whose worker was told to stop; the attempt does not count."""
    return _queue_again(job, due_at=clock.now(), last_attempt=F("last_attempt") + 1)


def _fail(job: Job, error: str, peak_mib: float | None) -> bool:
    ended = mine(job).update(
        state=Job.State.FAILED, error=error, finished_at=clock.now(), peak_mib=peak_mib
    )
    return ended == 1


def _queue_again(job: Job, **changes: object) -> bool:
    queued = mine(job).update(state=Job.State.QUEUED, sent_at=None, lease_until=None, **changes)
    return queued == 1
