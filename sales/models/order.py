"""Orders and their lines; a return is a line with a negative quantity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from sales.models.customer import Customer


class Order(models.Model):
    class Status(models.TextChoices):
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled before delivery")
        RETURN = "return", _("return")

    number = models.CharField(_("order number"), max_length=64, unique=True)
    placed_at = models.DateTimeField(_("placed at"))
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
        help_text=_("Empty: a guest."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PAID)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)

    class Meta:
        ordering = ["-placed_at", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [models.Index(fields=["placed_at"], name="order_placed_at")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product in an order.

    ``day`` repeats the order's day in the shop's time zone, so that daily sums need no join.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    position = models.PositiveIntegerField(_("line"))
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="order_lines", verbose_name=_("product")
    )
    day = models.DateField(_("day"))
    quantity = models.IntegerField(_("quantity"), help_text=_("Negative: returned."))
    unit_price = models.DecimalField(
        _("unit price"),
        max_digits=14,
        decimal_places=4,
        help_text=_("What one unit was sold for, discounts taken off."),
    )
    discount = models.DecimalField(
        _("discount per unit"), max_digits=14, decimal_places=4, default=0
    )
    returns = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="returned_by",
        verbose_name=_("returns the sale"),
    )

    class Meta:
        ordering = ["order_id", "position"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="one_line_per_order_and_position"
            ),
        ]
        indexes = [models.Index(fields=["product", "day"], name="line_product_day")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
