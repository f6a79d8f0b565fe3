"""What is broken, when and how; each scenario ends with the outcome and how long it took."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import redis

from tests.faults.shop import Outcome, Shop, children, kill_group
from tests.servers import Postgres, Redis

Ended = tuple[Outcome, float]


@dataclass(frozen=True)
class Load:
    """How many jobs of how many seconds; a lease, in seconds, must be longer than a hiccup."""

    jobs: int = 40
    seconds: float = 0.6
    lease: float = 5.0
    poison: int = 3
    children: int = 4


@dataclass(frozen=True)
class Distributed:
    """PostgreSQL, Redis, a Celery worker and a reconciler."""

    shop: Shop
    postgres: Postgres
    redis: Redis
    load: Load

    def begin(self) -> None:
        """Queue the jobs and let the worker come into its stride."""
        self.shop.start_queue(self.load.jobs, self.load.seconds)
        self.shop.wait_until(("running",), 1)
        time.sleep(self.load.seconds / 2)

    def end(self, *, number: int | None = None, poison: int = 0) -> Ended:
        number = number or self.load.jobs
        seconds = self.shop.wait_for_end(number)
        time.sleep(1.0)  # late doubles would show now
        return self.shop.outcome(number, poison=poison), seconds


def worker_killed(place: Distributed) -> Ended:
    """kill -9 of the worker with all its children, then a new worker."""
    worker = place.shop.start_celery(place.load.children)
    place.begin()
    kill_group(worker)
    place.shop.start_celery(place.load.children)
    return place.end()


def child_killed(place: Distributed) -> Ended:
    """kill -9 of half the processes that are in mid-job."""
    worker = place.shop.start_celery(place.load.children)
    place.begin()
    for child in children(worker)[: max(place.load.children // 2, 1)]:
        os.kill(child, signal.SIGKILL)
    return place.end()


def redis_flushed(place: Distributed) -> Ended:
    """FLUSHALL: every message is gone."""
    place.shop.start_celery(place.load.children)
    place.begin()
    with redis.Redis.from_url(place.redis.url) as client:
        client.flushall()
    return place.end()


def redis_restarted(place: Distributed) -> Ended:
    """kill -9 of Redis without persistence, a second away, then an empty one."""
    place.shop.start_celery(place.load.children)
    place.begin()
    place.redis.stop(signal.SIGKILL)
    time.sleep(1.0)
    place.redis.start()
    return place.end()


def postgresql_restarted(place: Distributed) -> Ended:
    """PostgreSQL stopped at once, every connection cut, started again."""
    place.shop.start_celery(place.load.children)
    place.begin()
    place.postgres.restart()
    return place.end()


def two_schedulers(place: Distributed) -> Ended:
    """Two reconcilers start the same slots of the schedule and wake workers for the same jobs."""
    place.shop.manage("schedule", place.load.jobs, place.load.seconds)
    place.shop.start_reconciler()
    place.shop.start_celery(place.load.children)
    return place.end()


def poison(place: Distributed) -> Ended:
    """Jobs that kill whoever runs them, among good ones."""
    place.shop.start_celery(place.load.children)
    place.shop.manage("queue", place.load.jobs, place.load.seconds, place.load.poison)
    return place.end(poison=place.load.poison)


def paused(place: Distributed) -> Ended:
    """A process sleeps past its lease, another does its job, the first wakes up."""
    worker = place.shop.start_celery(place.load.children)
    place.begin()
    sleepers = children(worker)[: max(place.load.children // 2, 1)]
    for child in sleepers:
        os.kill(child, signal.SIGSTOP)
    place.shop.start_celery(place.load.children)
    place.shop.wait_for_end(place.load.jobs)
    for child in sleepers:
        os.kill(child, signal.SIGCONT)
    time.sleep(place.load.seconds + 1.0)
    return place.end()


DISTRIBUTED: tuple[Callable[[Distributed], Ended], ...] = (
    worker_killed,
    child_killed,
    redis_flushed,
    redis_restarted,
    postgresql_restarted,
    two_schedulers,
    poison,
    paused,
)


def embedded_worker_killed(shop: Shop, load: Load) -> Ended:
    """kill -9 of the only worker in mid-job, twice, then a new one."""
    shop.manage("queue", load.jobs, load.seconds, 0)
    for _ in range(2):
        worker = shop.start_embedded()
        shop.wait_for_a_start()
        time.sleep(load.seconds / 2)
        kill_group(worker)
    shop.start_embedded()
    return _end(shop, load)


def embedded_two_schedulers(shop: Shop, load: Load) -> Ended:
    """Two workers find the same slots of the schedule due, and the same jobs ready."""
    shop.manage("schedule", load.jobs, load.seconds)
    shop.start_embedded()
    shop.start_embedded()
    return _end(shop, load)


def embedded_poison(shop: Shop, load: Load) -> Ended:
    """Jobs that kill the worker, which is started again each time, as ``up`` does."""
    shop.manage("queue", load.jobs, load.seconds, load.poison)
    started = time.monotonic()
    worker = shop.start_embedded()
    while shop.count("done", "failed") < load.jobs and time.monotonic() - started < 600:
        time.sleep(0.1)
        if worker.poll() is not None:
            worker = shop.start_embedded()
    shop.wait_for_end(load.jobs, seconds=1.0)
    return shop.outcome(load.jobs, poison=load.poison), time.monotonic() - started


def embedded_paused(shop: Shop, load: Load) -> Ended:
    """A worker sleeps past its lease, another does its job, the first wakes up."""
    shop.manage("queue", load.jobs, load.seconds, 0)
    worker = shop.start_embedded()
    _stop_in_mid_job(shop, worker.pid)
    shop.start_embedded()
    shop.wait_for_end(load.jobs)
    os.kill(worker.pid, signal.SIGCONT)
    time.sleep(load.seconds + 1.0)
    return _end(shop, load)


def _stop_in_mid_job(shop: Shop, pid: int) -> None:
    """Stop the worker while it holds a job but no lock on the file.

    On a slow machine the first try may come too late, or in the middle of a write.
    """
    shop.wait_for_a_start()
    os.kill(pid, signal.SIGSTOP)
    while not shop.count("running") or shop.is_locked():
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.05)
        os.kill(pid, signal.SIGSTOP)


EMBEDDED: tuple[Callable[[Shop, Load], Ended], ...] = (
    embedded_worker_killed,
    embedded_two_schedulers,
    embedded_poison,
    embedded_paused,
)


def _end(shop: Shop, load: Load) -> Ended:
    seconds = shop.wait_for_end(load.jobs)
    time.sleep(0.5)
    return shop.outcome(load.jobs), seconds
