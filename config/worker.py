"""The loop behind ``manage.py worker`` and ``manage.py reconcile``."""

import logging
import signal
import threading
from types import FrameType

from celery import current_app
from django.conf import settings
from django.db import Error

from config.schedule import LedgerScheduler
from jobs import connections
from jobs.selectors import open_jobs
from jobs.services import run_next, sweep

logger = logging.getLogger(__name__)


class Loop:
    """Sweep the ledger, start what the schedule says, and (``runs_jobs``) run what is ready.

    Any number may run at the same time. A database that is away is waited for.
    """

    def __init__(self, *, runs_jobs: bool, until_idle: bool = False) -> None:
        self.runs_jobs = runs_jobs
        self.until_idle = until_idle
        self.stopping = threading.Event()
        self.scheduler: LedgerScheduler | None = None

    def run(self) -> None:
        """Go round until stopped, or until no job is open where ``until_idle`` is asked."""
        current_app.loader.import_default_modules()
        while not self.stopping.is_set():
            try:
                if self.turn():
                    continue
                if self.until_idle and not open_jobs().exists():
                    return
            except Error:
                logger.exception("The database is away; trying again")
                self.scheduler = None
                connections.drop()
            self.stopping.wait(settings.JOB_POLL_SECONDS)

    def turn(self) -> bool:
        """One round; True where a job was run."""
        connections.drop_if_broken()
        if not self.until_idle:
            self._start_what_is_due()
        sweep()
        return self.runs_jobs and run_next() is not None

    def _start_what_is_due(self) -> None:
        if self.scheduler is None:
            self.scheduler = LedgerScheduler(app=current_app)
        self.scheduler.tick()


def leave_on_signals() -> None:
    """Make SIGTERM and SIGINT end the process cleanly: a running job goes back to the queue."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)
