"""Rate limits that cost the same at any rate: two counters per key, not a list of times.

DRF's throttle keeps the time of every request of the last minute and reads and writes them all on
each request: at 6,000 requests a minute that alone takes longer than most answers.
"""

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


@lru_cache(maxsize=32)
def parsed(rate: str) -> tuple[int, int]:
    """Requests and seconds of ``6000/min``."""
    number, period = rate.split("/")
    return int(number), {"s": 1, "m": 60, "h": 3600, "d": 86_400}[period[0]]


def _counted(key: str, seconds: int) -> int:
    """How many requests came before this one, which counts from now on."""
    try:
        return int(cache.incr(key)) - 1
    except ValueError:  # the first one, or one of several at once
        return 0 if cache.add(key, 1, timeout=seconds) else int(cache.incr(key)) - 1


class ScopedRate(BaseThrottle):
    """At most the view's rate per key, by a sliding window.

    The requests of the last period are those of the current one and, of the one before, the part
    that is still inside, taken as evenly spread. Counted in the cache that all processes share; a
    refused request does not count.
    """

    now = staticmethod(time.time)

    def __init__(self) -> None:
        self.seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        scope = getattr(view, ScopedRateThrottle.scope_attr, None)
        rate = api_settings.DEFAULT_THROTTLE_RATES.get(scope) if scope else None
        if not rate:
            return True
        most, period = parsed(rate)
        window, inside = divmod(self.now(), period)
        who = getattr(request.user, "pk", None) or self.get_ident(request)
        key = f"rate:{scope}:{who}:"
        before = cache.get(f"{key}{int(window) - 1}", 0) * (1 - inside / period)
        if before + _counted(f"{key}{int(window)}", 2 * period) < most:
            return True
        cache.decr(f"{key}{int(window)}")
        self.seconds = period - inside + 1
        return False

    def wait(self) -> float:
        """Seconds after which there is room again at the latest: just into the next period."""
        return self.seconds
