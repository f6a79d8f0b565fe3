"""``manage.py load_data``: the merchant's files in."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from sales.importers.batches import Account
from sales.importers.report import Bars, as_json, show, unreadable
from sales.services import CANONICAL, KINDS, LAYOUTS, LoadOptions, load_files, refused_csv


class Command(BaseCommand):
    help = (
        "Load files, or all tables of a folder, in the order in which they rest on each other. "
        "Good rows land, bad rows are refused with their reason; loading again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, help="files or folders")
        parser.add_argument("--format", choices=LAYOUTS, default=CANONICAL, help="who wrote them")
        parser.add_argument("--kind", choices=KINDS, default="", help="if names do not tell")
        parser.add_argument("--time-zone", default="", help="of times without one; the shop's")
        parser.add_argument("--dry-run", action="store_true", help="check, write nothing")
        parser.add_argument("--refused", type=Path, help="write the refused rows to this CSV file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = LoadOptions(
            layout=options["format"],
            kind=options["kind"],
            zone=_zone(options["time_zone"]),
        )
        is_trial = options["dry_run"]
        console = Console(stderr=True, quiet=options["json"])
        with transaction.atomic() if is_trial else nullcontext(), Bars(console) as progress:
            accounts = load_files(options["paths"], chosen, progress)
            if options["refused"]:
                _write_refused(accounts, options["refused"])
            if is_trial:
                transaction.set_rollback(True)
        self.stdout.ending = ""  # rich writes its own line ends
        if options["json"]:
            self.stdout.write(json.dumps(as_json(accounts), ensure_ascii=False) + "\n")
        else:
            show(accounts, Console(file=self.stdout, markup=False, highlight=False))  # type: ignore[arg-type]
        if complaints := unreadable(accounts):
            raise CommandError("\n".join(complaints))


def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name) if name else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandError(_("Unknown time zone: %s") % name) from None


def _write_refused(accounts: list[Account], path: Path) -> None:
    batches = [account.batch for account in accounts if account.batch.pk and account.batch.refused]
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(refused_csv(*batches))
