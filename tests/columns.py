"""Both ways into the database, for tests that compare them."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection


def leave_memory(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Copy a test database in memory to a file, and read columns from there through ADBC."""
    if connection.vendor != "sqlite":
        return
    path = folder / "facts.sqlite3"
    with sqlite3.connect(path) as copy:
        source: Any = connection.connection
        source.backup(copy)
    copy.close()
    patch.setitem(connection.settings_dict, "NAME", str(path))
