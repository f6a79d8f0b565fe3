"""How fast lists are served over HTTP, beside a Django view that does nothing.

``python -m benchmarks.web [--products 2000] [--customers 200] [--seconds 4] [--soak 60] --json``.
Starts the web process of ``manage.py up`` on 127.0.0.1 with a shop of its own and lets ``wrk`` ask,
key check and rate limit on. The endpoints take turns within each round, and ratios are medians over
rounds, because the machine's other work comes and goes; the ratios of the server's own CPU time per
request hardly feel it. ``--soak``: seconds of a mixed load that must see no error. Needs wrk.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.figures import Figure
from tests.servers import free_port, wait_for

ROUNDS = 3
WARM_TRIES = 20
ENOUGH = 20
CONNECTIONS = 8
KINDS = ("empty", "list", "session", "customer")
RATIOS = {"list": 0.7, "session": 0.3, "customer": None}
SOAK = "mixed"
GRACE_SECONDS = 60.0
FIRST_MS = 1000.0
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
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """The server's CPU time per request."""
        return 1000 * self.cpu / max(self.requests, 1)


@dataclass(frozen=True)
class Server:
    """Where the shop is served, how it is asked, and how large it is."""

    pid: int
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
        before = self.cpu_seconds()
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + GRACE_SECONDS,
        )
        line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
        found = json.loads(line.removeprefix("RESULT "))
        return Load(**found, cpu=self.cpu_seconds() - before)

    def cpu_seconds(self) -> float:
        """Of the web process and all it started."""
        server = psutil.Process(self.pid)
        times = [one.cpu_times() for one in (server, *server.children(recursive=True))]
        return float(sum(one.user + one.system for one in times))

    def first_ms(self) -> float:
        """Milliseconds of the first list of a process that has answered an empty request."""
        host = self.url.removeprefix("http://")
        server = http.client.HTTPConnection(host, timeout=GRACE_SECONDS)
        server.request("GET", "/empty")
        server.getresponse().read()
        started = time.perf_counter()
        address = "/api/v1/recommendations/items/P000001"
        server.request("GET", address, headers={"Authorization": f"Api-Key {self.key}"})
        server.getresponse().read()
        return 1000 * (time.perf_counter() - started)

    def warm(self, kind: str) -> None:
        """Ask until answers come in number."""
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
                yield Server(process.pid, f"http://127.0.0.1:{port}", key, products, customers)
            finally:
                process.terminate()


def measure(server: Server, seconds: float, soak: float) -> None:
    """Print the figures."""
    Figure("web.first_list", round(server.first_ms(), 1), "ms", target=FIRST_MS).emit()
    for kind in KINDS:  # so that lists are at hand
        server.warm(kind)
    rounds = [{kind: server.ask(kind, seconds) for kind in KINDS} for _round in range(ROUNDS)]
    rates = {kind: statistics.median(one[kind].rate for one in rounds) for kind in KINDS}
    Figure("web.empty.rate", round(rates["empty"]), "requests/s", "higher").emit()
    for kind, target in RATIOS.items():
        emit_ratio(
            f"web.{kind}.ratio", [one[kind].rate / one["empty"].rate for one in rounds], target
        )
        used = [one["empty"].cpu_ms / one[kind].cpu_ms for one in rounds]
        emit_ratio(f"web.{kind}.cpu_ratio", used, target)
    loads = [load for one in rounds for load in one.values()]
    loads += [half_load(server, kind, rounds, 2 * seconds) for kind in ("empty", "list", "session")]
    errors = sum(load.errors for load in [*loads, server.ask(SOAK, soak)])
    Figure("web.errors", errors, "requests", target=0, rivals={"seconds": soak}).emit()


def emit_ratio(name: str, values: list[float], target: float | None) -> None:
    """The median over the rounds, with the lowest and the highest."""
    low, middle, high = (round(x, 3) for x in (min(values), statistics.median(values), max(values)))
    Figure(name, middle, "of an empty view", "higher", target=target, interval=(low, high)).emit()


def half_load(server: Server, kind: str, rounds: list[dict[str, Load]], seconds: float) -> Load:
    """Ask half as fast as can be answered, and print how long the slowest hundredth took."""
    rate = statistics.median(one[kind].rate for one in rounds)
    busy = statistics.median(one[kind].p50 for one in rounds) / CONNECTIONS
    load = server.ask(kind, seconds, max(1000 * CONNECTIONS / (rate / 2) - busy, 1.0))
    target = None if kind == "empty" else SLOWEST_MS
    share = {"share of the highest rate": round(load.rate / rate, 2)}
    name = f"web.{kind}.p99_at_half_load"
    Figure(name, round(load.p99, 2), "ms", target=target, rivals=share).emit()
    return load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each of some 20 runs of wrk")
    parser.add_argument("--soak", type=float, default=60.0, help="seconds of the mixed load")
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not in PATH; it is what asks: install it (apt install wrk).")
    with serving(arguments.products, arguments.customers) as server:
        measure(server, arguments.seconds, arguments.soak)


if __name__ == "__main__":
    main()
