"""Who delivers what, how fast, in what quantities and at what price; and what did arrive, when."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class Supplier(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")

    def __str__(self) -> str:
        return self.name


class SupplierItem(models.Model):
    """A product as one supplier delivers it."""

    supplier = models.ForeignKey(
        Supplier, models.CASCADE, related_name="items", verbose_name=_("supplier")
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="supplier_items", verbose_name=_("product")
    )
    lead_days = models.PositiveSmallIntegerField(
        _("lead time in days"),
        help_text=_("As the supplier promises it; what past orders took counts for more."),
    )
    minimum_quantity = models.PositiveIntegerField(
        _("minimum order quantity"), default=1, help_text=_("MOQ: the least one may order.")
    )
    pack_size = models.PositiveIntegerField(
        _("pack size"), default=1, help_text=_("Orders are multiples of this.")
    )
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["product_id", "supplier_id"]
        verbose_name = _("supplier's product")
        verbose_name_plural = _("suppliers' products")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "product"], name="one_row_per_supplier_and_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.product_id}"


class PriceBreak(models.Model):
    """From so many units in one order on, each unit costs this (all units, not the rest only)."""

    item = models.ForeignKey(
        SupplierItem, models.CASCADE, related_name="price_breaks", verbose_name=_("product")
    )
    from_units = models.PositiveIntegerField(_("from units"), validators=[MinValueValidator(2)])
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        ordering = ["item_id", "from_units"]
        verbose_name = _("price break")
        verbose_name_plural = _("price breaks")
        constraints = [
            models.UniqueConstraint(fields=["item", "from_units"], name="one_price_per_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.from_units}: {self.cost}"


class OrderBudget(models.Model):
    """The most to spend on orders; the row without a supplier is for all of them together."""

    supplier = models.OneToOneField(
        Supplier,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budget",
        verbose_name=_("supplier"),
        help_text=_("Empty: for the whole shop."),
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("In the shop's currency."),
    )
    days = models.PositiveSmallIntegerField(
        _("for so many days"), default=30, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("order budget")
        verbose_name_plural = _("order budgets")
        constraints = [
            models.UniqueConstraint(Coalesce("supplier", 0), name="one_budget_per_supplier"),
        ]

    def __str__(self) -> str:
        return str(self.supplier) if self.supplier_id else str(_("the whole shop"))


class Delivery(models.Model):
    """Goods that came in on an order: what lead times are learned from."""

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="deliveries", verbose_name=_("supplier")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="deliveries", verbose_name=_("product")
    )
    ordered_on = models.DateField(_("ordered on"))
    received_on = models.DateField(_("received on"))
    units = models.PositiveIntegerField(_("units"))
    key = models.CharField(_("key"), max_length=160, unique=True)

    class Meta:
        ordering = ["-received_on", "-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["supplier", "product"], name="delivery_supplier_product"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received_on__gte=models.F("ordered_on")),
                name="delivered_after_it_was_ordered",
            ),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="delivered_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} × {self.units}"
