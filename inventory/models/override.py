"""Where staff know better than the forecast, and whether they did."""

from decimal import Decimal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product


class OverrideQuerySet(models.QuerySet["ForecastOverride"]):
    def standing(self) -> "OverrideQuerySet":
        """Keep those not withdrawn or replaced."""
        return self.filter(withdrawn_at=None)


class ForecastOverride(models.Model):
    """What staff expect of a product or a category on some days, beside what was computed.

    A row is written once; to change it is to withdraw it and write another that replaces it.
    ``baseline`` keeps what the forecast said for each of the days when the override was made.
    """

    class Mode(models.TextChoices):
        FIXED = "fixed", _("units over all these days")
        RELATIVE = "relative", _("percent more or less")

    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="forecast_overrides",
        verbose_name=_("product"),
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="forecast_overrides",
        verbose_name=_("category"),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    mode = models.CharField(_("kind of change"), max_length=10, choices=Mode, default=Mode.RELATIVE)
    value = models.DecimalField(
        _("value"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Units in all, or percent: 20 is a fifth more, −30 takes off 30 %."),
    )
    comment = models.CharField(
        _("comment"), max_length=500, help_text=_("What you know that the forecast does not.")
    )
    baseline = models.JSONField(_("computed forecast"), encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("created"))
    created_by = models.CharField(_("created by"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("forecast override")
        verbose_name_plural = _("forecast overrides")
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=True, category__isnull=False)
                | Q(product__isnull=False, category__isnull=True),
                name="override_of_a_product_or_a_category",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="override_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(mode="fixed", value__gte=0) | Q(mode="relative", value__gte=-100),
                name="override_never_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.starts_on} – {self.ends_on}"

    @property
    def subject(self) -> Product | Category:
        """The product or category meant."""
        found = self.product or self.category
        if found is None:  # the database refuses such a row
            raise ValueError("an override is of a product or of a category")
        return found

    @property
    def baseline_units(self) -> float:
        """What the forecast said for all the days together when the override was made."""
        return float(sum(self.baseline["daily"]))

    @property
    def units(self) -> float:
        """What staff said for all the days together."""
        if self.mode == self.Mode.FIXED:
            return float(self.value)
        return self.baseline_units * (1 + float(self.value) / 100)

    @property
    def factor(self) -> float:
        """What a relative override multiplies by."""
        return float(1 + Decimal(self.value) / 100)
