"""Show a load while it runs, and its account when it has ended."""

from collections import Counter
from typing import Any, Self

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from sales.importers.batches import Account
from sales.importers.layouts import Skip


class Bars:
    """A bar per file, by bytes read (each file is read twice); nothing where no one looks on."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._bar = TaskID(0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def start(self, name: str, total: int) -> None:
        """The next file begins."""
        self._bar = self._progress.add_task(name, total=total)

    def advance(self, amount: int) -> None:
        """So many bytes more."""
        self._progress.advance(self._bar, amount)


def as_json(accounts: list[Account]) -> dict[str, Any]:
    """The accounts for machines."""
    return {
        "files": [
            {
                "file": account.batch.file_name,
                "layout": account.batch.layout,
                "batch": account.batch.pk,
                "loaded": account.batch.loaded,
                "skipped": account.batch.skipped,
                "refused": dict(account.reasons),
                "ignored_columns": account.ignored,
                "error": account.batch.error,
            }
            for account in accounts
        ]
    }


def show(accounts: list[Account], console: Console) -> None:
    """Print what was loaded, and what was not and why."""
    table = Table(title=_("Loaded"), title_justify="left")
    table.add_column(_("file"), overflow="fold")
    for name in (_("loaded"), _("skipped"), _("refused")):
        table.add_column(name, justify="right")
    for account in accounts:
        batch = account.batch
        counts = (batch.loaded, sum(batch.skipped.values()), batch.refused)
        table.add_row(batch.file_name, *(f"{count:,}" for count in counts))
    console.print(table)
    skipped: Counter[str] = sum((Counter(each.batch.skipped) for each in accounts), Counter())
    _reasons(console, _("Skipped"), {str(Skip(code).label): n for code, n in skipped.items()})
    refused: Counter[str] = sum((each.reasons for each in accounts), Counter())
    _reasons(console, _("Refused"), {_(reason): count for reason, count in refused.items()})
    for account in accounts:
        if account.ignored:
            names = ", ".join(account.ignored)
            console.print(_("Columns not used") + f" ({account.batch.file_name}): {names}")


def unreadable(accounts: list[Account]) -> list[str]:
    """A line for every file that could not be loaded."""
    return [f"{each.batch.file_name}: {each.batch.error}" for each in accounts if each.batch.error]


def _reasons(console: Console, title: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    table = Table(title=title, title_justify="left")
    table.add_column(_("reason"), overflow="fold")
    table.add_column(_("rows"), justify="right")
    for reason, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        table.add_row(reason, f"{count:,}")
    console.print(table)
