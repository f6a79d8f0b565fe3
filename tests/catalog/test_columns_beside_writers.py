"""Reading columns leaves a database in use by others as it was."""

import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from catalog import columns


@pytest.mark.django_db
def test_a_read_keeps_the_log_and_the_locks_of_open_connections(tmp_path: Path, monkeypatch):
    path = tmp_path / "shop.sqlite3"
    database = DatabaseWrapper(
        {**connection.settings_dict, "NAME": str(path), "OPTIONS": settings.SQLITE_OPTIONS}
    )
    monkeypatch.setattr(columns, "connection", database)
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE sold (units integer)")
        for units in range(10):
            cursor.execute("INSERT INTO sold VALUES (%s)", [units])
            frame = columns.read_columns("SELECT SUM(units) AS n FROM sold", types={"n": "int64"})
            assert frame["n"].tolist() == [units * (units + 1) // 2 + 100 * units]
            assert path.with_name("shop.sqlite3-wal").exists()
            with sqlite3.connect(path) as heartbeat:
                heartbeat.execute("INSERT INTO sold VALUES (100)")
            heartbeat.close()
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
    database.close()
