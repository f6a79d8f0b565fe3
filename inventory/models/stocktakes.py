"""Counting a location: what the ledger expected, what was found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Location, Product


class Stocktake(models.Model):
    """One round through a location; the same ``key`` is posted once."""

    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("location")
    )
    counted_at = models.DateTimeField(_("counted at"))
    key = models.CharField(_("key"), max_length=120, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        ordering = ["-counted_at", "-pk"]
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")

    def __str__(self) -> str:
        return f"#{self.pk} {self.location}"


class StocktakeLine(models.Model):
    """``expected`` is empty where the product had never been counted here."""

    stocktake = models.ForeignKey(
        Stocktake, models.CASCADE, related_name="lines", verbose_name=_("stocktake")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product")
    )
    expected = models.IntegerField(_("expected"), null=True)
    counted = models.PositiveIntegerField(_("counted"))

    class Meta:
        ordering = ["stocktake_id", "pk"]
        verbose_name = _("line of a stocktake")
        verbose_name_plural = _("lines of stocktakes")
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "product"], name="one_line_per_stocktake_and_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.counted}"

    @property
    def difference(self) -> int:
        """What was found beyond what was expected; below zero where something is missing."""
        return self.counted - (self.expected or 0)
