"""Write columns into tables fast, and look keys up in bulk.

What breaks a uniqueness constraint is left out, so a second load writes nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection, models
from django.utils import timezone

KEYS_AT_ONCE = 20_000


def insert(model: type[models.Model], columns: Mapping[str, Iterable[Any]]) -> int:
    """Insert rows given as columns named like the model's fields; how many were new.

    Fields not given take their defaults. Missing values (None, NaN, NaT) become NULL.
    """
    names, lists = _ready(model, columns)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    quoted = ", ".join(map(connection.ops.quote_name, names))
    rows = zip(*lists, strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _copy(cursor, table, quoted, rows)
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(
            f"INSERT INTO {table} ({quoted}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
            list(rows),
        )
        return max(int(cursor.rowcount), 0)


def update(model: type[models.Model], key: str, columns: Mapping[str, Iterable[Any]]) -> None:
    """Set the columns of existing rows; ``key`` is the column that tells which."""
    names, lists = _ready(model, columns, with_defaults=False)
    lists = [values for name, values in zip(names, lists, strict=True) if name != key] + [
        values for name, values in zip(names, lists, strict=True) if name == key
    ]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(name)} = %s" for name in names if name != key)
    table = quote(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {settings} WHERE {quote(key)} = %s",  # noqa: S608
            list(zip(*lists, strict=True)),
        )


def lookup(model: type[models.Model], field: str, keys: Iterable[Any]) -> dict[Any, int]:
    """Primary keys by the values of a unique field, for the values that exist."""
    wanted = list(dict.fromkeys(keys))
    found: dict[Any, int] = {}
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        part = wanted[start : start + KEYS_AT_ONCE]
        found |= dict(fetch_where(model, [field, "id"], field, part))
    return found


def fetch_where(
    model: type[models.Model], names: Sequence[str], field: str, keys: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Rows whose ``field`` is among ``keys``, as the driver returns them."""
    quote = connection.ops.quote_name
    chosen = ", ".join(map(quote, names))
    table = quote(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {chosen} FROM {table} WHERE {quote(field)} {among()}",  # noqa: S608
            [listed(keys)],
        )
        return list(cursor.fetchall())


def among() -> str:
    """SQL after a column: equal to one of a list passed as one parameter (see ``listed``)."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)"
    return "IN (SELECT value FROM json_each(%s))"


def listed(keys: Sequence[Any]) -> list[Any] | str:
    """The parameter that goes with ``among``."""
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))


def refresh_statistics() -> None:
    """Let PostgreSQL's planner know what a load has put in; its own worker may come too late."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sales_order, sales_orderline, sales_customer")


def _ready(
    model: type[models.Model], columns: Mapping[str, Iterable[Any]], *, with_defaults: bool = True
) -> tuple[list[str], list[list[Any]]]:
    given = {
        name: values if isinstance(values, pd.Series) else list(values)
        for name, values in columns.items()
    }
    length = len(next(iter(given.values()))) if given else 0
    names: list[str] = []
    lists: list[list[Any]] = []
    for field in model._meta.concrete_fields:  # noqa: SLF001
        if field.attname in given:
            values = _prepared(field, given[field.attname])
        elif field.primary_key or not with_defaults:
            continue
        else:
            values = [field.get_db_prep_save(_default(field), connection)] * length
        names.append(str(field.column))
        lists.append(values)
    return names, lists


def _default(field: "models.Field[Any, Any]") -> Any:
    if getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_default()


def _prepared(field: "models.Field[Any, Any]", values: Iterable[Any]) -> list[Any]:
    """Values as the driver takes them; each distinct one is converted once."""
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    column = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    if column.dtype.kind == "i":
        return column.tolist()
    codes, distinct = pd.factorize(column)
    ready = np.full(len(distinct) + 1, None, dtype=object)  # the last one for code -1: missing
    for place, value in enumerate(distinct.tolist()):
        plain = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        ready[place] = field.get_db_prep_save(plain, connection)
    prepared: list[Any] = ready[codes].tolist()
    return prepared


def _copy(cursor: Any, table: str, quoted: str, rows: Iterable[tuple[Any, ...]]) -> int:
    cursor.execute(f"CREATE TEMP TABLE incoming AS SELECT {quoted} FROM {table} LIMIT 0")  # noqa: S608
    with cursor.copy(f"COPY incoming ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {quoted} FROM incoming ON CONFLICT DO NOTHING"  # noqa: S608
    )
    inserted = int(cursor.rowcount)
    cursor.execute("DROP TABLE incoming")
    return inserted
