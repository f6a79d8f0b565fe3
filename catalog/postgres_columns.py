"""PostgreSQL's rows as columns: each column of a result comes as one string of bytes.

The server gathers the binary form of a column's values (the wire format of its ``…send``
functions, big-endian), so a million rows cost a handful of cells on the way and none in Python.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from django.db import DatabaseError, connection

from catalog.postgres_slices import ask, ask_in_slices

MOMENT = "moment"
# How a column is sent, and how its bytes are read.
SENT = {
    "int64": ("int8send({}::int8)", ">i8"),
    "int32": ("int4send({}::int4)", ">i4"),
    "float64": ("float8send(COALESCE({}::float8, 'NaN'))", ">f8"),
    "datetime64[s]": ("date_send(COALESCE({}, '-infinity'))", ">i4"),
    MOMENT: ("timestamptz_send(COALESCE({}, '-infinity'))", ">i8"),
}
LENGTH, TEXT = "int4send(COALESCE(octet_length({}), -1))", "textsend({})"
EPOCH = np.datetime64("2000-01-01")


def read_postgres(
    sql: str, params: Sequence[object], *, types: Mapping[str, str], paged: str | None = None
) -> pd.DataFrame:
    """The rows of ``sql`` as columns with the dtypes of ``types``; moments as times in UTC.

    Where ``paged`` names a table, it is read in slices of its pages, unless a transaction is open;
    ``sql`` must then end in its WHERE clause. DatabaseError where a whole number is missing.
    """
    sql = sql.replace("%", "%%").replace("?", "%s")
    if paged is None or connection.in_atomic_block:
        answers = [ask(connection, _gathered(sql, types), params)]
    else:
        answers = ask_in_slices(paged, lambda where: _gathered(sql + where, types), params)
    cells = [b"".join(one or b"" for one in column) for column in zip(*answers, strict=True)]
    return _frame(cells, types)


def _gathered(sql: str, types: Mapping[str, str]) -> str:
    """The query whose one row holds whole columns; texts come with their lengths."""
    sent = []
    for name, dtype in types.items():
        forms = (LENGTH, TEXT) if dtype == "str" else (SENT[dtype][0],)
        sent += [f"string_agg({form.format(name)}, '')" for form in forms]
    return f"SELECT {', '.join(sent)} FROM ({sql}) AS gathered"  # noqa: S608


def _frame(cells: Sequence[bytes], types: Mapping[str, str]) -> pd.DataFrame:
    left = iter(cells)
    columns: dict[str, Any] = {}
    for name, dtype in types.items():
        if dtype == "str":
            columns[name] = _texts(np.frombuffer(next(left), ">i4"), next(left))
        else:
            columns[name] = _values(np.frombuffer(next(left), SENT[dtype][1]), dtype)
    rows = max(map(len, columns.values()), default=0)
    for name, values in columns.items():
        if len(values) < rows:
            raise DatabaseError(f"Column {name} has {rows - len(values)} empty cells.")
    return pd.DataFrame(columns)


def _values(sent: npt.NDArray[Any], dtype: str) -> Any:
    """Numbers, days or times; the server counts from 2000, and -infinity stands for none."""
    if dtype == MOMENT:
        return pd.Series(_since_2000(sent, "us")).dt.tz_localize("UTC")
    if dtype.startswith("datetime64"):
        return _since_2000(sent, "D").astype(dtype)
    return sent.astype(dtype)


def _since_2000(sent: npt.NDArray[Any], unit: str) -> npt.NDArray[np.datetime64]:
    found = EPOCH.astype(f"datetime64[{unit}]") + sent.astype(f"timedelta64[{unit}]")
    found[sent == np.iinfo(sent.dtype).min] = np.datetime64("NaT")
    return np.asarray(found)


def _texts(lengths: npt.NDArray[Any], said: bytes) -> pd.Series:
    """Texts cut out of their bytes; a length below 0 stands for none."""
    ends = np.cumsum(np.maximum(lengths, 0), dtype=np.int64)
    offsets = pa.py_buffer(np.concatenate([[0], ends]).tobytes())
    is_there = pa.array(lengths >= 0).buffers()[1]
    buffers = [is_there, offsets, pa.py_buffer(said)]
    texts = pa.Array.from_buffers(pa.large_string(), len(lengths), buffers)
    return pd.Series(texts.to_pandas(), dtype="str")
