"""Open a merchant's file and hand it over in chunks of text, every row with its line number.

Nothing is converted here: ``00123`` stays ``00123``.  Sizes are bounded before anything is kept.
"""

import codecs
import csv
import gzip
import hashlib
import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
from django.utils.translation import gettext_noop

from sales.importers.refusals import FileRefusedError, Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BYTES = 4 * 2**30
MOST_INFLATION = 200
HARMLESS_BYTES = 64 * 2**20
MOST_COLUMNS = 500
CHUNK_ROWS = 30_000
TOO_LONG = gettext_noop("More cells than the header has: quote cells that hold a delimiter.")
BROKEN_QUOTES = gettext_noop('The quotes are broken: close each one, write " inside as "".')
TOO_SHORT = gettext_noop("Fewer cells than the header has: fill the row up.")
DELIMITERS = ",;\t|"
BLOCK = 2**20  # no line may be longer than two of them

Advance = Callable[[int], object]


@dataclass(frozen=True)
class Chunk:
    """Rows as text; the index is the line in the file. Rows of a wrong shape are refused here."""

    frame: pd.DataFrame
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A file that has been looked through once: it is readable and not too large."""

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    header: list[str]

    @property
    def size(self) -> int:
        """Bytes on disk, which is what ``chunks`` reports its advance in."""
        return self.path.stat().st_size

    def chunks(self, advance: Advance, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The rows below the header, ``rows`` at a time."""
        lines: list[int] = []
        if _is_workbook(self.path):
            yield from _in_chunks(_workbook_rows(self.path, lines), lines, self.header, rows)
            advance(self.size)
            return
        with _open_bytes(self.path, advance) as stream:
            text = io.TextIOWrapper(stream, self.encoding, newline="")
            table = _csv_rows(text, self.delimiter, lines)
            yield from _in_chunks(table, lines, self.header, rows)


def open_source(path: Path, known: Callable[[Sequence[str]], int]) -> Source:
    """Look a file through; ``known`` counts the headers it recognises, which tells the delimiter.

    Raises FileRefusedError for a file too large, unreadable or empty.
    """
    if not path.is_file():
        raise FileRefusedError(gettext_noop("There is no such file."))
    if _is_workbook(path):
        _check_workbook(path)
        encoding, delimiter, digest = "", "", _digest(path)
        header = _first_row(_workbook_rows(path, []))
    else:
        encoding, digest = _look_through(path)
        delimiter = _sniff_delimiter(path, encoding, known)
        with _open_text(path, encoding) as text:
            header = _first_row(_csv_rows(text, delimiter, []))
    if not header:
        raise FileRefusedError(gettext_noop("The file is empty."))
    if len(header) > MOST_COLUMNS:
        raise FileRefusedError(gettext_noop("The file has too many columns."))
    return Source(path, digest, encoding, delimiter, [cell.strip() for cell in header])


# -- Bytes ------------------------------------------------------------------------------------


class _Counted(io.RawIOBase):
    """A raw file that tells how many bytes were read from it."""

    def __init__(self, raw: IO[bytes], advance: Advance) -> None:
        self._raw = raw
        self._advance = advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self._advance(len(data))
        return len(data)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _open_bytes(path: Path, advance: Advance) -> IO[bytes]:
    raw = io.BufferedReader(_Counted(path.open("rb", buffering=0), advance), BLOCK)
    if raw.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw), BLOCK)
    return raw


def _open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_open_bytes(path, lambda _: None), encoding, newline="")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _look_through(path: Path) -> tuple[str, str]:
    """The encoding and the digest; refuses what is too large or in no encoding we read."""
    digest = _check_bytes(path)
    for encoding in _candidates(path):
        try:
            pairs = _decode(path, encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or pairs.look_chinese:
            return encoding, digest
    raise FileRefusedError(gettext_noop("The text encoding is unknown: save it as UTF-8."))


def _check_bytes(path: Path) -> str:
    digest = hashlib.sha256()
    size = 0
    try:
        with _open_bytes(path, lambda _: None) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                _check_size(size, path)
                if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
                    raise FileRefusedError(gettext_noop("A line is too long: is this a table?"))
                digest.update(block)
    except (EOFError, OSError, zlib.error) as error:
        raise FileRefusedError(gettext_noop("The file is damaged: pack it again.")) from error
    return digest.hexdigest()


def _candidates(path: Path) -> list[str]:
    with _open_bytes(path, lambda _: None) as stream:
        start = stream.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return ["utf-8", "gb18030"]


def _decode(path: Path, encoding: str) -> "_Pairs":
    decoder = codecs.getincrementaldecoder(encoding)()
    pairs = _Pairs()
    with _open_bytes(path, lambda _: None) as stream:
        while block := stream.read(BLOCK):
            decoder.decode(block)
            if encoding == "gb18030":
                pairs.count(block)
    decoder.decode(b"", final=True)
    return pairs


class _Pairs:
    """Whether bytes beyond ASCII come in the pairs of Chinese text.

    Western text in a one-byte encoding often decodes as GB18030 without an error, into nonsense.
    """

    def __init__(self) -> None:
        self._runs = 0
        self._alone = 0

    def count(self, block: bytes) -> None:
        beyond = np.frombuffer(block, dtype=np.uint8) >= 0x81
        edges = np.flatnonzero(np.diff(np.concatenate(([False], beyond, [False]))))
        lengths = edges[1::2] - edges[::2]
        self._runs += len(lengths)
        self._alone += int((lengths == 1).sum())

    @property
    def look_chinese(self) -> bool:
        return self._alone * 2 < self._runs


def _check_size(size: int, path: Path) -> None:
    if size > MOST_BYTES:
        raise FileRefusedError(gettext_noop("The file is too large: split it."))
    if size > HARMLESS_BYTES and size > MOST_INFLATION * path.stat().st_size:
        raise FileRefusedError(gettext_noop("The packed file grows too much: unpack it first."))


# -- Rows -------------------------------------------------------------------------------------

Row = tuple[str, ...]


class Broken(Row):
    """A row whose quotes are broken; it has no cells."""


def _csv_rows(text: io.TextIOWrapper, delimiter: str, lines: list[int]) -> Iterator[Row]:
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


def _first_row(rows: Iterator[Row]) -> Row:
    return next((row for row in rows if any(row)), ())


def _sniff_delimiter(path: Path, encoding: str, known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter that yields the most headers we know, then the most columns."""
    best = (-1, -1, "")
    for place, delimiter in enumerate(DELIMITERS):
        with _open_text(path, encoding) as text:
            header = _first_row(_csv_rows(text, delimiter, []))
        best = max(best, (known(header), len(header) * 10 - place, delimiter))
    return best[2] or ","


def _in_chunks(
    rows: Iterator[Row], lines: list[int], header: Sequence[str], size: int
) -> Iterator[Chunk]:
    _first_row(rows)  # the header
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


# -- Workbooks --------------------------------------------------------------------------------


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in {".xlsx", ".xlsm"}


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(sum(entry.file_size for entry in archive.infolist()), path)
    except zipfile.BadZipFile as error:
        raise FileRefusedError(gettext_noop("The file is damaged: pack it again.")) from error


def _workbook_rows(path: Path, lines: list[int]) -> Iterator[Row]:
    """The rows of the first sheet, every cell as the text a CSV file would hold."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            lines.append(line)
            yield tuple(map(_cell_text, cells))
    finally:
        book.close()


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)
