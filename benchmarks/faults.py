"""What the ledger loses, does twice or does by half while its processes and servers die.

``python -m benchmarks.faults [--jobs 40] [--only NAME …] --json``. Each fault starts real
processes: PostgreSQL and Redis of its own, a Celery worker of four processes and a reconciler; or,
embedded, SQLite and the worker. Needs initdb, redis-server and Linux.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure
from tests.faults.scenarios import DISTRIBUTED, EMBEDDED, Distributed, Ended, Load
from tests.faults.shop import Shop
from tests.servers import Postgres, Redis, running


def distributed(fault: Callable[[Distributed], Ended], folder: Path, load: Load) -> Ended:
    """Run one fault against servers that nothing else uses."""
    with running(Postgres) as postgres, running(Redis) as redis:
        shop = Shop(folder, postgres.url, redis.url, lease=load.lease)
        try:
            shop.start_reconciler()
            return fault(Distributed(shop, postgres, redis, load))
        finally:
            shop.close()


def embedded(fault: Callable[[Shop, Load], Ended], folder: Path, load: Load) -> Ended:
    """Run one fault in the profile without servers."""
    shop = Shop.embedded(folder, lease=load.lease)
    try:
        return fault(shop, load)
    finally:
        shop.close()


def emit(name: str, ended: Ended, load: Load) -> None:
    """Three figures that must be 0, and how often work was done again to keep them so."""
    outcome, seconds = ended
    unit = f"of {load.jobs} jobs"
    for what in ("lost", "doubled", "half_done"):
        value = getattr(outcome, what)
        Figure(f"faults.{name}.{what}", value, unit, target=0, seconds=round(seconds, 1)).emit()
    Figure(f"faults.{name}.reruns", outcome.reruns, "attempts", seconds=round(seconds, 1)).emit()
    if "poison" in name:
        Figure(f"faults.{name}.failed", outcome.failed, "jobs", target=load.poison).emit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=[], help="names of faults")
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    arguments = parser.parse_args()
    load = Load(jobs=arguments.jobs)
    plan = [(distributed, fault, fault.__name__) for fault in DISTRIBUTED]
    plan += [(embedded, fault, fault.__name__) for fault in EMBEDDED]
    for run, fault, name in plan:
        if not arguments.only or name in arguments.only:
            with tempfile.TemporaryDirectory() as folder:
                emit(name, run(fault, Path(folder), load), load)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
