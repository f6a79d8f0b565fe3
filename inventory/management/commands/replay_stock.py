"""``manage.py replay_stock``: what other restock policies would have done in the shop's past."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from inventory.algorithms.replay import Result
from inventory.services import NoPastError, RefusedError, Replayed, replay_stock


class Command(BaseCommand):
    help = (
        "Replay restock policies over the shop's own past, day by day, with the same demand and "
        "lead times for each, and print what each would have cost. Writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            help="day (YYYY-MM-DD) before which the replay ends; today if not given",
        )
        parser.add_argument("--days", type=int, default=364, help="how many days to replay")
        parser.add_argument(
            "--service-level",
            type=_level,
            help="chance of lasting until the next delivery, such as 0.95; the policy's if not set",
        )
        parser.add_argument(
            "--lead-factor",
            type=float,
            default=1.0,
            help="what if deliveries took so many times as long, such as 1.5",
        )
        parser.add_argument(
            "--budget", type=float, help="what all orders of one review may cost; no limit if unset"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.ending = ""  # rich writes its own line ends
        console = Console(
            file=self.stdout,  # type: ignore[arg-type]
            quiet=options["json"],
            markup=False,
            emoji=False,
            highlight=False,
        )
        with Progress(console=console, transient=True) as bars:
            bar = bars.add_task(_("Replaying"), total=1.0)
            try:
                found = replay_stock(
                    as_of=options["as_of"] or timezone.localdate(),
                    days=options["days"],
                    service_level=options["service_level"],
                    lead_factor=options["lead_factor"],
                    budget=options["budget"],
                    on_review=lambda share: bars.update(bar, completed=share),
                )
            except (NoPastError, RefusedError) as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), default=str) + "\n")
        else:
            console.print(as_table(found))


def _level(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise ValueError(text)
    return value


def as_table(found: Replayed) -> Table:
    """The policies beside each other, cheapest first after the oracle."""
    table = Table(
        title=_("%(products)s products, %(days)s days from %(since)s")
        % {"products": found.products, "days": found.days, "since": found.since}
    )
    table.add_column(_("policy"))
    for name in (
        _("served"),
        _("stock-out days"),
        _("days of cover"),
        _("turns"),
        _("order lines"),
        _("holding"),
        _("lost margin"),
    ):
        table.add_column(name, justify="right")
    for policy, result in sorted(found.results.items(), key=lambda pair: pair[1].running):
        table.add_row(_policy_name(policy), *_cells(result))
    return table


def _policy_name(policy: str) -> str:
    return {
        "oracle": _("oracle (knows the future)"),
        "happened": _("what happened"),
        "restock rule": _("restock suggestions"),
        "normal textbook": _("textbook, normal demand"),
        "weeks of cover": _("4 weeks of cover"),
        "fixed minimum": _("fixed minimum and maximum"),
    }[policy]


def _cells(result: Result) -> list[str]:
    return [
        f"{result.fill:.1%}",
        f"{result.stockout_days:.1%}",
        f"{result.cover_days:.1f}",
        f"{result.turns:.1f}",
        f"{result.lines:,}",
        f"{result.holding:,.0f}",
        f"{result.shortage:,.0f}",
    ]
