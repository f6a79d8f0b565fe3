"""Purchase orders: what was asked of suppliers and what has come."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Supplier


class PurchaseOrder(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
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
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_on = models.DateField(_("created on"))
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.product_id} × {self.quantity}"

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_cost
