"""Prices seen at competitors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class CompetitorOffer(models.Model):
    """What a competitor asked for the same product when somebody looked."""

    competitor = models.CharField(_("competitor"), max_length=120)
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="competitor_offers", verbose_name=_("product")
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    seen_at = models.DateTimeField(_("seen at"))
    url = models.URLField(_("page"), max_length=500, blank=True)

    class Meta:
        ordering = ["-seen_at", "-pk"]
        verbose_name = _("competitor's offer")
        verbose_name_plural = _("competitors' offers")
        constraints = [
            models.UniqueConstraint(
                fields=["competitor", "product", "seen_at"],
                name="one_offer_per_competitor_product_and_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competitor}: {self.price}"
