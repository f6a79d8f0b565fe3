"""Lists leave before sessions, forms, logins and messages are thought of: the API has none.

Stands behind the headers every reply gets, and before all that only pages need. What the short way
cannot answer (``recommendations.api.quick``) goes on as if this were not here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation
from django.utils.cache import patch_vary_headers

PLACE = "/api/v1/"
PREFIX = f"{PLACE}recommendations/"
ADDRESSES_AT_HAND = 4096
LONGEST_WAIT_SECONDS = 0.05
_turn = Lock()


@contextmanager
def in_turn() -> Iterator[None]:
    """Lists of a process are made one after the other.

    Making one is a fraction of a millisecond of arithmetic, in a dozen steps that each let go of
    the interpreter's lock. Threads that do so at once tear it from each other: with four of them
    a list took twice as long, and an unlucky one waited for half a second. Behind a list that
    itself waits, for the database, nobody waits longer than ``LONGEST_WAIT_SECONDS``.
    """
    is_ours = _turn.acquire(timeout=LONGEST_WAIT_SECONDS)
    try:
        yield
    finally:
        if is_ours:
            _turn.release()


class ShortcutMiddleware:
    """Answers ordinary requests for lists by their view's ``quick``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        lists = URLResolver(RegexPattern(f"^{PLACE}"), "recommendations.api.urls")
        self.resolve = lru_cache(ADDRESSES_AT_HAND)(lists.resolve)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX) or "HTTP_IDEMPOTENCY_KEY" in request.META:
            return self.get_response(request)
        try:
            view, _nothing, address = self.resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language), in_turn():
            reply: HttpResponseBase | None = view.quick(request, address)
        if reply is None:
            return self.get_response(request)
        reply.headers["Content-Language"] = language
        patch_vary_headers(reply, ("Accept-Language",))
        return reply
