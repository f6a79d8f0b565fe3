"""A shop of real processes to break things in; this side of it knows no Django."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config.celery import WORKER_FLAGS

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = (sys.executable, "-m", "tests.faults.manage")


@dataclass(frozen=True)
class Outcome:
    """What became of the jobs: none may be lost, done twice or done by half."""

    jobs: int
    lost: int
    doubled: int
    half_done: int
    failed: int
    reruns: int

    @property
    def is_clean(self) -> bool:
        return (self.lost, self.doubled, self.half_done) == (0, 0, 0)


class Shop:
    """Processes of the product over one database, and a broker where ``redis_url`` names one."""

    def __init__(
        self, folder: Path, database_url: str, redis_url: str = "", *, lease: float = 5.0
    ) -> None:
        self.folder = folder
        self.database_url = database_url
        self.redis_url = redis_url
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CACHE_URL": "",
            "JOB_LEASE_SECONDS": str(lease),
            "JOB_POLL_SECONDS": "0.2",
            "OMP_NUM_THREADS": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.manage("set_up")

    @classmethod
    def embedded(cls, folder: Path, *, lease: float = 5.0) -> "Shop":
        """The profile without servers."""
        return cls(folder, f"sqlite:///{folder / 'shop.sqlite3'}", lease=lease)

    # -- processes ---------------------------------------------------------------------------
    def manage(self, *arguments: object) -> None:
        """Run a command to its end."""
        command = [*MANAGE, *map(str, arguments)]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True)

    def start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=ROOT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_embedded(self) -> "subprocess.Popen[bytes]":
        return self.start([*MANAGE, "worker"])

    def start_queue(self, jobs: int, seconds: float) -> "subprocess.Popen[bytes]":
        """Queue jobs without waiting for the command to end: by then they might be done."""
        return self.start([*MANAGE, "queue", str(jobs), str(seconds), "0"])

    def start_reconciler(self) -> "subprocess.Popen[bytes]":
        return self.start([*MANAGE, "reconcile"])

    def start_celery(self, children: int = 4) -> "subprocess.Popen[bytes]":
        return self.start(
            [
                *(sys.executable, "-m", "celery", "-A", "tests.faults.app", "worker"),
                *(*WORKER_FLAGS, f"--concurrency={children}"),
            ]
        )

    def close(self) -> None:
        """Kill what this shop started."""
        for process in self.processes:
            kill_group(process)

    # -- what the database says --------------------------------------------------------------
    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=20)) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(sql).fetchall()

    def is_locked(self) -> bool:
        """Whether some process is in the middle of a write to the SQLite file."""
        path = self.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0.1)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            return False

    def count(self, *states: str) -> int:
        """Fault jobs in any of the states; all of them if none is named."""
        rows = self.ask("SELECT state FROM jobs_job WHERE kind = 'faults.work'")
        return sum(not states or state in states for (state,) in rows)

    def wait_until(self, states: Sequence[str], number: int, *, seconds: float = 120.0) -> float:
        """Return the seconds until so many jobs are in the states; TimeoutError if too long."""
        started = time.monotonic()
        while self.count(*states) < number:
            if time.monotonic() - started > seconds:
                log = (self.folder / "log").read_text(errors="replace")[-4000:]
                raise TimeoutError(f"{self.outcome(number)} after {seconds} s\n{log}")
            time.sleep(0.1)
        return time.monotonic() - started

    def wait_for_a_start(self) -> None:
        """Return when a job is claimed from now on."""
        sql = "SELECT SUM(attempt) FROM jobs_job WHERE kind = 'faults.work'"
        before = self.ask(sql)
        deadline = time.monotonic() + 60.0
        while self.ask(sql) == before:
            if time.monotonic() > deadline:
                raise TimeoutError("no job was started")
            time.sleep(0.02)

    def wait_for_end(self, number: int, *, seconds: float = 120.0) -> float:
        return self.wait_until(("done", "failed"), number, seconds=seconds)

    def outcome(self, number: int, *, poison: int = 0) -> Outcome:
        """Compare effects with what ``number`` jobs (``poison`` of them deadly) should do."""
        states = self.ask("SELECT key, state, attempt FROM jobs_job WHERE kind = 'faults.work'")
        parts: dict[str, Counter[str]] = {key: Counter() for key, *_ in states}
        for key, part in self.ask("SELECT job, part FROM fault_effect"):
            parts.setdefault(key, Counter())[part] += 1
        done = sum(bool(found) for found in parts.values())
        return Outcome(
            jobs=len(states),
            lost=number - poison - done,
            doubled=sum(any(times > 1 for times in found.values()) for found in parts.values()),
            half_done=sum(len(found) == 1 for found in parts.values()),
            failed=sum(state == "failed" for _, state, _ in states),
            reruns=sum(max(attempt - 1, 0) for *_, attempt in states),
        )


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill -9 a process and all its children at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    """The process ids of the children of a process, oldest first."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in path.read_text().split()]
