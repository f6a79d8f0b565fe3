"""Run ready jobs in this process: the embedded worker needs no broker."""

import logging
import traceback

from celery import current_app
from django.db import DatabaseError
from django.utils.translation import gettext as _

from jobs.models import Job, Run
from jobs.selectors import ready
from jobs.services.claiming import refuse

logger = logging.getLogger(__name__)


def run_next(run: Run | None = None) -> Job | None:
    """Run the ready job that is due longest, of one run or of all; None where none is ready."""
    found = ready() if run is None else ready().filter(run=run)
    job = found.first()
    if job is not None:
        run_job(job)
    return job


def run_job(job: Job) -> None:
    """Run the Celery task a job names; a kind nobody knows, or a broken task, fails it."""
    current_app.loader.import_default_modules()
    task = current_app.tasks.get(job.kind)
    if task is None:
        refuse(job.pk, unknown_kind(job.kind))
        return
    try:
        task(job.pk)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The task of job %s broke outside its attempt", job.pk)
        refuse(job.pk, traceback.format_exc(limit=-8))


def unknown_kind(kind: str) -> str:
    """What a job says that no installed app can do."""
    return _("No installed app has a task named %(kind)s.") % {"kind": kind}
