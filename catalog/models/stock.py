"""Stock as it was counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class Location(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name or self.code


class StockCount(models.Model):
    """How many units lay at a location when somebody, or a system, counted them."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="stock_counts", verbose_name=_("product")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("location")
    )
    on_hand = models.IntegerField(_("units on hand"))
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        ordering = ["-counted_at", "-pk"]
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location", "counted_at"],
                name="one_count_per_product_place_and_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.on_hand}"
