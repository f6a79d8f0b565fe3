"""Stock in the wrong place, or more than it should be: the figures behind the advice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Location, Product
from inventory.models.policy import Balancing
from suggestions.models import Suggestion


class BalanceSuggestion(models.Model):
    """Move units of a product from a location that has too many to one that has too few."""

    suggestion = models.OneToOneField(
        Suggestion,
        models.CASCADE,
        primary_key=True,
        related_name="balance",
        verbose_name=_("suggestion"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="+", verbose_name=_("product")
    )
    source = models.ForeignKey(
        Location, models.CASCADE, related_name="+", verbose_name=_("from location")
    )
    target = models.ForeignKey(
        Location, models.CASCADE, related_name="+", verbose_name=_("to location")
    )
    balancing = models.CharField(_("way of balancing"), max_length=10, choices=Balancing)
    source_units = models.PositiveIntegerField(_("units at the source"))
    target_units = models.PositiveIntegerField(_("units at the target"))
    quantity = models.PositiveIntegerField(_("quantity"))
    source_cover_days = models.FloatField(_("days the source lasts"))
    target_cover_days = models.FloatField(_("days the target lasts"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = _("balance suggestion")
        verbose_name_plural = _("balance suggestions")

    def __str__(self) -> str:
        return f"{self.product_id} × {self.quantity}"


class TightenSuggestion(models.Model):
    """Hold less of a product: the money that frees and the risk it takes."""

    suggestion = models.OneToOneField(
        Suggestion,
        models.CASCADE,
        primary_key=True,
        related_name="tighten",
        verbose_name=_("suggestion"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="+", verbose_name=_("product")
    )
    on_hand = models.IntegerField(_("on hand"))
    on_order = models.IntegerField(_("on order"))
    level_now = models.FloatField(_("service level now"))
    level_then = models.FloatField(_("service level then"))
    up_to_now = models.PositiveIntegerField(_("order up to, now"))
    up_to_then = models.PositiveIntegerField(_("order up to, then"))
    cover_now_days = models.FloatField(_("days of cover, now"))
    cover_then_days = models.FloatField(_("days of cover, then"))
    money_freed = models.DecimalField(_("money freed"), max_digits=14, decimal_places=2)
    holding_saved = models.DecimalField(
        _("holding cost saved per year"), max_digits=14, decimal_places=2
    )
    risk_taken = models.DecimalField(
        _("margin put at risk per year"), max_digits=14, decimal_places=2
    )
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = _("tighten suggestion")
        verbose_name_plural = _("tighten suggestions")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.up_to_now} → {self.up_to_then}"


class ClearanceSuggestion(models.Model):
    """Sell off what lies too long: units beyond what will be asked for, and what they tie up."""

    suggestion = models.OneToOneField(
        Suggestion,
        models.CASCADE,
        primary_key=True,
        related_name="clearance",
        verbose_name=_("suggestion"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="+", verbose_name=_("product")
    )
    on_hand = models.IntegerField(_("on hand"))
    daily_demand = models.FloatField(_("expected demand per day"))
    keep_days = models.PositiveSmallIntegerField(_("days worth keeping"))
    surplus = models.PositiveIntegerField(_("units too many"))
    last_sold_on = models.DateField(_("last sold on"), null=True, blank=True)
    money_tied = models.DecimalField(_("money tied up"), max_digits=14, decimal_places=2)
    holding_saved = models.DecimalField(_("holding cost saved"), max_digits=14, decimal_places=2)
    shelf_life_days = models.PositiveSmallIntegerField(
        _("shelf life in days"), null=True, blank=True, help_text=_("Empty: it does not spoil.")
    )
    expiring = models.PositiveIntegerField(_("units that spoil before they sell"), default=0)
    expiring_cost = models.DecimalField(
        _("cost of what spoils"), max_digits=14, decimal_places=2, default=0
    )
    clear_by = models.DateField(_("clear by"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = _("clearance suggestion")
        verbose_name_plural = _("clearance suggestions")

    def __str__(self) -> str:
        return f"{self.product_id} × {self.surplus}"
