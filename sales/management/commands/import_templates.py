"""``manage.py import_templates``: files to fill in, one of each kind."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sales.services import write_templates


class Command(BaseCommand):
    help = "Write a template of each kind of file, and a page that describes their columns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/import"))

    def handle(self, *_args: Any, **options: Any) -> None:
        kinds = write_templates(options["folder"])
        self.stdout.write(f"{options['folder']}: {', '.join(kinds)}")
