"""``manage.py reconcile``: what a production needs beside Celery workers; run one or more."""

from typing import Any

from django.core.management.base import BaseCommand

from config.worker import Loop, leave_on_signals


class Command(BaseCommand):
    help = "Wake workers for jobs left waiting, fail what cannot go on, start what is due."

    def handle(self, *_args: Any, **_options: Any) -> None:
        leave_on_signals()
        Loop(runs_jobs=False).run()
