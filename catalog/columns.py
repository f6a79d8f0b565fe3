"""The one door through which training reads facts: SQL in, columns out.

Outside a transaction the database hands over Arrow columns through ADBC, without a Python object
per cell; a SQLite file is read by a process of its own (``column_reader`` says why). Inside one,
where a second connection would not see what was written, and for databases in memory, the same SQL
runs on Django's own connection.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi
import pandas as pd
import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.reader_process import read_sqlite

DAY = "datetime64[s]"
MOMENT = "moment"


def read_columns(
    sql: str, params: Sequence[object] = (), *, types: Mapping[str, str]
) -> pd.DataFrame:
    """The rows of ``sql`` (placeholders ``?``) with the columns and dtypes named by ``types``.

    ``MOMENT`` columns become times in UTC. Cast decimals to ``double precision`` in the SQL. The
    same values and dtypes come back from SQLite and PostgreSQL, and for an empty result.
    """
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
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and ("memory" in name)


def _through_django(sql: str, params: Sequence[Any], names: list[str]) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%").replace("?", "%s"), params)
        return pd.DataFrame(cursor.fetchall(), columns=names)


def _through_arrow(sql: str, params: Sequence[object], days: Sequence[str]) -> pd.DataFrame:
    if connection.vendor == "sqlite":
        table = read_sqlite(str(connection.settings_dict["NAME"]), sql, params)
        for name in days:  # SQLite keeps days as text
            parsed = table[name].cast(pa.string()).cast(pa.date32())
            table = table.set_column(table.column_names.index(name), name, parsed)
    else:
        table = _from_postgresql(sql, params)
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _from_postgresql(sql: str, params: Sequence[object]) -> pa.Table:
    for number in range(1, len(params) + 1):
        sql = sql.replace("?", f"${number}", 1)
    database = connection.settings_dict
    login = quote(database["USER"] or "", safe="")
    if database["PASSWORD"]:
        login += ":" + quote(database["PASSWORD"], safe="")
    place = f"{quote(database['HOST'] or '', safe='')}:{database['PORT'] or 5432}"
    uri = f"postgresql://{login}@{place}/{database['NAME']}"
    with adbc_driver_postgresql.dbapi.connect(uri) as source, source.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetch_arrow_table()
