"""What a web process keeps at hand for a few seconds before it asks the database again."""

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Found = TypeVar("_Found")
REMEMBER_SECONDS = 5.0
_forgetting: list[Callable[[], None]] = []


def remembered(read: Callable[[], _Found]) -> Callable[[], _Found]:
    """Decorate a function without arguments: its result is good for ``REMEMBER_SECONDS``."""

    @lru_cache(maxsize=1)
    def at(_moment: int) -> _Found:
        return read()

    @wraps(read)
    def at_hand() -> _Found:
        return at(int(time.monotonic() / REMEMBER_SECONDS))

    on_forget(at.cache_clear)
    return at_hand


def on_forget(clear: Callable[[], None]) -> None:
    """Have something of one's own cleared with all the rest."""
    _forgetting.append(clear)


def forget() -> None:
    """Ask for everything anew."""
    for clear in _forgetting:
        clear()
