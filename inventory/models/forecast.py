"""Forecasts of demand: one version per job, one row per product."""

from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product
from jobs.models import Job


class ForecastQuerySet(models.QuerySet["DemandForecast"]):
    def live(self, *, as_of: date | None = None) -> "DemandForecast | None":
        """Return the newest version, or the newest that knew nothing after ``as_of``."""
        known = self if as_of is None else self.filter(as_of__lte=as_of)
        return known.order_by("-as_of", "-pk").first()


class DemandForecast(models.Model):
    """A version: what one job expected of all products. Written whole when the job is done."""

    job = models.OneToOneField(
        Job, models.CASCADE, related_name="demand_forecast", verbose_name=_("computed by")
    )
    as_of = models.DateField(_("as of"), help_text=_("The first day that is forecast."))
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"))
    method = models.CharField(_("method"), max_length=80)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name = _("demand forecast")
        verbose_name_plural = _("demand forecasts")

    def __str__(self) -> str:
        return f"{self.as_of} ({self.method})"


class ProductForecast(models.Model):
    """Expected demand of one product.

    ``daily`` holds the fan of the chart: lists ``mean``, ``q10``, ``q50``, ``q90`` in units per
    day from ``forecast.as_of`` on. The protection period is lead time plus review: what is
    ordered today must last that long. Quantiles of both sums follow from mean and variance.
    ``stock_class`` (ABC/XYZ) and ``demand_class`` are kept from night to night unless clearly left.
    ``planned`` holds the same figures with staff's overrides laid over them, None where there
    are none: what orders go by.
    """

    class Standing(models.TextChoices):
        SEASONED = "seasoned", _("sells")
        NEW = "new", _("new: forecast from similar products")
        DEAD = "dead", _("no longer sells")

    forecast = models.ForeignKey(
        DemandForecast, models.CASCADE, related_name="products", verbose_name=_("forecast")
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="demand_forecasts", verbose_name=_("product")
    )
    method = models.CharField(_("method"), max_length=40, blank=True)
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing, default=Standing.SEASONED
    )
    stock_class = models.CharField(_("ABC/XYZ class"), max_length=2, blank=True)
    demand_class = models.CharField(_("class of demand"), max_length=12, blank=True)
    daily = models.JSONField(_("daily demand"), encoder=DjangoJSONEncoder)
    planned = models.JSONField(
        _("planned demand"), encoder=DjangoJSONEncoder, null=True, blank=True
    )
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"))
    lead_mean = models.FloatField(
        _("demand until a delivery"), help_text=_("Lead time and one day: the run is nightly.")
    )
    lead_variance = models.FloatField(_("variance of demand until a delivery"))
    protection_days = models.PositiveSmallIntegerField(_("days an order must last"))
    protection_mean = models.FloatField(_("demand an order must last for"))
    protection_variance = models.FloatField(_("variance of demand an order must last for"))
    protection_q10 = models.FloatField(_("demand an order must last for, low"))
    protection_q50 = models.FloatField(_("demand an order must last for, middle"))
    protection_q90 = models.FloatField(_("demand an order must last for, high"))

    class Meta:
        ordering = ["forecast_id", "product_id"]
        verbose_name = _("product's forecast")
        verbose_name_plural = _("products' forecasts")
        constraints = [
            models.UniqueConstraint(
                fields=["forecast", "product"], name="one_forecast_per_product_and_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.protection_mean:.1f} / {self.protection_days}"


class TotalForecast(models.Model):
    """Expected demand of a category with all below it, or of the shop: its products' sums.

    ``daily`` lists ``mean`` in units per day from ``forecast.as_of`` on.
    """

    forecast = models.ForeignKey(
        DemandForecast, models.CASCADE, related_name="totals", verbose_name=_("forecast")
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="demand_forecasts",
        verbose_name=_("category"),
        help_text=_("Empty: the whole shop."),
    )
    daily = models.JSONField(_("daily demand"), encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["forecast_id", "category_id"]
        verbose_name = _("category's forecast")
        verbose_name_plural = _("categories' forecasts")
        constraints = [
            models.UniqueConstraint(
                "forecast",
                models.functions.Coalesce("category", 0),
                name="one_total_per_category_and_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id or '*'}: {sum(self.daily['mean']):.1f}"
