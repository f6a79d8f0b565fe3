"""Purchase orders: what was asked of suppliers, when it was promised, what was given up."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Location, Product, Supplier

if TYPE_CHECKING:
    from inventory.models.receipts import PurchaseReceiptLine


FARTHEST = timedelta(days=3650)
NO_SUCH_DAY = _("That is before the order was made, or ten years after it; check the day.")


class PurchaseOrder(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        PARTLY = "partly", _("partly received")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="purchase_orders",
        verbose_name=_("supplier"),
        help_text=_("Empty: not known yet; choose one before sending."),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deliver to"),
        help_text=_("Empty: the default location."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_on = models.DateField(_("created on"))
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    created_by = models.CharField(
        _("created by"), max_length=150, help_text=_("The user, the API key or the rule.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )

    class Meta:
        ordering = ["-created_on", "-pk"]
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("supplier", 0),
                condition=models.Q(state="draft"),
                name="one_draft_per_supplier",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.supplier or '–'}"

    def clean(self) -> None:
        """Refuse a day no delivery comes on."""
        if self.expected_on and not self.may_come_on(self.expected_on):
            raise ValidationError({"expected_on": NO_SUCH_DAY})

    def may_come_on(self, day: date) -> bool:
        """Whether a delivery may be expected on a day: from the day of the order, for ten years."""
        return self.created_on <= day <= self.created_on + FARTHEST

    @property
    def total(self) -> Decimal:
        """What the order costs, in the shop's currency."""
        return sum((line.total for line in self.lines.all()), Decimal())


class PurchaseOrderLine(models.Model):
    order = models.ForeignKey(
        PurchaseOrder, models.CASCADE, related_name="lines", verbose_name=_("purchase order")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="purchase_lines", verbose_name=_("product")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    cancelled = models.PositiveIntegerField(
        _("given up"), default=0, help_text=_("Units that will not be delivered any more.")
    )
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)
    created_on = models.DateField(_("created on"))
    suggestion = models.ForeignKey(
        "suggestions.Suggestion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggestion"),
    )

    if TYPE_CHECKING:
        receipt_lines: "models.QuerySet[PurchaseReceiptLine]"

    class Meta:
        ordering = ["order_id", "pk"]
        verbose_name = _("line of a purchase order")
        verbose_name_plural = _("lines of purchase orders")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "product"], name="one_line_per_order_and_product"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="ordered_quantity_above_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled__lte=models.F("quantity")),
                name="given_up_within_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} × {self.quantity}"

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_cost

    @property
    def received(self) -> int:
        """Units that came in so far; prefetch ``receipt_lines`` for many lines."""
        return sum(part.units for part in self.receipt_lines.all())

    @property
    def outstanding(self) -> int:
        """Units still to come; none where more came than was ordered."""
        return max(self.quantity - self.cancelled - self.received, 0)


class ExpectedChange(models.Model):
    """The day an order was expected on, each time it changed, and who said so."""

    order = models.ForeignKey(
        PurchaseOrder,
        models.CASCADE,
        related_name="expected_changes",
        verbose_name=_("purchase order"),
    )
    previous = models.DateField(_("expected before"), null=True, blank=True)
    expected_on = models.DateField(_("expected on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("change of the expected day")
        verbose_name_plural = _("changes of expected days")

    def __str__(self) -> str:
        return f"{self.previous} → {self.expected_on}"
