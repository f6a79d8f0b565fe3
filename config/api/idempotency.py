"""``Idempotency-Key``: a POST repeated after a lost reply gets the first reply again."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from config.api.problems import problem
from config.models import KeptReply

KEPT_FOR = timedelta(hours=24)
WORKED_ON_FOR = timedelta(minutes=5)  # a process that died in mid-request never answers


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


class IdempotencyMiddleware:
    """Keeps the replies to POSTs below ``/api/`` that carry the header, for a day."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        header = request.headers.get("Idempotency-Key")
        if not header or request.method != "POST" or not request.path.startswith("/api/"):
            return self.get_response(request)
        holder = request.headers.get("Authorization", "").encode()
        key = _digest(holder, request.path.encode(), header.encode())
        try:
            request_hash = _digest(request.body)
        except RequestDataTooBig:
            return self.get_response(request)  # the view refuses it in words
        self._forget_old()
        return self._once(request, key=key, request_hash=request_hash)

    def _forget_old(self) -> None:
        now = timezone.now()
        is_old = Q(created_at__lt=now - KEPT_FOR)
        is_dead = Q(status=None, created_at__lt=now - WORKED_ON_FOR)
        KeptReply.objects.filter(is_old | is_dead).delete()

    def _once(self, request: HttpRequest, *, key: str, request_hash: str) -> HttpResponseBase:
        try:
            with transaction.atomic():
                kept = KeptReply.objects.create(key=key, request_hash=request_hash)
        except IntegrityError:
            return self._again(request, KeptReply.objects.filter(key=key).first(), request_hash)
        try:
            response = self.get_response(request)
        except BaseException:
            kept.delete()
            raise
        if response.status_code >= 400 or not isinstance(response, HttpResponse):
            kept.delete()
            return response
        KeptReply.objects.filter(pk=kept.pk).update(
            status=response.status_code,
            body=response.content,
            content_type=response.headers.get("Content-Type", ""),
        )
        return response

    def _again(
        self, request: HttpRequest, kept: KeptReply | None, request_hash: str
    ) -> HttpResponse:
        if kept is not None and kept.request_hash != request_hash:
            detail = _("This Idempotency-Key was used for another request.")
            return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency", detail)
        if kept is None or kept.status is None:  # None: the first one has just failed
            detail = _("The first request with this key is still being worked on.")
            return problem(request, HTTPStatus.CONFLICT, "idempotency", detail)
        return HttpResponse(bytes(kept.body), kept.content_type, kept.status)
