"""What keeps the ledger moving whatever died: run it each second, in any number of processes."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from jobs import clock
from jobs.models import Job
from jobs.selectors import ready

logger = logging.getLogger(__name__)
RESEND_SECONDS = 6.0
WAKE_UPS_PER_SWEEP = 200


@dataclass(frozen=True)
class Swept:
    """How many jobs one sweep gave up, failed because of a needed job, and woke workers for."""

    given_up: int
    blocked: int
    woken: int


def sweep() -> Swept:
    """Fail what cannot go on, and wake workers for what can."""
    given_up = _give_up()
    return Swept(given_up=given_up, blocked=_fail_blocked(), woken=_wake_unheard())


def _give_up() -> int:
    """Jobs whose worker died in the last attempt: most likely the job is what kills it."""
    return Job.objects.filter(
        state=Job.State.RUNNING, lease_until__lt=clock.now(), attempt__gte=F("last_attempt")
    ).update(
        state=Job.State.FAILED,
        finished_at=clock.now(),
        error=_("Its worker died or stopped answering in every attempt; no further one is made."),
    )


def _fail_blocked() -> int:
    """Jobs that need a failed job, and those that need them."""
    needed = Job.objects.filter(followers=OuterRef("pk"), state=Job.State.FAILED)
    blocked = Job.objects.filter(Exists(needed), state=Job.State.QUEUED)
    total = 0
    for job in blocked:
        cause = job.after.filter(state=Job.State.FAILED).first()
        total += Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.FAILED,
            finished_at=clock.now(),
            error=_("Not started, because %(job)s failed.") % {"job": cause},
        )
    return total + _fail_blocked() if total else 0


def _wake_unheard() -> int:
    """Ready jobs no worker was told of, or not since the lease lapsed, or whose message is lost."""
    untold = Q(sent_at=None) | Q(sent_at__lt=F("lease_until"))
    unheard = Q(sent_at__lt=clock.in_seconds(-RESEND_SECONDS))
    return wake(ready().filter(untold | unheard)[:WAKE_UPS_PER_SWEEP])


def wake(jobs: Iterable[Job]) -> int:
    """Tell the Celery workers about jobs; return how many messages went out.

    Without a broker there is nobody to tell. A broker that is away is told at a later sweep.
    """
    if not settings.REDIS_URL:
        return 0
    sent = []
    try:
        for job in jobs:
            current_app.send_task(job.kind, args=[job.pk], retry=False, ignore_result=True)
            sent.append(job.pk)
    except Exception:
        logger.exception("The broker does not take wake-ups; the next sweep tries again")
    Job.objects.filter(pk__in=sent).update(sent_at=clock.now())
    return len(sent)
