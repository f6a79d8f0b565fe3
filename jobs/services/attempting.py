"""The body of a task: claim, keep the lease while it runs, keep the error where it fails."""

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection

from jobs import clock, connections, memory
from jobs.models import Job
from jobs.services.claiming import claim, fail_attempt, give_back, mine
from jobs.services.finishing import StaleAttemptError

logger = logging.getLogger(__name__)
BEATS_PER_LEASE = 3


@contextmanager
def attempt(job_id: int) -> Iterator[Job | None]:
    """Claim a job for the body of a task; an error is kept on the job and it is tried again.

    Gives None where there is nothing to do: a second message, or another worker was faster.
    """
    job = claim(job_id)
    if job is None:
        yield None
        return
    memory.forget_peak()
    try:
        with _heartbeat(job):
            yield job
    except StaleAttemptError:
        logger.warning("Job %s: another attempt took over; nothing written", job_id)
    except Exception:
        logger.exception("Job %s failed in attempt %s", job_id, job.attempt)
        _keep_error(job, traceback.format_exc(limit=-8))
    except BaseException:
        connections.drop()
        give_back(job)
        raise
    else:
        fail_attempt(job, "The task ended without finishing the job.")


def report_progress(job: Job, progress: float, note: str = "") -> None:
    """Show how far the job is (0 to 1) and keep its lease; StaleAttemptError if it is lost."""
    renewed = mine(job).update(progress=progress, note=note[:200], lease_until=clock.lease_end())
    if renewed != 1:
        raise StaleAttemptError(job.pk)


def _keep_error(job: Job, error: str) -> None:
    """Where the database is what failed, the lapse of the lease brings the job back."""
    connections.drop_if_broken()
    try:
        fail_attempt(job, error, peak_mib=memory.peak_mib())
    except DatabaseError:
        logger.exception("Job %s: the error could not be kept", job.pk)


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Renew the lease from a thread of its own, so that long arithmetic needs no thought of it."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, stop), name=f"lease-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, stop: threading.Event) -> None:
    """Ends by itself after the longest time a job may take: a hung body must lose its lease."""
    deadline = time.monotonic() + settings.LONGEST_JOB_SECONDS
    while not stop.wait(settings.JOB_LEASE_SECONDS / BEATS_PER_LEASE):
        if time.monotonic() > deadline:
            return
        try:
            if mine(job).update(lease_until=clock.lease_end()) != 1:
                return
        except DatabaseError:
            logger.warning("Job %s: the lease could not be renewed", job.pk, exc_info=True)
        finally:
            connection.close()
