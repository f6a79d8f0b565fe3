"""Lists that are the same for every visitor, as bytes: only the id is new on each request.

Kept per process, at most ``MOST_KEPT``, and good as long as the versions, rules, stock and
experiments they were made by are those in force; after ``GOOD_FOR_SECONDS`` a list is made anew
all the same, so that prices follow.
"""

import json
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from recommendations import shelf
from recommendations.api.serializers import as_reply, new_id, without_id
from recommendations.experiments.running import running
from recommendations.experiments.serving import Served
from recommendations.memory import remembered
from recommendations.models import PlacementRule, RecommenderVersion

GOOD_FOR_SECONDS = 30.0
MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Ready:
    """A list with everything but its id; ``edition`` and ``made_at`` say how long it is good."""

    edition: int
    made_at: float
    served: Served
    tail: bytes

    def is_good(self) -> bool:
        return self.edition == edition() and time.monotonic() - self.made_at < GOOD_FOR_SECONDS


_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_kept: dict[Hashable, Ready] = {}
_editions: list[tuple[object, int]] = [(None, 0)]


def body(served: Served) -> bytes:
    """A reply as JSON."""
    return dumped(as_reply(served))


def dumped(reply: object) -> bytes:
    return _encoder.encode(reply).encode()


def kept_body(key: Hashable, make: Callable[[], Served]) -> bytes:
    """The reply under a key with an id of its own; made where it is not at hand or not good."""
    ready = _kept.get(key)
    if ready is None or not ready.is_good():
        served = make()
        ready = Ready(edition(), time.monotonic(), served, dumped(without_id(served))[1:])
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = ready
    return b'{"recommendation_id":"%s",%s' % (new_id(ready.served).encode(), ready.tail)


@remembered()
def edition() -> int:
    """A number that changes when versions, rules, stock or experiments do."""
    facts = (
        [shelf.live(placement) for placement in RecommenderVersion.Placement],
        [shelf.rules_at(place) for place in PlacementRule.Place],
        shelf.out_of_stock(),
        {place: trial.pk for place, trial in running().items()},
    )
    before, number = _editions[-1]
    if facts != before:
        _editions[:] = [(facts, number + 1)]
    return _editions[-1][1]
