"""Rows of demand as they come in: each is right, or refused by number and column."""

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_complex_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
    is_object_dtype,
    is_string_dtype,
)

COLUMNS = ("unique_id", "ds", "y")
LARGEST = 1e15  # units in a row: beyond it a float no longer tells single units apart
OFFSET = r"([T ]\S*?)(?:Z|[+-]\d{2}(?::?\d{2})?)$"  # of a time of day: its local day counts
DAY = r"^(?:\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2}|\d{8}(?:$|T))"
MONTH = r"^\d{4}-\d{2}$"


class SeriesError(ValueError):
    """The input cannot be forecast as it is; the message names the row, the column and a remedy."""


def checked_rows(series: pd.DataFrame, *, monthly: bool = False) -> pd.DataFrame:
    """Return ``unique_id``, ``ds`` (datetime64) and ``y`` (float) of a long frame.

    Only where demand is ``monthly`` may a date leave its day out.  Raises `SeriesError` for the
    first row that cannot be read.
    """
    frame = _columns(series)
    _refuse(frame, frame["unique_id"].isna(), "unique_id", "is no series; name the product")
    return frame.assign(ds=_dates(frame, monthly=monthly), y=_units(frame))


def _columns(series: object) -> pd.DataFrame:
    if not isinstance(series, pd.DataFrame):
        kind = type(series).__name__
        raise SeriesError(f"series must be a DataFrame with {', '.join(COLUMNS)}, not {kind}")
    there = [str(name) for name in series.columns]
    missing = [name for name in COLUMNS if name not in there]
    if missing:
        raise SeriesError(
            f"missing column {', '.join(missing)}; need {', '.join(COLUMNS)}, "
            f"found {', '.join(there) or 'none'}"
        )
    refuse_doubled(there)
    return series.loc[:, list(COLUMNS)].reset_index(drop=True)


def refuse_doubled(names: list[str]) -> None:
    """Refuse a header that names a column of ours more than once."""
    for name in COLUMNS:
        if names.count(name) > 1:
            raise SeriesError(f"column {name} is there {names.count(name)} times; keep one")


def _units(frame: pd.DataFrame) -> pd.Series:
    y = frame["y"]
    is_other = is_bool_dtype(y) or is_complex_dtype(y)
    if is_other or not (is_numeric_dtype(y) or is_string_dtype(y) or is_object_dtype(y)):
        raise SeriesError(f"column y: {y.dtype} is not a number of units; give plain numbers")
    values = pd.to_numeric(y, errors="coerce").astype("float64")
    remedy = "is not a finite number; write units such as 12 or 3.5, and 0 for none"
    _refuse(frame, values.isna() | np.isinf(values), "y", remedy)
    _refuse(frame, values.abs() > LARGEST, "y", f"is beyond {LARGEST:g} units; mistyped?")
    return values


def _dates(frame: pd.DataFrame, *, monthly: bool) -> pd.Series:
    dates = frame["ds"]
    if is_datetime64_any_dtype(dates):
        bad = dates.isna()
    else:
        text = dates.astype("str").str.strip()
        local = text.str.replace(OFFSET, r"\1", regex=True)
        dates = pd.to_datetime(local, errors="coerce", format="ISO8601")
        whole = local.str.contains(f"{DAY}|{MONTH}" if monthly else DAY, regex=True)
        bad = dates.isna() | ~whole.astype(bool)
    _refuse(frame, bad, "ds", "is not an ISO date of this era; write YYYY-MM-DD")
    return dates


def _refuse(frame: pd.DataFrame, bad: pd.Series, column: str, reason: str) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad.to_numpy(dtype=bool)))
    value = frame[column].iloc[row]
    is_blank = value in ("", "nan") if isinstance(value, str) else frame[column].isna().iloc[row]
    shown = "an empty cell" if is_blank else repr(value) if isinstance(value, str) else str(value)
    raise SeriesError(f"row {row + 1}, column {column}: {shown} {reason}")
