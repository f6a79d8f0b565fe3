"""What a web process keeps at hand for a few seconds before it asks the database again."""

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import TypeVar

_Found = TypeVar("_Found")
REMEMBER_SECONDS = 5.0
_forgetting: list[Callable[[], None]] = []


def remembered(times: int = 1) -> Callable[[Callable[[], _Found]], Callable[[], _Found]]:
    """Decorate a function without arguments: its result is good for so many times five seconds.

    One thread asks anew; the others go on with what was known, and wait only where nothing was.
    """

    def decorate(read: Callable[[], _Found]) -> Callable[[], _Found]:
        kept: list[tuple[float, _Found]] = []
        asking = Lock()

        @wraps(read)
        def at_hand() -> _Found:
            known = next(iter(kept), None)
            if known is not None and time.monotonic() < known[0]:
                return known[1]
            if not asking.acquire(blocking=known is None):
                return known[1]  # type: ignore[index]
            try:
                newer = next(iter(kept), None)
                if newer is not known and newer is not None:
                    return newer[1]
                found = read()
                kept[:] = [(time.monotonic() + times * REMEMBER_SECONDS, found)]
                return found
            finally:
                asking.release()

        on_forget(kept.clear)
        return at_hand

    return decorate


def on_forget(clear: Callable[[], None]) -> None:
    """Have something of one's own cleared with all the rest."""
    _forgetting.append(clear)


def forget() -> None:
    """Ask for everything anew."""
    for clear in _forgetting:
        clear()
