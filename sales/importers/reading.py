"""Open a merchant's file and hand it over in chunks of text, every row with its line number.

Nothing is converted here: ``00123`` stays ``00123``.  Sizes are bounded before anything is kept.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_noop

from sales.importers.encodings import encoding_of
from sales.importers.packed import Advance, content_digest, file_digest, open_bytes, open_text
from sales.importers.refusals import FileRefusedError
from sales.importers.table import Chunk, csv_rows, first_row, in_chunks, sniff_delimiter
from sales.importers.workbooks import check_workbook, is_workbook, workbook_rows

MOST_COLUMNS = 500
CHUNK_ROWS = 30_000


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
        if is_workbook(self.path):
            yield from in_chunks(workbook_rows(self.path, lines), lines, self.header, rows)
            advance(self.size)
            return
        with open_bytes(self.path, advance) as stream:
            text = io.TextIOWrapper(stream, self.encoding, newline="")
            table = csv_rows(text, self.delimiter, lines)
            yield from in_chunks(table, lines, self.header, rows)


def open_source(path: Path, known: Callable[[Sequence[str]], int]) -> Source:
    """Look a file through; ``known`` counts the headers it recognises, which tells the delimiter.

    Raises FileRefusedError for a file too large, unreadable or empty.
    """
    if not path.is_file():
        raise FileRefusedError(gettext_noop("There is no such file."))
    if is_workbook(path):
        check_workbook(path)
        encoding, delimiter, digest = "", "", file_digest(path)
        header = first_row(workbook_rows(path, []))
    else:
        digest, encoding = content_digest(path), encoding_of(path)
        delimiter = sniff_delimiter(path, encoding, known)
        with open_text(path, encoding) as text:
            header = first_row(csv_rows(text, delimiter, []))
    if not header:
        raise FileRefusedError(gettext_noop("The file is empty."))
    if len(header) > MOST_COLUMNS:
        raise FileRefusedError(gettext_noop("The file has too many columns."))
    return Source(path, digest, encoding, delimiter, [cell.strip() for cell in header])
