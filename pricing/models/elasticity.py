"""Estimates of how demand answers to price."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from jobs.models import Job


class Elasticity(models.Model):
    """By how many per cent demand changes when the price rises by one per cent."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="elasticities", verbose_name=_("product")
    )
    job = models.ForeignKey(
        Job, models.CASCADE, related_name="elasticities", verbose_name=_("computed by")
    )
    as_of = models.DateField(_("as of"))
    value = models.FloatField(_("elasticity"))
    low = models.FloatField(_("low"), help_text=_("Interval at 95 %."))
    high = models.FloatField(_("high"), help_text=_("Interval at 95 %."))
    observations = models.PositiveSmallIntegerField(_("weeks looked at"))
    own_weight = models.FloatField(
        _("share of its own evidence"),
        help_text=_("0: taken from similar products; 1: all from this product's own prices."),
    )

    class Meta:
        ordering = ["-as_of", "-job_id", "product_id"]
        verbose_name = _("price elasticity")
        verbose_name_plural = _("price elasticities")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "product"], name="one_elasticity_per_product_and_job"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.value:.2f}"
