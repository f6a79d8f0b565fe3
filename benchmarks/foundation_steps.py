"""The steps of ``benchmarks.foundation``, each run in a process of its own."""

import json
import os
import resource
import sys
import time
from datetime import date
from io import StringIO
from typing import Any

import django
import pandas as pd
from django.core.management import call_command
from django.db import connection, transaction

REPEATS = 3
TABLES = ("sales_order", "sales_orderline")


def load(path: str) -> dict[str, float]:
    """Load the file; rows in it, seconds, and the peak of this process."""
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    output = StringIO()
    call_command("load_data", path, format="online-retail-ii", json=True, stdout=output)
    seconds = time.perf_counter() - start
    account = json.loads(output.getvalue())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows_of(account), "seconds": seconds, "mib": peak}


def rows_of(account: dict[str, Any]) -> int:
    """Rows of the files: loaded, skipped and refused."""
    files = account["files"]
    return sum(
        one["loaded"] + sum(one["skipped"].values()) + sum(one["refused"].values()) for one in files
    )


def executemany() -> dict[str, float]:
    """Write the rows of the load into copies of its tables, the plainest way there is."""
    seconds, lines = 0.0, 0
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608
            rows = cursor.fetchall()
            make_copy(cursor, table)
            marks = ", ".join(["%s"] * len(rows[0]))
            start = time.perf_counter()
            with transaction.atomic():
                insert = f"INSERT INTO bare_{table} VALUES ({marks})"  # noqa: S608
                cursor.executemany(insert, rows)
            seconds += time.perf_counter() - start
            cursor.execute(f"DROP TABLE bare_{table}")
        lines = len(rows)
    return {"rows": lines, "seconds": seconds}


def make_copy(cursor: Any, table: str) -> None:
    """An empty table with the same columns, constraints and indexes."""
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND sql > ''", [table])
    for name, sql in sorted(cursor.fetchall(), key=lambda row: row[0] != table):
        plain = sql.replace(f'"{name}"', f'"bare_{name}"', 1)
        cursor.execute(plain.replace(f'ON "{table}"', f'ON "bare_{table}"', 1))


def frame() -> dict[str, float]:
    """The best of some readings of all order lines: as columns, and as the ORM's rows."""
    from sales.selectors import order_lines  # noqa: PLC0415 Django must be set up first

    best = {"seconds": float("inf"), "rows_seconds": float("inf")}
    until = date(2100, 1, 1)
    for _ in range(REPEATS):
        for name, read in (
            ("seconds", lambda: order_lines(before=until)),
            ("rows_seconds", lambda: rows_frame(until)),
        ):
            start = time.perf_counter()
            count = len(read())
            best[name] = min(best[name], time.perf_counter() - start)
            best[f"{name}_rows"] = count
    assert best["seconds_rows"] == best["rows_seconds_rows"], best
    return best


def rows_frame(until: date) -> pd.DataFrame:
    """The same frame by ``values_list``."""
    from sales.models import OrderLine  # noqa: PLC0415 Django must be set up first

    goods = OrderLine.objects.filter(day__lt=until, product__kind="product")
    rows = goods.exclude(order__status="cancelled").order_by("day", "order_id", "position")
    names = ["order_id", "order__customer_id", "product_id", "day", "quantity", "unit_price"]
    found = pd.DataFrame(list(rows.values_list(*names)), columns=names)
    found["order__customer_id"] = found["order__customer_id"].fillna(-1).astype("int64")
    return found.astype({"day": "datetime64[s]", "unit_price": "float64"})


STEPS = {"load": load, "executemany": executemany, "frame": frame}

if __name__ == "__main__" and sys.argv[1] in STEPS:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
