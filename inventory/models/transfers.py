"""Goods on their way between two locations of the shop."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Location, Product


class Transfer(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("on its way")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    source = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("from"))
    destination = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("to")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("destination")),
                name="transfer_between_two_places",
                violation_error_message=_("Choose two different locations."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.source} → {self.destination}"


class TransferLine(models.Model):
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, related_name="lines", verbose_name=_("transfer")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="transfer_lines", verbose_name=_("product")
    )
    units = models.PositiveIntegerField(_("units"))
    received = models.PositiveIntegerField(
        _("received"), null=True, blank=True, help_text=_("Empty: not arrived yet.")
    )

    class Meta:
        ordering = ["transfer_id", "pk"]
        verbose_name = _("line of a transfer")
        verbose_name_plural = _("lines of transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "product"], name="one_line_per_transfer_and_product"
            ),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="transferred_above_zero"),
            models.CheckConstraint(
                condition=models.Q(received=None) | models.Q(received__lte=models.F("units")),
                name="arrived_within_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} × {self.units}"
