"""What came in on purchase orders, delivery by delivery."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Location
from inventory.models.orders import PurchaseOrder, PurchaseOrderLine


class PurchaseReceipt(models.Model):
    """One delivery; the same ``key`` is received once, however often it is sent."""

    order = models.ForeignKey(
        PurchaseOrder, models.PROTECT, related_name="receipts", verbose_name=_("purchase order")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("location")
    )
    key = models.CharField(
        _("delivery note"), max_length=120, unique=True, help_text=_("Tells deliveries apart.")
    )
    received_at = models.DateTimeField(_("received at"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.key


class PurchaseReceiptLine(models.Model):
    receipt = models.ForeignKey(
        PurchaseReceipt, models.CASCADE, related_name="lines", verbose_name=_("receipt")
    )
    line = models.ForeignKey(
        PurchaseOrderLine,
        models.PROTECT,
        related_name="receipt_lines",
        verbose_name=_("line of a purchase order"),
    )
    units = models.PositiveIntegerField(_("units"))

    class Meta:
        ordering = ["receipt_id", "line_id"]
        verbose_name = _("line of a receipt")
        verbose_name_plural = _("lines of receipts")
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="one_line_per_receipt"),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="received_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.units}"
