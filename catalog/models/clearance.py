"""What is to be sold off: the stock room asks, pricing answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class Clearance(models.Model):
    """So many units of a product are to be sold off by a day; the price is decided elsewhere."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="clearances", verbose_name=_("product")
    )
    units = models.PositiveIntegerField(_("units"))
    asked_on = models.DateField(_("asked on"))
    clear_by = models.DateField(_("clear by"))
    asked_by = models.CharField(_("asked by"), max_length=150)
    suggestion = models.ForeignKey(
        "suggestions.Suggestion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggestion"),
    )

    class Meta:
        ordering = ["-asked_on", "-pk"]
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "asked_on"], name="one_clearance_per_product_and_day"
            ),
            models.CheckConstraint(
                condition=models.Q(units__gt=0), name="cleared_units_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} × {self.units}"
