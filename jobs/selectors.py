"""What is ready, what is open, how far a run is."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jobs import clock
from jobs.models import Job, Run

OPEN_STATES = (Job.State.QUEUED, Job.State.RUNNING)


def ready() -> "QuerySet[Job]":
    """Jobs a worker may take: due or left behind by a lapsed lease, and all they need is done."""
    now = clock.now()
    unmet = Job.objects.filter(followers=OuterRef("pk")).exclude(state=Job.State.DONE)
    is_due = Q(state=Job.State.QUEUED, due_at__lte=now)
    is_left_behind = Q(state=Job.State.RUNNING, lease_until__lt=now)
    return Job.objects.filter(
        is_due | is_left_behind, ~Exists(unmet), attempt__lt=F("last_attempt")
    ).order_by("due_at", "pk")


def open_jobs(run: Run | None = None) -> "QuerySet[Job]":
    """Jobs that are queued or running, of one run or of all."""
    found = Job.objects.filter(state__in=OPEN_STATES)
    return found if run is None else found.filter(run=run)
