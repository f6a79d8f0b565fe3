"""``manage.py worker``: the embedded worker, or Celery's where a broker is named."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.celery import WORKER_FLAGS
from config.worker import Loop, leave_on_signals


class Command(BaseCommand):
    help = "Run jobs: from the ledger itself, or as a Celery worker where REDIS_URL is set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle",
            action="store_true",
            help="run what is open in the ledger, in this process, then leave",
        )
        parser.add_argument("--concurrency", type=int, help="processes of the Celery worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.REDIS_URL and not options["until_idle"]:
            self.become_celery(options["concurrency"])
        leave_on_signals()
        Loop(runs_jobs=True, until_idle=options["until_idle"]).run()

    def become_celery(self, concurrency: int | None) -> None:
        """SIGTERM then gives running tasks ten seconds before they go back to the ledger."""
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", *WORKER_FLAGS]
        if concurrency:
            command.append(f"--concurrency={concurrency}")
        os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
        os.execv(sys.executable, command)  # noqa: S606 - no shell, nothing from outside
