"""What a layout is: its columns, and who writes its rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import pandas as pd
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sales.importers.parsing import Column
from sales.importers.refusals import Refusal
from suggestions.actors import Actor


class Skip(TextChoices):
    """Why a row that is in order was not loaded."""

    ALREADY_THERE = "already there", _("already there")
    REPEATED = "repeated line", _("the same line again")
    DIFFERS = "differs", _("the order is there with another quantity or price of this product")
    FREE = "free", _("given away or sent as a sample: no price")
    STOCK_ADJUSTMENT = "stock adjustment", _("stock adjustment, not a sale")
    BOOKKEEPING = "bookkeeping", _("bookkeeping entry, not a sale")


@dataclass
class Tally:
    """What became of some rows."""

    loaded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.loaded += other.loaded
        self.skipped += other.skipped
        self.refusals += other.refusals

    def refuse(self, lines: Sequence[int] | pd.Index, column: str, reason: str) -> None:
        self.refusals += [Refusal(int(line), column, reason) for line in lines]


@dataclass(frozen=True)
class Origin:
    """Who loads, from where (a ``PriceChange.Source``), and when."""

    source: str
    now: datetime
    actor: Actor | None = None


class Writer:
    """Writes the rows of one layout; one instance per file.

    ``observe`` sees every chunk as text before anything is written; ``write`` gets values, the
    index being the line, inside a transaction; ``finish`` runs after the last chunk.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    together: ClassVar[str] = ""  # rows with the same text here are written in one transaction

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def observe(self, texts: pd.DataFrame) -> None:
        """Learn from the whole file what ``write`` will need."""

    def write(self, rows: pd.DataFrame) -> Tally:
        """Write rows whose cells were all readable."""
        raise NotImplementedError

    def finish(self) -> None:
        """What needs every row to be there."""
