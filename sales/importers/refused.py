"""The refused rows of an import as a file: to be mended in a spreadsheet and loaded again."""

import csv
import io
import re
from collections.abc import Iterator

from sales.models import ImportBatch, RefusedRow

FORMULA_STARTS = frozenset("=+-@\t\r")
PLAIN_NUMBER = re.compile(r"-\d+([.,]\d+)?")


def refused_csv(*batches: ImportBatch) -> Iterator[str]:
    """Lines of CSV: file, line, column, reason, then the row as it came.

    The header names the columns of all the files; a BOM comes first so that Excel reads it.
    """
    rows = RefusedRow.objects.filter(batch__in=batches).order_by("batch", "line", "pk")
    names: list[str] = []
    for values in rows.values_list("values", flat=True).iterator(chunk_size=2000):
        names += [name for name in dict(values) if name not in names]
    yield "\ufeff" + _csv_line(["file", "line", "column", "reason", *names])
    for row in rows.select_related("batch").iterator(chunk_size=2000):
        cells = [row.batch.file_name, row.line, row.column, row.reason_in_words]
        yield _csv_line([*cells, *(row.cells.get(name, "") for name in names)])


def unarmed(text: object) -> str:
    """A cell that no spreadsheet takes for a formula: such text gets an apostrophe in front.

    A plain negative number is none, and stays loadable.
    """
    words = str(text)
    is_formula = words[:1] in FORMULA_STARTS and not PLAIN_NUMBER.fullmatch(words)
    return f"'{words}" if is_formula else words


def _csv_line(cells: list[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([unarmed(cell) for cell in cells])
    return buffer.getvalue()
