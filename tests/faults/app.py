"""The product's Celery application with jobs that only fault tests know.

Effects go to a bare table without any key, so that work done twice or half shows.
"""

import os
import signal
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402 - Django must be ready

from config.celery import app  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.services import attempt, finishing, queue_job  # noqa: E402

PARTS = ("first", "second")
CREATE_EFFECTS = (
    "CREATE TABLE IF NOT EXISTS fault_effect (job VARCHAR(80), part VARCHAR(10), attempt INTEGER)"
)


@app.task(name="faults.work")
def work(job_id: int) -> None:
    """Compute for a while, then write both parts of the effect with the end of the job."""
    with attempt(job_id) as job:
        if job is None:
            return
        time.sleep(float(job.arguments["seconds"]))
        if job.arguments["is_poison"]:
            os.kill(os.getpid(), signal.SIGKILL)
        with finishing(job, {}):
            for part in PARTS:
                _write(job, part)


def _write(job: Job, part: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fault_effect (job, part, attempt) VALUES (%s, %s, %s)",
            [job.key, part, job.attempt],
        )
    time.sleep(0.01)  # time enough to be killed between the two


def queue(key: str, seconds: float, *, is_poison: bool = False) -> None:
    """Put one piece of such work in the ledger."""
    arguments = {"seconds": seconds, "is_poison": is_poison}
    queue_job(kind="faults.work", key=key, arguments=arguments)


@app.task(name="faults.start_slot")
def start_slot(slot: str, seconds: float) -> None:
    """What the schedule starts: one job for its slot, whoever else starts it too."""
    queue(f"slot:{slot}", seconds)
