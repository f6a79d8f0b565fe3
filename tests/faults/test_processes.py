"""Processes that are told to stop, and the one command that starts them all."""

import signal
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.faults.shop import MANAGE, Shop, children
from tests.servers import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.embedded(tmp_path, lease=60.0)
    yield shop
    shop.close()


def test_a_worker_told_to_stop_gives_its_job_back_and_leaves(shop: Shop) -> None:
    shop.manage("queue", 1, 30.0, 0)
    worker = shop.start_embedded()
    shop.wait_until(("running",), 1)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=60) == 0
    assert shop.ask("SELECT state, attempt, last_attempt FROM jobs_job") == [("queued", 1, 5)]


def test_a_worker_until_idle_does_what_is_open_and_leaves(shop: Shop) -> None:
    shop.manage("queue", 3, 0.01, 0)

    shop.manage("worker", "--until-idle")

    outcome = shop.outcome(3)
    assert outcome.is_clean
    assert shop.count("done") == 3


def status(port: int) -> int:
    """What the login page answers with; 0 where nobody does."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/login/")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_up_serves_and_works_until_told_to_stop(shop: Shop) -> None:
    port = free_port()
    shop.manage("queue", 1, 0.01, 0)
    up = shop.start([*MANAGE, "up", "--port", str(port)])

    deadline = time.monotonic() + 120
    while status(port) != HTTPStatus.OK and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status(port) == HTTPStatus.OK
    parts = children(up)
    assert len(parts) == 2

    up.send_signal(signal.SIGTERM)
    assert up.wait(timeout=60) == 0
    assert status(port) == 0
    assert not [pid for pid in parts if Path(f"/proc/{pid}").exists()]


def test_up_ends_when_the_port_is_taken(shop: Shop) -> None:
    up = shop.start([*MANAGE, "up", "--no-worker", "--port", "1", "--host", "203.0.113.1"])

    assert up.wait(timeout=120) != 0
