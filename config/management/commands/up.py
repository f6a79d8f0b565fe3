"""``manage.py up``: the whole shop with one command."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from config.celery import WORKER_FLAGS
from config.supervisor import Service, Supervisor

WEB_THREADS = 4


class Command(BaseCommand):
    help = "Migrate, then serve the admin and API and run jobs until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-worker", action="store_true", help="serve only; run no jobs")

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()
        os.chdir(settings.BASE_DIR)
        services = [web(options["host"], options["port"])]
        if not options["no_worker"]:
            services += workers()
        self.stdout.write(f"http://{options['host']}:{options['port']}/  (Ctrl-C stops)")
        sys.exit(Supervisor(services, say=self.stderr.write).run())


def web(host: str, port: int) -> Service:
    """Granian with one process: SQLite and the cache in memory want it; compose has more."""
    program = Path(sys.executable).with_name("granian")
    return Service(
        "web",
        [
            *(str(program), "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--blocking-threads", str(WEB_THREADS), "--log-level", "warning"),
            "config.wsgi:application",
        ],
    )


def workers() -> list[Service]:
    """The embedded worker; where a broker is named, Celery's and the reconciler."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    if not settings.REDIS_URL:
        return [Service("worker", [*manage, "worker"])]
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker", *WORKER_FLAGS]
    return [Service("worker", celery), Service("reconciler", [*manage, "reconcile"])]
