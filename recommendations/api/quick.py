"""The short way to a list: the key, the limit and the parameters are checked without DRF's request.

What is unusual (a wrong parameter, no key, the limit reached) takes DRF's way, which says what is
wrong; both ways ask the same classes for key, scope and limit, and make the same list. Measured,
DRF's request, negotiation and serializers took longer than the list.
"""

import json
from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.views import APIView

from recommendations.api.serializers import (
    LONGEST_CATEGORY,
    LONGEST_CODE,
    MOST,
    MOST_SKUS,
    Asked,
)
from recommendations.selectors import Filters

FLAGS: dict[object, bool] = {"1": True, "true": True, "0": False, "false": False, 1: True, 0: False}
JSON = "application/json"


class UnusualError(Exception):
    """A request that DRF shall look at."""


class QuickView(APIView):
    """Answers ordinary requests by ``quick_body``; all others as ``APIView`` does."""

    quick_method = "GET"

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        thorough = super().as_view(**initkwargs)
        gate = cls(**initkwargs)

        def quick(request: HttpRequest, address: Mapping[str, str]) -> HttpResponse | None:
            if getattr(request, "is_unusual", False):
                return None
            try:
                return HttpResponse(gate.answered(request, address), content_type=JSON)
            except UnusualError:
                request.is_unusual = True  # type: ignore[attr-defined]
                return None

        @wraps(thorough)
        def view(request: HttpRequest, **address: str) -> HttpResponseBase:
            return quick(request, address) or thorough(request, **address)

        view.quick = quick  # type: ignore[attr-defined]
        return view

    def answered(self, request: HttpRequest, address: Mapping[str, str]) -> bytes:
        """The reply to an ordinary request; UnusualError for any other."""
        if request.method != self.quick_method or not _takes_json(request):
            raise UnusualError
        self._let_in(request)
        given = request.GET if self.quick_method == "GET" else _json_of(request)
        asked = self.quick_asked(given)
        if not all(limit().allow_request(request, self) for limit in self.throttle_classes):  # type: ignore[arg-type]
            raise UnusualError
        return self.quick_body(asked, address)

    def _let_in(self, request: HttpRequest) -> None:
        """By the same classes DRF would ask; they look at method, headers and client only."""
        for authenticator in self.get_authenticators():
            try:
                found = authenticator.authenticate(request)  # type: ignore[arg-type]
            except APIException as error:
                raise UnusualError from error
            if found is not None:
                request.user, request.auth = found  # type: ignore[attr-defined]
                break
        else:
            raise UnusualError
        if not all(one.has_permission(request, self) for one in self.get_permissions()):  # type: ignore[arg-type]
            raise UnusualError

    def quick_asked(self, given: Mapping[str, Any]) -> Asked:
        """The parameters; ``exclude_seen``, ``skus`` and ``exclude`` where the list takes them.

        A price band is rare, and left to DRF.
        """
        if "price_min" in given or "price_max" in given:
            raise UnusualError
        return Asked(
            n=_whole(given.get("n", "10")),
            filters=Filters(
                category=_text(given.get("category", ""), LONGEST_CATEGORY),
                in_stock=flag(given.get("in_stock", "1")),
                personalized=flag(given.get("personalized", "1")),
                **self.quick_filters(given),
            ),
            visitor=_text(given.get("visitor", ""), LONGEST_CODE),
            skus=(),
        )

    def quick_filters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """More filters of a list."""
        return {}

    def quick_body(self, asked: Asked, address: Mapping[str, str]) -> bytes:
        raise NotImplementedError


def _takes_json(request: HttpRequest) -> bool:
    accepts = request.META.get("HTTP_ACCEPT", "*/*")
    return "*/*" in accepts or JSON in accepts


def _json_of(request: HttpRequest) -> dict[str, Any]:
    """The body as an object with the parameters of a visit."""
    if request.content_type != JSON:
        raise UnusualError
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig, UnreadablePostError) as error:
        raise UnusualError from error
    if not isinstance(given, dict):
        raise UnusualError
    return given


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 3:
        value = int(value)
    if type(value) is not int or not 1 <= value <= MOST:
        raise UnusualError
    return value


def flag(value: object) -> bool:
    """A truth value in one of its plain spellings."""
    if not isinstance(value, str | int) or value not in FLAGS:
        raise UnusualError
    return FLAGS[value]


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or value != value.strip():
        raise UnusualError
    if not value.isprintable():
        raise UnusualError
    return value


def codes(value: object) -> list[str]:
    """A list of SKUs."""
    if not isinstance(value, list) or len(value) > MOST_SKUS:
        raise UnusualError
    if not all(_text(sku, LONGEST_CODE) for sku in value):  # none of them is empty
        raise UnusualError
    return value
