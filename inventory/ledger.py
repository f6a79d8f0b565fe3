"""The ledger of one product, entry by entry, with what lay at the place after each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import StockMovement
from catalog.stock import MOVEMENTS
from sales.stock import Places, counted_and_sold

Kind = StockMovement.Kind
SALE, RETURN = "sale", "return"
LABELS: dict[str, "str | Promise"] = {
    **{kind.value: kind.label for kind in Kind},
    SALE: _("sold"),
    RETURN: _("returned by customers"),
}
COUNTS = (Kind.OPENING, Kind.COUNT)


@dataclass(frozen=True)
class Entry:
    """Units that came (or, below zero, went) and what lay there then.

    ``units`` of a count are its difference to what was expected; ``on_hand`` is None before the
    first count of the place. Sales of a day stand together.
    """

    at: datetime
    location_id: int
    kind: str
    units: int
    on_hand: int | None = None
    reference: str = ""
    actor: str = ""

    @property
    def label(self) -> "str | Promise":
        return LABELS[self.kind]

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Count:
    """What was found at a moment; ``is_told`` is False for a beginning nobody counted."""

    at: datetime
    on_hand: int
    is_told: bool


def ledger_of(*, product_id: int, before: datetime, places: Places | None = None) -> list[Entry]:
    """Every entry before a moment, oldest first.

    Per place, the units from the first count on add up to what lies there.
    """
    moved = _moved(product_id, before)
    frame = pd.DataFrame(
        [(product_id, row.location_id, row.at, row.units) for row in moved], columns=list(MOVEMENTS)
    )
    frame = frame.astype({**MOVEMENTS, "at": "datetime64[us, UTC]"})
    counted, left = counted_and_sold(
        product_id=product_id, before=before, moved=frame, places=places
    )
    flows = [*moved, *_sold(left)]
    entries: list[Entry] = []
    for place in sorted({entry.location_id for entry in flows} | set(counted["location_id"])):
        counts = [
            Count(row.at.to_pydatetime(), int(row.on_hand), is_told=not row.is_opening)
            for row in _rows(counted[counted["location_id"] == place])
        ]
        here = [entry for entry in flows if entry.location_id == place]
        entries += _walked(place, counts, here)
    return sorted(entries, key=lambda entry: entry.at)


def _rows(frame: Any) -> Iterable[Any]:
    rows: Iterable[Any] = frame.itertuples(index=False)
    return rows


def _moved(product_id: int, before: datetime) -> list[Entry]:
    rows = StockMovement.objects.filter(product_id=product_id, at__lt=before)
    return [
        Entry(row.at, row.location_id, row.kind, row.units, None, row.reference, row.actor)
        for row in rows.exclude(kind__in=COUNTS).order_by("at", "pk")
    ]


def _sold(left: Any) -> list[Entry]:
    return [
        Entry(
            row.at.to_pydatetime(),
            int(row.location_id),
            SALE if row.units < 0 else RETURN,
            int(row.units),
        )
        for row in _rows(left)
        if row.units
    ]


def _walked(place: int, counts: list[Count], flows: list[Entry]) -> list[Entry]:
    """The entries of one place in order; what moved at the moment of a count is in the count."""
    steps: list[tuple[datetime, int, Count | Entry]] = [(count.at, 1, count) for count in counts]
    steps += [(entry.at, 0, entry) for entry in flows]
    on_hand: int | None = None
    entries: list[Entry] = []
    for at, _order, step in sorted(steps, key=lambda step: step[:2]):
        if isinstance(step, Entry):
            on_hand = None if on_hand is None else on_hand + step.units
            _add(entries, replace(step, on_hand=on_hand))
            continue
        kind = Kind.OPENING if on_hand is None else Kind.COUNT
        if step.is_told:
            change = step.on_hand - (on_hand or 0)
            entries.append(Entry(at, place, kind.value, change, step.on_hand))
        on_hand = step.on_hand
    return entries


def _add(entries: list[Entry], entry: Entry) -> None:
    """Append an entry, or add it to the sales of the same day before it."""
    last = entries[-1] if entries else None
    if (
        last is not None
        and entry.kind in (SALE, RETURN)
        and last.kind == entry.kind
        and last.day == entry.day
        and (last.on_hand is None) == (entry.on_hand is None)
    ):
        entries[-1] = replace(entry, units=last.units + entry.units)
    else:
        entries.append(entry)
