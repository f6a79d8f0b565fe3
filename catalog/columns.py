"""The one door through which training reads facts: SQL in, columns out.

No Python object per cell: PostgreSQL gathers each column into one value (``postgres_columns``), and
a SQLite file is read by a process of its own, which hands over Arrow columns (``column_reader``
says why). Inside a transaction, where that process would not see what was written, and for SQLite
in memory, the same SQL runs on Django's own connection.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd
import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.postgres_columns import MOMENT, read_postgres
from catalog.reader_process import read_sqlite

DAY = "datetime64[s]"
__all__ = ["DAY", "MOMENT", "read_columns", "shop_days", "shop_midnight", "start_of"]


def read_columns(
    sql: str,
    params: Sequence[object] = (),
    *,
    types: Mapping[str, str],
    paged: str | None = None,
) -> pd.DataFrame:
    """The rows of ``sql`` (placeholders ``?``) with the columns and dtypes named by ``types``.

    ``MOMENT`` columns become times in UTC. Cast decimals to ``double precision`` in the SQL. The
    same values and dtypes come back from SQLite and PostgreSQL, and for an empty result. ``paged``
    names a large table which PostgreSQL may read in slices, in the order in which its rows lie;
    ``sql`` must then end in its WHERE clause.
    """
    if connection.vendor == "postgresql":
        return read_postgres(sql, params, types=types, paged=paged)
    if connection.in_atomic_block or _is_in_memory():
        frame = _through_django(sql, params, list(types))
    else:
        frame = _through_arrow(sql, params, [name for name in types if types[name] == DAY])
    moments = [name for name, dtype in types.items() if dtype == MOMENT]
    for name in moments:
        times = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        frame[name] = times.astype("datetime64[us, UTC]")
    return frame.astype({name: dtype for name, dtype in types.items() if name not in moments})


def shop_midnight(day: date) -> datetime:
    """The first moment of a shop day."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def start_of(day: date) -> object:
    """The first moment of a shop day, as a parameter for ``read_columns``."""
    return connection.ops.adapt_datetimefield_value(shop_midnight(day))


def shop_days(moments: pd.Series) -> pd.Series:
    """The days of UTC moments in the shop's time zone, as ``datetime64[s]``."""
    local = moments.dt.tz_convert(settings.TIME_ZONE).dt.tz_localize(None)
    days: pd.Series = local.dt.normalize().astype(DAY)
    return days


def _is_in_memory() -> bool:
    return "memory" in str(connection.settings_dict["NAME"])


def _through_django(sql: str, params: Sequence[Any], names: list[str]) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%").replace("?", "%s"), params)
        return pd.DataFrame(cursor.fetchall(), columns=names)


def _through_arrow(sql: str, params: Sequence[object], days: Sequence[str]) -> pd.DataFrame:
    table = read_sqlite(str(connection.settings_dict["NAME"]), sql, params)
    for name in days:  # SQLite keeps days as text
        parsed = table[name].cast(pa.string()).cast(pa.date32())
        table = table.set_column(table.column_names.index(name), name, parsed)
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame
