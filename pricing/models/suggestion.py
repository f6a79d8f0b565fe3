"""The figures behind a suggested price."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from suggestions.models import Suggestion


class PriceSuggestion(models.Model):
    """Expected units and profit are over the suggestion's ``effect_days``."""

    suggestion = models.OneToOneField(
        Suggestion,
        models.CASCADE,
        primary_key=True,
        related_name="price",
        verbose_name=_("suggestion"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="price_suggestions", verbose_name=_("product")
    )
    current_price = models.DecimalField(_("current price"), max_digits=12, decimal_places=2)
    suggested_price = models.DecimalField(_("suggested price"), max_digits=12, decimal_places=2)
    floor_price = models.DecimalField(
        _("floor price"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Cost plus the least margin; no price goes below."),
    )
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)
    cost_is_assumed = models.BooleanField(_("cost is assumed"))
    elasticity = models.FloatField(_("elasticity"))
    elasticity_low = models.FloatField(_("elasticity, low"), help_text=_("Interval at 95 %."))
    elasticity_high = models.FloatField(_("elasticity, high"), help_text=_("Interval at 95 %."))
    own_weight = models.FloatField(_("share of its own evidence"))
    units_now = models.FloatField(_("expected units at the current price"))
    units = models.FloatField(_("expected units at the suggested price"))
    units_sd = models.FloatField(_("spread of the expected units"))
    profit_now = models.DecimalField(
        _("expected profit at the current price"), max_digits=14, decimal_places=2
    )
    profit = models.DecimalField(
        _("expected profit at the suggested price"), max_digits=14, decimal_places=2
    )
    profit_low = models.DecimalField(
        _("expected profit, low"),
        max_digits=14,
        decimal_places=2,
        help_text=_("Interval of the gain at 80 %, on top of the current profit."),
    )
    profit_high = models.DecimalField(_("expected profit, high"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("price suggestion")
        verbose_name_plural = _("price suggestions")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.current_price} → {self.suggested_price}"
