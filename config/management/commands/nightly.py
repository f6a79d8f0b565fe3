"""``manage.py nightly``: start the nightly run and see it to its end."""

import json
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from config import pipeline
from config.nightly_report import report, show
from config.progress import progress_bars
from jobs.models import Job, Run
from jobs.selectors import open_jobs
from jobs.services import run_next, sweep


class Command(BaseCommand):
    help = (
        "Train the models on the facts before a day and publish suggestions. Runs here, or "
        "waits for the workers where REDIS_URL is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            help="day (YYYY-MM-DD) before which facts are looked at; today if not given",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        as_of = options["as_of"] or timezone.localdate()
        self.stdout.ending = ""  # rich writes its own line ends
        console = Console(
            file=self.stdout,  # type: ignore[arg-type]
            quiet=options["json"],
            markup=False,
            emoji=False,
            highlight=False,
        )
        run = pipeline.start_nightly(
            as_of=as_of, trigger=Run.Trigger.COMMAND, slot=pipeline.free_slot(as_of)
        )
        with progress_bars(run, console):
            self.see_to_its_end(run)
        found = report(run)
        if options["json"]:
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")
        else:
            show(found, console)
        self.complain(run)

    def see_to_its_end(self, run: Run) -> None:
        """Other workers may take steps too; the ledger lets each be run once."""
        while open_jobs(run).exists():
            sweep()
            if settings.REDIS_URL or run_next(run) is None:
                time.sleep(settings.JOB_POLL_SECONDS)

    def complain(self, run: Run) -> None:
        failed = run.jobs.filter(state=Job.State.FAILED).order_by("pk")
        if failed:
            lines = [f"{job.kind}: {job.error.strip()}" for job in failed]
            raise CommandError(_("The nightly run failed.") + "\n" + "\n\n".join(lines))
