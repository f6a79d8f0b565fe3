"""The Celery application; the ledger in ``jobs`` decides what runs, Celery carries it."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_unknown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("zhanggui")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# The ledger is the guarantee, so what these watch would only delay a worker's return: with
# them, a half-open connection to Redis leaves a worker deaf for ever.
WORKER_FLAGS = ("--without-heartbeat", "--without-gossip", "--without-mingle")


@task_unknown.connect
def fail_unknown(message: Any = None, name: str = "", **_kwargs: object) -> None:
    """A job of a kind that this worker does not know fails with that reason, not in silence."""
    from jobs.services import refuse, unknown_kind  # noqa: PLC0415 - after Django is ready

    args = message.payload[0]
    if len(args) == 1 and isinstance(args[0], int):
        refuse(args[0], unknown_kind(name))
