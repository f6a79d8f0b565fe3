"""Keys of the API, and the replies kept so that a repeated request is not done twice."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager


class Scope(models.TextChoices):
    READ = "read", _("read everything")
    EVENTS = "events", _("send events")
    WRITE = "write", _("send products, customers and orders")
    STOCK = "stock", _("send stock and receipts")
    DECIDE = "decide", _("approve and reject suggestions")


def no_scopes() -> list[str]:
    return [Scope.READ]


class ApiKey(AbstractAPIKey):
    """A storefront's or a script's key; only its hash is kept."""

    objects: ClassVar[APIKeyManager] = APIKeyManager()

    scopes = models.JSONField(
        _("may"), default=no_scopes, help_text=_("What holders of the key may do.")
    )

    class Meta(AbstractAPIKey.Meta):
        verbose_name = _("API key")  # type: ignore[assignment]
        verbose_name_plural = _("API keys")  # type: ignore[assignment]


class KeptReply(models.Model):
    """The reply to a POST that carried an Idempotency-Key; empty while it is being worked on."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    request_hash = models.CharField(_("hash of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.BinaryField(_("reply"), default=b"")
    content_type = models.CharField(_("content type"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("kept reply")
        verbose_name_plural = _("kept replies")

    def __str__(self) -> str:
        return self.key
