"""What files don't tell, stated openly so that the merchant can correct it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Category


class Assumption(models.Model):
    """Values used where a fact is missing; the row without a category is the shop's default."""

    category = models.OneToOneField(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="assumption",
        verbose_name=_("category"),
        help_text=_("Empty: for every category without a row of its own."),
    )
    cost_share = models.DecimalField(
        _("cost as a share of price"),
        max_digits=4,
        decimal_places=3,
        default="0.600",
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("Used for products whose cost is unknown."),
    )
    lead_days = models.PositiveSmallIntegerField(
        _("lead time in days"),
        default=14,
        help_text=_("From placing an order to its arrival, where no supplier says otherwise."),
    )
    lead_days_sd = models.DecimalField(
        _("spread of the lead time in days"),
        max_digits=5,
        decimal_places=2,
        default="3.00",
        help_text=_("Standard deviation: how far arrivals stray from the lead time."),
    )
    stock_days = models.PositiveSmallIntegerField(
        _("stock on hand in days of sales"),
        default=14,
        help_text=_("Used for products whose stock was never counted."),
    )

    class Meta:
        verbose_name = _("assumption")
        verbose_name_plural = _("assumptions")
        constraints = [
            models.UniqueConstraint(Coalesce("category", 0), name="one_assumption_per_category"),
        ]

    def __str__(self) -> str:
        return str(self.category) if self.category_id else str(_("every other category"))
