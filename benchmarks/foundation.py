"""How fast a merchant's two years come in, and how fast they become a training frame.

``python -m benchmarks.foundation [--data DIR] --json``. ``DIR`` holds ``online_retail_II.csv.gz``.
Every figure is measured in an empty SQLite database of its own and, where ``DATABASE_URL`` names a
PostgreSQL server, in an empty database there, dropped afterwards. Rivals: a bare ``executemany`` of
the same rows into copies of the same tables, indexes included; the ORM's ``values_list``.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.figures import Figure

FOLDER = Path(os.environ.get("ZHANGGUI_DATA", "../shared/data"))
FILE = "online_retail_II.csv.gz"
AS_OF = "2011-11-10"
MOST_NIGHT_SECONDS, MOST_NIGHT_MIB = 600.0, 2560.0
MOST_LOAD_RATIO, MOST_LOAD_MIB, LEAST_FRAME_RATIO = 6.0, 700.0, 8.0


@contextmanager
def sqlite_url() -> Iterator[str]:
    """URL of an empty SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/shop.sqlite3"


@contextmanager
def postgres_url(server: str) -> Iterator[str]:
    """URL of an empty database on the server."""
    name = f"zhanggui_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def step(url: str, *command: str) -> dict[str, Any]:
    """Run a process of its own against the database; its last line of JSON."""
    environment = {**os.environ, "DATABASE_URL": url, "REDIS_URL": ""}
    ran = subprocess.run(
        [sys.executable, *command], env=environment, check=True, capture_output=True, text=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def measure(profile: str, url: str, path: Path) -> None:
    """Load the file and read it back; the figures of one database."""
    module = ("-m", "benchmarks.foundation_steps")
    loaded = step(url, *module, "load", str(path))
    bare = step(url, *module, "executemany")
    seconds, name = loaded["seconds"], f"foundation.{profile}"
    Figure(
        f"{name}.load.rows_per_second",
        round(loaded["rows"] / seconds),
        "rows/s",
        "higher",
        rivals={"executemany": round(bare["rows"] / bare["seconds"])},
        seconds=round(seconds, 1),
    ).emit()
    ratio = seconds / bare["seconds"]
    Figure(f"{name}.load.ratio", round(ratio, 2), "× executemany", target=MOST_LOAD_RATIO).emit()
    mib = round(loaded["mib"])
    Figure(f"{name}.load.peak", mib, "MiB", target=MOST_LOAD_MIB).emit()
    frame = step(url, *module, "frame")
    Figure(
        f"{name}.frame.ratio",
        round(frame["rows_seconds"] / frame["seconds"], 2),
        "× values_list",
        "higher",
        target=LEAST_FRAME_RATIO,
        rivals={"values_list seconds": round(frame["rows_seconds"], 2)},
        seconds=round(frame["seconds"], 2),
    ).emit()
    measure_night(name, url)


def measure_night(name: str, url: str) -> None:
    """Seconds of each nightly step and of the whole run, and its peak memory."""
    night = step(url, "manage.py", "nightly", "--as-of", AS_OF, "--json")
    for job in night["steps"]:
        Figure(f"{name}.nightly.{job['kind']}", round(job["seconds"], 1), "s").emit()
    whole = round(night["seconds"], 1)
    Figure(f"{name}.nightly.whole", whole, "s", target=MOST_NIGHT_SECONDS).emit()
    peak = round(max(job["peak_mib"] for job in night["steps"]))
    Figure(f"{name}.nightly.peak", peak, "MiB", target=MOST_NIGHT_MIB).emit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER, help=f"folder of {FILE}")
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    path = parser.parse_args().data / FILE
    if not path.exists():
        parser.error(f"{path} is not there; name its folder with --data")
    with sqlite_url() as url:
        measure("sqlite", url, path)
    server = os.environ.get("DATABASE_URL", "")
    if server.startswith("postgres"):
        with postgres_url(server) as url:
            measure("postgresql", url, path)


if __name__ == "__main__":
    main()
