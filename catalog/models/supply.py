"""Who delivers what, how fast, and in what quantities."""

from django.db import models
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
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"))
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
