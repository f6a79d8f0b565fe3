"""API keys with scopes: ``Authorization: Api-Key …``."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework_api_key.permissions import KeyParser

from config.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

REMEMBER_SECONDS = 10
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Client:
    """Whoever holds a valid key; stands where Django expects a user."""

    pk: str
    name: str
    scopes: frozenset[str]
    expires: datetime | None
    is_authenticated: bool = True

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=1024)
def _client_of(key: str, _moment: int) -> Client | None:
    try:
        found = cast("ApiKey", ApiKey.objects.get_from_key(key))
    except ApiKey.DoesNotExist:
        return None
    return Client(found.prefix, found.name, frozenset(found.scopes), found.expiry_date)


def client_of(key: str) -> Client | None:
    """The holder of a key, remembered for a few seconds: checking a hash is not free.

    A revoked key therefore stops working within ``REMEMBER_SECONDS``.
    """
    client = _client_of(key, int(time.monotonic() / REMEMBER_SECONDS))
    if client is None or (client.expires and client.expires < timezone.now()):
        return None
    return client


def forget_clients() -> None:
    """Read every key anew, at once."""
    _client_of.cache_clear()


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the client by the key in the Authorization header."""

    def authenticate(self, request: Request) -> tuple[Client, Client] | None:
        key = KeyParser().get(request)
        if not key:
            return None
        client = client_of(key)
        if client is None:
            raise AuthenticationFailed(_("This API key is unknown, revoked or expired."))
        return client, client

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class HasScope(BasePermission):
    """A view names what it needs: ``required_scope``, or ``write_scope`` for unsafe methods."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, Client):
            return False
        needed = getattr(view, "required_scope", "read")
        if request.method not in SAFE_METHODS:
            needed = getattr(view, "write_scope", needed)
        if needed in request.auth.scopes:
            return True
        self.message = _("This key lacks the scope “%(scope)s”.") % {"scope": needed}
        return False
