"""A few jobs under each kind of fault; ``benchmarks.faults`` runs all of them with forty."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import scenarios
from tests.faults.scenarios import Distributed, Ended, Load
from tests.faults.shop import Shop
from tests.servers import Postgres, Redis, UnavailableError, running

LOAD = Load(jobs=4, seconds=0.3, lease=2.5, poison=1, children=2)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


@pytest.fixture
def embedded_shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.embedded(tmp_path, lease=LOAD.lease)
    yield shop
    shop.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Distributed]:
    """Servers of its own: those of the machine are not for breaking."""
    try:
        with running(Postgres) as postgres, running(Redis) as redis:
            shop = Shop(tmp_path, postgres.url, redis.url, lease=LOAD.lease)
            shop.start_reconciler()
            yield Distributed(shop, postgres, redis, LOAD)
            shop.close()
    except UnavailableError as reason:
        pytest.skip(f"no servers: {reason}")


@pytest.mark.parametrize("fault", [scenarios.embedded_worker_killed, scenarios.embedded_paused])
def test_the_embedded_profile_loses_nothing(
    embedded_shop: Shop, fault: Callable[[Shop, Load], Ended]
) -> None:
    outcome, _seconds = fault(embedded_shop, LOAD)

    assert outcome.is_clean, outcome
    assert outcome.reruns > 0, "the fault hit no job"
    assert outcome.failed == 0


@pytest.mark.server
@pytest.mark.parametrize("fault", [scenarios.child_killed, scenarios.postgresql_restarted])
def test_work_in_hand_is_done_again(
    place: Distributed, fault: Callable[[Distributed], Ended]
) -> None:
    outcome, _seconds = fault(place)

    assert outcome.is_clean, outcome
    assert outcome.reruns > 0, "the fault hit no job"
    assert outcome.failed == 0


@pytest.mark.server
@pytest.mark.parametrize("fault", [scenarios.redis_restarted, scenarios.two_schedulers])
def test_lost_and_double_messages_change_nothing(
    place: Distributed, fault: Callable[[Distributed], Ended]
) -> None:
    outcome, _seconds = fault(place)

    assert outcome.is_clean, outcome
    assert (outcome.jobs, outcome.failed) == (LOAD.jobs, 0)


@pytest.mark.server
def test_a_job_that_kills_its_worker_fails_after_four_attempts(place: Distributed) -> None:
    outcome, _seconds = scenarios.poison(place)

    assert outcome.is_clean, outcome
    assert (outcome.failed, outcome.reruns) == (1, 3)
