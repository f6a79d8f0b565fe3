"""Small files for the importers, and one way to load them."""

from pathlib import Path

from sales.importers.batches import Account
from sales.services import LoadOptions, load_files


def load(path: Path, **options: object) -> Account:
    """Load one file; its account."""
    [account] = load_files([path], LoadOptions(**options))  # type: ignore[arg-type]
    return account


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def refusals(account: Account) -> list[tuple[int, str, str]]:
    """Line, column and the first words of the reason of every refused row."""
    rows = account.batch.refused_rows.order_by("line")
    return [(row.line, row.column, row.reason.split(":")[0]) for row in rows]
