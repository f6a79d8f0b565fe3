"""Rows out of spreadsheets."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
from django.utils.translation import gettext_noop

from sales.importers.packed import check_size
from sales.importers.refusals import FileRefusedError
from sales.importers.table import Row


def is_workbook(path: Path) -> bool:
    """Whether the name is that of a spreadsheet."""
    return path.suffix.lower() in {".xlsx", ".xlsm"}


def check_workbook(path: Path) -> None:
    """Refuse what is no spreadsheet or unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_size(sum(entry.file_size for entry in archive.infolist()), path)
    except zipfile.BadZipFile as error:
        raise FileRefusedError(gettext_noop("The file is damaged: pack it again.")) from error


def workbook_rows(path: Path, lines: list[int]) -> Iterator[Row]:
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
