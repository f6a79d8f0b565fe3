"""What was asked for a product, and when; rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product, in_language


class PriceChange(models.Model):
    """One entry of the price history: from ``effective_at`` on, ``price`` was asked."""

    class Source(models.TextChoices):
        IMPORT = "import", _("import")
        SALES = "sales", _("seen in sales")
        STAFF = "staff", _("staff")
        SUGGESTION = "suggestion", _("approved suggestion")
        API = "api", _("API")

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="price_changes", verbose_name=_("product")
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    previous = models.DecimalField(
        _("previous price"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    effective_at = models.DateTimeField(_("effective from"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    suggestion = models.ForeignKey(
        "suggestions.Suggestion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggestion"),
    )

    class Meta:
        ordering = ["-effective_at", "-pk"]
        verbose_name = _("price change")
        verbose_name_plural = _("price history")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "effective_at"], name="one_price_per_product_and_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.price}"


class Promotion(models.Model):
    """A product offered at a lower price for some days, planned or past."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="promotions", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["-starts_on", "product_id"]
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "starts_on"], name="one_promotion_per_product_and_day"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="promotion_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_zh)
