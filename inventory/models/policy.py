"""How much caution the merchant wants."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category


class RestockPolicy(models.Model):
    """Settings of the restock advice; the row without a category is the shop's default."""

    category = models.OneToOneField(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="restock_policy",
        verbose_name=_("category"),
        help_text=_("Empty: for every category without a row of its own."),
    )
    service_level = models.DecimalField(
        _("service level"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        default=Decimal("0.950"),
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
        help_text=_(
            "Chance that an order lasts until the next one arrives. "
            "Empty: weighed from the margin lost and the cost of holding stock."
        ),
    )
    review_days = models.PositiveSmallIntegerField(
        _("days between orders"), default=7, validators=[MinValueValidator(1)]
    )
    holding_share = models.DecimalField(
        _("cost of holding stock, per year"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.250"),
        validators=[MinValueValidator(0), MaxValueValidator(2)],
        help_text=_("As a share of what the stock cost: capital, space, ageing."),
    )
    least_effect = models.DecimalField(
        _("least effect worth a suggestion"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("5.00"),
        validators=[MinValueValidator(0)],
        help_text=_("Lost margin avoided, in the shop's currency."),
    )
    most_suggestions = models.PositiveSmallIntegerField(
        _("most suggestions per night"),
        default=200,
        help_text=_("Those with the greatest effect; read from the shop's default row."),
    )

    class Meta:
        verbose_name = _("restock policy")
        verbose_name_plural = _("restock policies")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("category", 0), name="one_restock_policy_per_category"
            ),
        ]

    def __str__(self) -> str:
        return str(self.category) if self.category_id else str(_("every other category"))
