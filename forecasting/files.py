"""Series from a file and forecasts into one: CSV, XLSX or parquet, whole or not at all."""

import csv
import gzip
import os
import re
import warnings
import zipfile
import zlib
from pathlib import Path

import pandas as pd

from forecasting.rows import COLUMNS, SeriesError, refuse_doubled

NEED = f"need {', '.join(COLUMNS)}"
DELIMITERS = ",;\t"
SHEETS = (".xlsx", ".xlsm")
ENDINGS = (".csv", ".xlsx", ".parquet")
BROKEN = (EOFError, KeyError, zipfile.BadZipFile, zlib.error)


def read_series(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a table of rows and say what was guessed on the way.

    The ending tells ``.parquet``, ``.xlsx`` (the first sheet) and ``.csv`` or anything else,
    ``.gz`` too: text with commas, semicolons or tabs, in UTF-8, UTF-16 with its mark, or else
    GB18030.  Raises `SeriesError` or OSError where it is none of these.
    """
    notes: tuple[str, ...] = ()
    try:
        if path.suffix.lower() in (".parquet", *SHEETS):
            frame = _read_whole(path)
        else:
            frame, notes = _read_text(path)
    except BROKEN as error:
        raise SeriesError(f"the file is damaged ({error}); save or send it anew") from error
    if frame.empty and set(COLUMNS) <= set(frame.columns):
        raise SeriesError(f"no rows below the header; {NEED}")
    return frame, notes + _repeated(frame)


def _read_whole(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        return pd.read_excel(path, dtype={"unique_id": str}, keep_default_na=False)
    except ValueError as error:
        raise SeriesError(f"is no {path.suffix} file that can be read; save it anew") from error


def _repeated(frame: pd.DataFrame) -> tuple[str, ...]:
    keys = ["unique_id", "ds"]
    twice = int(frame.duplicated(keys).sum()) if set(keys) <= set(frame.columns) else 0
    return (f"{twice} rows repeat a unique_id and ds; they were added up",) if twice else ()


def _read_text(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as stream:
        head = stream.readline() + stream.readline()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _parsed(path, head, "utf-16"), ()
    try:
        return _parsed(path, head, "utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return _parsed(path, head, "gb18030"), ("not in UTF-8; read as GB18030",)
    except UnicodeDecodeError:
        raise SeriesError("neither UTF-8 nor GB18030 text; save it as CSV in UTF-8") from None


def _parsed(path: Path, head: bytes, encoding: str) -> pd.DataFrame:
    if not head:
        raise SeriesError(f"the file is empty; {NEED}")
    header = re.split("\r?\n|\r", head.decode(encoding, errors="ignore"), maxsplit=1)[0]
    if not header.strip():
        raise SeriesError(f"the first line is empty; begin with the header, {NEED}")
    delimiter = max(DELIMITERS, key=header.count)
    try:
        refuse_doubled(next(csv.reader([header], delimiter=delimiter)))
        return _table(path, encoding, delimiter)
    except (csv.Error, pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise SeriesError(
            f"{str(error).strip()}; give every row as many cells as the header"
        ) from error


def _table(path: Path, encoding: str, delimiter: str) -> pd.DataFrame:
    """Read text, with products named NA or 007 as they are, and no cell dropped unseen."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame = pd.read_csv(
            path,
            sep=delimiter,
            encoding=encoding,
            dtype={"unique_id": str, "ds": str},
            keep_default_na=False,
            skipinitialspace=True,
            index_col=False,
            low_memory=False,
        )
    if "unique_id" in frame:
        text = frame["unique_id"].str.strip()
        frame["unique_id"] = text.where(text != "", None)
    return frame


def check_target(path: Path, source: Path) -> None:
    """Refuse, before any work, a file that a forecast could not be written to."""
    if path.is_dir() or not path.parent.is_dir():
        raise SeriesError(f"--out {path}: give a file in a folder that exists")
    if path.exists() and source.exists() and path.samefile(source):
        raise SeriesError(f"--out {path}: is the file read; give another name")
    if not _is_stream(path) and path.suffix not in ENDINGS:
        raise SeriesError(f"--out {path}: must end in {', '.join(ENDINGS)}")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table whole: beside its place first, then moved there."""
    if _is_stream(path):
        table.to_csv(path, index=False)
        return
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        if path.suffix == ".parquet":
            table.to_parquet(part, index=False)
        elif path.suffix == ".xlsx":
            table.to_excel(part, index=False)
        else:
            table.to_csv(part, index=False)
        part.replace(path)
    except OSError as error:
        raise SeriesError(f"--out {path}: {error.strerror}; give a folder to write to") from error
    finally:
        part.unlink(missing_ok=True)


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file()
