"""Reading a large PostgreSQL table in slices of its pages, by two connections at once.

One value holds at most a gigabyte, and one server process keeps one core busy: so a table is cut
into slices, and the second half of them is asked for on a connection that shares the snapshot.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Cells = tuple[bytes | None, ...]
Query = Callable[[str], str]  # from a condition to the whole query
SLICE_PAGES = 32_768  # a quarter of a gigabyte in pages of 8 KiB
FEWEST_PAGES = 1024  # below, a second connection takes longer than it saves
PAST_THE_LAST = 2**32 - 2
ISOLATION = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def ask(source: BaseDatabaseWrapper, query: str, params: Sequence[Any]) -> Cells:
    """The one row of a query, its cells as PostgreSQL's binary values."""
    source.ensure_connection()
    cursor: Any = psycopg.Cursor(source.connection)
    cursor.format = psycopg.pq.Format.BINARY
    wrap = source.make_debug_cursor if source.queries_logged else source.make_cursor
    with wrap(cursor) as asked:
        asked.execute(query, params)
        row: Cells = asked.fetchone()
    return row


def ask_in_slices(table: str, query: Query, params: Sequence[Any]) -> list[Cells]:
    """One row per slice of the table, in the order of its pages, all of one snapshot."""
    with _snapshot() as name:
        pages = _pages(table)
        if pages < FEWEST_PAGES:
            return [ask(connection, query(""), params)]
        middle = pages // 2
        first = [*range(0, middle, SLICE_PAGES), middle]
        rest = [*range(middle, pages, SLICE_PAGES), PAST_THE_LAST]
        with ThreadPoolExecutor(1) as beside:
            later = beside.submit(_ask_beside, name, rest, query=query, params=params)
            return _slices(connection, first, query=query, params=params) + later.result()


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name of a snapshot, for a second connection to share while it lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ISOLATION)
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _pages(table: str) -> int:
    with connection.cursor() as cursor:
        size = "SELECT pg_relation_size(%s) / current_setting('block_size')::int"
        cursor.execute(size, [table])
        return int(cursor.fetchone()[0])


def _ask_beside(
    snapshot: str, bounds: Sequence[int], *, query: Query, params: Sequence[Any]
) -> list[Cells]:
    other = connection.copy()
    other.settings_dict["OPTIONS"].pop("pool", None)  # two of a pool for one read could exhaust it
    with closing(other):
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(ISOLATION)
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
        return _slices(other, bounds, query=query, params=params)


def _slices(
    source: BaseDatabaseWrapper, bounds: Sequence[int], *, query: Query, params: Sequence[Any]
) -> list[Cells]:
    answers = []
    for first, last in pairwise(bounds):
        where = f" AND ctid >= '({first},0)' AND ctid < '({last},0)'"
        answers.append(ask(source, query(where), params))
    return answers
