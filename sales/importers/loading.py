"""Load one file: look it through, check each chunk, write it, keep the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

import pandas as pd
from django.db import transaction

from sales.importers.batches import Account
from sales.importers.checking import Checker
from sales.importers.layouts import Skip, Writer
from sales.importers.reading import Source
from sales.importers.table import Chunk
from sales.importers.writing import refresh_statistics


class Progress(Protocol):
    """Told about every file: its name and bytes (read twice), and each step."""

    def start(self, name: str, total: int) -> None: ...

    def advance(self, amount: int) -> None: ...


class Quiet:
    """No one looks on."""

    def start(self, name: str, total: int) -> None:
        """Show nothing."""

    def advance(self, amount: int) -> None:
        """Show nothing."""


@dataclass(frozen=True)
class Load:
    """A file, the layout it is read in, and who looks on."""

    source: Source
    writer: Writer
    zone: tzinfo
    progress: Progress


def run(load: Load, account: Account) -> None:
    """Write the file's rows; each chunk with its account in one transaction of its own."""
    checker = Checker(type(load.writer), load.source.header, load.zone)
    account.ignored = checker.ignored
    load.progress.start(load.source.path.name, 2 * load.source.size)
    ends = _look_through(load, checker)
    for chunk in _whole_groups(load, checker, ends):
        with transaction.atomic():
            _write(load.writer, checker, chunk, account)
    refresh_statistics()
    load.writer.finish()


def _write(writer: Writer, checker: Checker, chunk: Chunk, account: Account) -> None:
    texts = checker.texts(chunk.frame)
    if writer.together:
        repeated = chunk.frame.duplicated()
        account.tally.skipped[Skip.REPEATED] += int(repeated.sum())
        texts = texts[~repeated]
    rows, refusals = checker.read(texts)
    account.tally.refusals += [*chunk.refusals, *refusals]
    account.tally.add(writer.write(rows))
    account.save(chunk.frame, checker.header)


def _look_through(load: Load, checker: Checker) -> dict[str, int]:
    """Let checker and writer learn from the whole file; the last line of each group."""
    ends: dict[str, int] = {}
    for chunk in load.source.chunks(load.progress.advance):
        texts = checker.texts(chunk.frame)
        checker.observe(texts)
        load.writer.observe(texts)
        if load.writer.together:
            ends.update(zip(texts[load.writer.together], texts.index, strict=True))
    return ends


def _whole_groups(load: Load, checker: Checker, ends: dict[str, int]) -> Iterator[Chunk]:
    """The chunks, cut so that no group of lines stretches over two of them."""
    chunks = load.source.chunks(load.progress.advance)
    if not load.writer.together:
        yield from chunks
        return
    waiting = pd.DataFrame()
    for chunk in chunks:
        frame = pd.concat([waiting, chunk.frame]) if len(waiting) else chunk.frame
        if frame.empty:
            yield chunk
            continue
        groups = checker.texts(frame)[load.writer.together]
        is_whole = groups.map(ends) <= frame.index[-1]
        waiting = frame[~is_whole]
        yield Chunk(frame[is_whole], chunk.refusals)


def stem(path: Path) -> str:
    """``orders`` for ``orders.csv.gz``."""
    return path.name.lower().split(".")[0]
