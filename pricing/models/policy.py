"""The merchant's guardrails for prices."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category


class PricePolicy(models.Model):
    """What a price may never do; the row without a category is the shop's default."""

    class Ending(models.TextChoices):
        SHOP = "shop", _("as most of the shop's prices")
        ANY = "any", _("any")
        FIVE = "5", _("multiples of 0.05")
        NINE = "9", _("last digit 9")
        NINETY_NINE = "99", _(".99")
        NINETY_FIVE = "95", _(".95")
        NINETY = "90", _(".90")
        WHOLE = "00", _("whole")

    category = models.OneToOneField(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="price_policy",
        verbose_name=_("category"),
        help_text=_("Empty: for every category without a row of its own."),
    )
    minimum_margin = models.DecimalField(
        _("least margin on cost"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.100"),
        validators=[MinValueValidator(0), MaxValueValidator(9)],
        help_text=_("A price never goes under cost plus this share of the cost."),
    )
    largest_step = models.DecimalField(
        _("largest step"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.100"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("A price never moves by more than this share of itself at once."),
    )
    ending = models.CharField(_("price endings"), max_length=4, choices=Ending, default=Ending.SHOP)
    days_between_changes = models.PositiveSmallIntegerField(
        _("days between changes"),
        default=14,
        help_text=_("A price that moved less than this ago is left alone."),
    )
    least_effect = models.DecimalField(
        _("least effect worth a suggestion"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("5.00"),
        validators=[MinValueValidator(0)],
        help_text=_("Profit gained in four weeks, in the shop's currency."),
    )
    most_suggestions = models.PositiveSmallIntegerField(
        _("most suggestions per night"),
        default=100,
        help_text=_("Those with the greatest effect; read from the shop's default row."),
    )

    class Meta:
        verbose_name = _("price policy")
        verbose_name_plural = _("price policies")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("category", 0), name="one_price_policy_per_category"
            ),
        ]

    def __str__(self) -> str:
        return str(self.category) if self.category_id else str(_("every other category"))
