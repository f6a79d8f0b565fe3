"""Recommendation ids that say by themselves which version made a list, and when.

Nothing is written when a list is served: at hundreds of requests a second a log of every list
would cost more than making it. The id carries placement, version, what an experiment did to the
list (``experiments.tags``) and the time, and the storefront sends it back with the products it
really showed (``impression``) and those clicked; these events are the log. Lists that were fetched
but never shown leave no trace, and need none.
"""

import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

RANDOM_BITS = 74


@dataclass(frozen=True)
class Origin:
    """Where a list came from: placement, number of the version (0: no version), time, tag."""

    placement: str
    version: int
    made_at: datetime
    tag: str = ""


def new_recommendation_id(placement: str, version: int, tag: str = "") -> str:
    """``placement-version[-tag].uuid``: a UUID of version 7 (RFC 9562), so ids sort by time."""
    random = secrets.randbits(RANDOM_BITS)
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62
    head = f"{placement}-{version}-{tag}" if tag else f"{placement}-{version}"
    return f"{head}.{value | random & (1 << 62) - 1:032x}"


def read_recommendation_id(text: str) -> Origin | None:
    """What an id says; None for anything that is no id of ours."""
    head, _dot, tail = text.rpartition(".")
    placement, _dash, rest = head.partition("-")
    version, _dash, tag = rest.partition("-")
    try:
        made = uuid.UUID(hex=tail)
        milliseconds = made.int >> 80
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
        return Origin(placement, int(version), at, tag) if made.version == 7 else None
    except (ValueError, OverflowError, OSError):
        return None
