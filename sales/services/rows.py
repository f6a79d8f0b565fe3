"""Rows of the API, checked and written like those of a file."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

import pandas as pd
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from catalog.models import PriceChange
from sales.importers.canonical import WRITERS
from sales.importers.checking import Checker
from sales.importers.layouts import Origin, Writer
from sales.importers.parsing import HALF_CHARACTER
from suggestions.actors import Actor


class RowError(TypedDict):
    """What is wrong with the row at ``index``; ``field`` is empty where it is the whole row."""

    index: int
    field: str
    detail: str


class Recorded(TypedDict):
    """``duplicates`` were there already, word for word; nothing was changed for them."""

    accepted: int
    duplicates: int
    errors: list[RowError]


def record(kind: str, rows: Sequence[Mapping[str, object]], actor: Actor) -> Recorded:
    """Write rows of a kind of the canonical files (``orders``, ``products``, ...).

    Keys are the columns of that file (or their other names); unknown keys are ignored. Good rows
    are written, in one transaction; the others come back with their reasons. KeyError for an
    unknown kind.
    """
    writer = WRITERS[kind](Origin(PriceChange.Source.API, timezone.now(), actor))
    if not rows:
        return {"accepted": 0, "duplicates": 0, "errors": []}
    texts = _texts(type(writer), rows)
    checker = Checker(type(writer), list(texts.columns), timezone.get_default_timezone())
    known = checker.texts(texts)
    checker.observe(known)
    writer.observe(known)
    with transaction.atomic():
        good, refusals = checker.read(known)
        tally = writer.write(good)
    writer.finish()
    errors: list[RowError] = [
        {"index": refusal.line, "field": refusal.column, "detail": gettext(refusal.reason)}
        for refusal in sorted([*refusals, *tally.refusals], key=lambda refusal: refusal.line)
    ]
    duplicates = sum(tally.skipped.values())
    return {"accepted": tally.loaded, "duplicates": duplicates, "errors": errors}


def _texts(writer: type[Writer], rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """The rows as the text cells of a file; a required column no row has is empty."""
    names = [
        name
        for name in dict.fromkeys(name for row in rows for name in row)
        if not HALF_CHARACTER.search(name)  # no column of ours
    ]
    frame = pd.DataFrame(
        [[_text(row.get(name)) for name in names] for row in rows], columns=names, dtype=object
    )
    for name in Checker.missing(writer, names):
        frame[name] = ""
    return frame


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return format(Decimal(str(value)), "f")
    return str(value)
