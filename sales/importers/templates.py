"""Templates of our own layout, and the page that describes their columns."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

from sales.importers.canonical import WRITERS
from sales.importers.layouts import Writer
from sales.importers.parsing import Choice, Column, Day, Flag, Moment, Number, Text, Whole
from sales.importers.samples import SAMPLES

Rows = Sequence[Mapping[str, str]]
TEXT_CELL = "@"
BYTE_ORDER_MARK = "\ufeff"
HEAD = """# File layouts

`manage.py load_data --format zhanggui FILE_OR_FOLDER …` reads CSV and XLSX. Each kind of file has a
template here, as `.csv` and `.xlsx`; this page and the templates are written by
`manage.py import_templates`. The kind is told from the file's name, or by `--kind`.

* **Text files** may be UTF-8 (with or without BOM), UTF-16 or GB18030, gzipped or not, with `,` `;`
  tab or `|` between cells; quoted cells may hold line breaks.
* **Headers** may stand in any order and in any case; a column may bear one of its other names.
  Columns with other names are left out, and the report says which.
* **Numbers**: `1234.50`, `1,234.50`, `1.234,50`, `¥12`; **dates**: `2024-01-31`, `2024/1/31`,
  `31.01.2024`, `31 Jan 2024`, `2024年1月31日`, each with or without a time, or seconds since 1970
  (ten digits, thirteen for milliseconds). Where day and month can be swapped the whole column
  decides, and where it does not the cell is refused. A time without a zone is the shop's, or that
  of `--time-zone`.
* **Codes** (`sku`, `order_id`, …) stay as they are: `00123` keeps its zeros.
* A row that cannot be read is refused with its file, line, column and reason, the good rows land;
  `--refused FILE` writes the refused ones. Loading a file again changes nothing.
* Files rest on each other: products before orders, customers before reviews. A folder is loaded in
  the order of this page.
"""


def write_templates(folder: Path) -> list[str]:
    """Write a CSV and an XLSX file of each kind, and ``README.md``; return the kinds."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, writer in WRITERS.items():
        header = [column.name for column in writer.columns]
        (folder / f"{name}.csv").write_text(template_csv(name), "utf-8", newline="")
        _write_workbook(folder / f"{name}.xlsx", header, SAMPLES[name])
    sections = [_section(name, writer) for name, writer in WRITERS.items()]
    (folder / "README.md").write_text(HEAD + "".join(sections), "utf-8")
    return list(WRITERS)


def template_csv(name: str) -> str:
    """The template of a kind as a spreadsheet opens it: header and sample rows."""
    stream = io.StringIO()
    header = [column.name for column in WRITERS[name].columns]
    writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(SAMPLES[name])
    return BYTE_ORDER_MARK + stream.getvalue()


def _write_workbook(path: Path, header: list[str], rows: Rows) -> None:
    """Every cell as text, so that a code keeps its zeros when the merchant fills the file in."""
    book = Workbook()
    book.properties.created = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    sheet = book.active
    for row in [dict(zip(header, header, strict=True)), *rows]:
        sheet.append([row.get(name) for name in header])
    for cells in sheet.columns:
        for cell in cells:
            cell.number_format = TEXT_CELL
        sheet.column_dimensions[cells[0].column_letter].width = 18
    sheet.freeze_panes = "A2"
    book.save(path)


def _section(name: str, writer: type[Writer]) -> str:
    note = " ".join((writer.__doc__ or "").replace("``", "`").split())
    rows = "".join(
        f"| `{column.name}`{' **required**' if column.is_required else ''} "
        f"| {_cells(column)} | {', '.join(column.aliases)} |\n"
        for column in writer.columns
    )
    files = f"[{name}.csv]({name}.csv) · [{name}.xlsx]({name}.xlsx)"
    table = f"| column | cells | other names |\n|---|---|---|\n{rows}"
    return f"\n## {name}\n\n{files}\n\n{note}\n\n{table}"


def _cells(column: Column) -> str:
    """How the cells of a column are written."""
    reader = column.reader
    if isinstance(reader, Choice):
        return "one of " + ", ".join(f"`{word}`" for word in reader.meanings)
    if isinstance(reader, Text):
        return f"{'code' if reader.is_code else 'text'}, up to {reader.longest:,} characters"
    if isinstance(reader, Number):
        return _number(reader)
    return {Day: "day", Moment: "day, or day and time", Flag: "`true` or `false`"}[type(reader)]


def _number(reader: Number) -> str:
    kind = "whole number" if isinstance(reader, Whole) else f"number, {reader.places} decimals"
    bounds = "" if reader.lowest is None else f", from {reader.lowest}"
    return kind + bounds + (f" to {reader.highest}" if reader.highest < 10_000 else "")
