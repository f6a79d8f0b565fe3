"""``manage.py email_lists``: the products to put in a mailing, for customers who agreed to it."""

import csv
import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations.mailing import Letter, letters
from suggestions.models import say

COLUMNS = ("customer", "email", "name", "recommendation_id", "place", "sku", "title", "why")


class Command(BaseCommand):
    help = (
        "Print the first recommended products of every customer who accepts e-mail, as CSV with "
        "one line per product, or as JSON with one line per customer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=6, help="products per customer (1 to 100)")
        parser.add_argument("--repeats", action="store_true", help="bought products may come again")
        parser.add_argument("--customers", type=int, help="at most so many customers")
        parser.add_argument("--language", default="en", choices=("en", "zh-hans"))
        parser.add_argument("--json", action="store_true", help="one JSON object per customer")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not 1 <= options["count"] <= 100:
            raise CommandError(_("--count must be from 1 to 100."))
        if options["customers"] is not None and options["customers"] < 1:
            raise CommandError(_("--customers must be 1 or more."))
        found = letters(options["count"], repeats=options["repeats"], most=options["customers"])
        with override(options["language"]):
            self.as_json(found) if options["json"] else self.as_csv(found)

    def as_csv(self, found: Iterable[Letter]) -> None:
        self.stdout.ending = ""
        lines = csv.writer(self.stdout)
        lines.writerow(COLUMNS)
        for letter in found:
            to = [letter.number, letter.email, letter.name, letter.recommendation_id]
            for place, item in enumerate(letter.answer, start=1):
                lines.writerow([*to, place, item.sku, item.title, say(item.reason)])

    def as_json(self, found: Iterable[Letter]) -> None:
        for letter in found:
            items = [
                {"sku": item.sku, "title": item.title, "why": say(item.reason)}
                for item in letter.answer
            ]
            row = {
                "customer": letter.number,
                "email": letter.email,
                "name": letter.name,
                "recommendation_id": letter.recommendation_id,
                "items": items,
            }
            self.stdout.write(json.dumps(row, ensure_ascii=False))
