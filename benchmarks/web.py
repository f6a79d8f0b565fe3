"""How fast lists are served over HTTP, beside a Django view that does nothing.

``python -m benchmarks.web [--products 2000] [--customers 200] [--seconds 4] --json``. Starts the
web process of ``manage.py up`` on 127.0.0.1 with a shop of its own and lets ``wrk`` ask, key check
and rate limit on. The endpoints take turns within each round, and ratios are medians over rounds,
because the machine's other work comes and goes. Needs wrk.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from tests.servers import free_port, wait_for

ROUNDS = 3
WARM_TRIES = 20
ENOUGH = 20
CONNECTIONS = 8
KINDS = ("empty", "list", "session", "customer")
RATIOS = {"list": 0.7, "session": 0.3, "customer": None}
SLOWEST_MS = 20.0
LUA = Path(__file__).with_suffix(".lua")


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


@dataclass(frozen=True)
class Server:
    """Where the shop is served, how it is asked, and how large it is."""

    url: str
    key: str
    products: int
    customers: int

    def ask(self, kind: str, seconds: float, pause_ms: float = 0.0) -> Load:
        """Requests of one kind, as fast as they are answered or with pauses between them."""
        environment = os.environ | {
            "BENCH_KEY": self.key,
            "BENCH_KIND": kind,
            "BENCH_PRODUCTS": str(self.products),
            "BENCH_CUSTOMERS": str(self.customers),
            "BENCH_PAUSE_MS": f"{pause_ms:.3f}",
        }
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", str(LUA), self.url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
        return Load(**json.loads(line.removeprefix("RESULT ")))

    def warm(self, kind: str) -> None:
        """Ask until answers come in number; the first request of all compiles for seconds."""
        for _try in range(WARM_TRIES):
            if self.ask(kind, 1).requests >= ENOUGH:
                return
        raise RuntimeError(f"no answers to {kind!r} in {WARM_TRIES} s")


@contextmanager
def serving(products: int, customers: int) -> Iterator[Server]:
    """A shop in a folder of its own and the web process that serves it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "benchmarks.web_settings",
            "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
            "THROTTLE_READ": "100000000/min",
            "OMP_NUM_THREADS": "1",
        }
        import django  # noqa: PLC0415 - the environment names the database

        django.setup()
        from benchmarks.web_shop import fill  # noqa: PLC0415
        from config.management.commands.up import web  # noqa: PLC0415

        key = fill(products, customers)
        port = free_port()
        with subprocess.Popen(web("127.0.0.1", port).command) as process:
            try:
                wait_for(port, process)
                yield Server(f"http://127.0.0.1:{port}", key, products, customers)
            finally:
                process.terminate()


def measure(server: Server, seconds: float) -> None:
    """Print the figures."""
    for kind in KINDS:  # so that arrays are loaded, functions compiled and lists at hand
        server.warm(kind)
    rounds = [{kind: server.ask(kind, seconds) for kind in KINDS} for _round in range(ROUNDS)]
    rates = {kind: statistics.median(one[kind].rate for one in rounds) for kind in KINDS}
    errors = sum(load.errors for one in rounds for load in one.values())
    Figure("web.empty.rate", round(rates["empty"]), "requests/s", "higher").emit()
    for kind, target in RATIOS.items():
        ratios = sorted(one[kind].rate / one["empty"].rate for one in rounds)
        Figure(
            name=f"web.{kind}.ratio",
            value=round(statistics.median(ratios), 3),
            unit="of an empty view",
            better="higher",
            target=target,
            interval=(round(ratios[0], 3), round(ratios[-1], 3)),
        ).emit()
    for kind in ("empty", "list", "session"):
        pause = (
            1000 * CONNECTIONS / (rates[kind] / 2)
            - statistics.median(one[kind].p50 for one in rounds) / CONNECTIONS
        )
        load = server.ask(kind, 2 * seconds, pause)
        errors += load.errors
        target = None if kind == "empty" else SLOWEST_MS
        name = f"web.{kind}.p99_at_half_load"
        rivals = {"share of the highest rate": round(load.rate / rates[kind], 2)}
        Figure(name, round(load.p99, 2), "ms", target=target, rivals=rivals).emit()
    Figure("web.errors", errors, "requests", target=0).emit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each of some 20 runs of wrk")
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not in PATH; it is what asks: install it (apt install wrk).")
    with serving(arguments.products, arguments.customers) as server:
        measure(server, arguments.seconds)


if __name__ == "__main__":
    main()
