"""Rows out of delimited text, those of a wrong shape refused."""

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from django.utils.translation import gettext_noop

from sales.importers.packed import open_text
from sales.importers.refusals import Refusal

TOO_LONG = gettext_noop("More cells than the header has: quote cells that hold a delimiter.")
BROKEN_QUOTES = gettext_noop('The quotes are broken: close each one, write " inside as "".')
TOO_SHORT = gettext_noop("Fewer cells than the header has: fill the row up.")
DELIMITERS = ",;\t|"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """Rows as text; the index is the line in the file. Rows of a wrong shape are refused here."""

    frame: pd.DataFrame
    refusals: list[Refusal] = field(default_factory=list)


class Broken(Row):
    """A row whose quotes are broken; it has no cells."""


def csv_rows(text: io.TextIOWrapper, delimiter: str, lines: list[int]) -> Iterator[Row]:
    """The rows, as tuples, which cost the garbage collector nothing; ``lines`` gets their lines."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        lines.append(reader.line_num + 1)
        try:
            yield tuple(next(reader))
        except StopIteration:
            lines.pop()
            return
        except csv.Error:
            yield Broken()


def first_row(rows: Iterator[Row]) -> Row:
    """The first row with something in it."""
    return next((row for row in rows if any(row)), ())


def sniff_delimiter(path: Path, encoding: str, known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter that yields the most headers we know, then the most columns."""
    best = (-1, -1, "")
    for place, delimiter in enumerate(DELIMITERS):
        with open_text(path, encoding) as text:
            header = first_row(csv_rows(text, delimiter, []))
        best = max(best, (known(header), len(header) * 10 - place, delimiter))
    return best[2] or ","


def in_chunks(
    rows: Iterator[Row], lines: list[int], header: Sequence[str], size: int
) -> Iterator[Chunk]:
    """The rows below the header, ``size`` at a time, with their lines."""
    first_row(rows)  # the header
    lines.clear()
    width = len(header)
    while part := list(itertools.islice(rows, size)):
        refusals: list[Refusal] = []
        if not all(len(row) == width and any(row) for row in part):
            part, refusals = _sort_out(part, lines, header)
        index = pd.Index(lines, dtype="int64")
        lines.clear()
        yield Chunk(pd.DataFrame(part, index=index, columns=range(width), dtype=object), refusals)


def _sort_out(
    part: list[Row], lines: list[int], header: Sequence[str]
) -> tuple[list[Row], list[Refusal]]:
    """Tell rows of the right width from the others; empty rows are nothing.

    ``lines`` keeps those of the first.
    """
    width = len(header)
    kept: list[Row] = []
    places: list[int] = []
    refusals: list[Refusal] = []
    for line, row in zip(lines, part, strict=True):
        if isinstance(row, Broken):
            refusals.append(Refusal(line, "", BROKEN_QUOTES, {}))
        elif not any(row):
            continue
        elif len(row) < width or any(row[width:]):
            refusals.append(_wrong_width(line, row, header))
        else:
            kept.append(row[:width])
            places.append(line)
    lines[:] = places
    return kept, refusals


def _wrong_width(line: int, row: Row, header: Sequence[str]) -> Refusal:
    cells: dict[str, object] = dict(zip(header, row, strict=False))
    if len(row) < len(header):
        return Refusal(line, "", TOO_SHORT, cells)
    return Refusal(line, "", TOO_LONG, cells | {"...": list(row[len(header) :])})
