"""The figures behind a suggestion to order."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Supplier
from inventory.models.policy import OrderMethod
from suggestions.models import Suggestion


class RestockSuggestion(models.Model):
    suggestion = models.OneToOneField(
        Suggestion,
        models.CASCADE,
        primary_key=True,
        related_name="restock",
        verbose_name=_("suggestion"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="restock_suggestions", verbose_name=_("product")
    )
    supplier = models.ForeignKey(
        Supplier,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    on_hand = models.IntegerField(_("on hand"))
    on_hand_is_assumed = models.BooleanField(_("on hand is assumed"))
    on_order = models.IntegerField(_("on order"))
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"))
    lead_is_assumed = models.BooleanField(_("lead time is assumed"))
    protection_days = models.PositiveSmallIntegerField(_("days the order must last"))
    demand_mean = models.FloatField(_("expected demand over those days"))
    demand_q10 = models.FloatField(_("demand, low"))
    demand_q90 = models.FloatField(_("demand, high"))
    service_level = models.FloatField(_("service level"))
    learned_class = models.CharField(
        _("class whose level was learned"),
        max_length=2,
        blank=True,
        help_text=_("Empty: the service level was not learned from the shop's past."),
    )
    reorder_point = models.IntegerField(_("reorder point"))
    order_up_to = models.IntegerField(_("order up to"))
    quantity = models.PositiveIntegerField(_("quantity"))
    pack_size = models.PositiveIntegerField(_("pack size"))
    minimum_quantity = models.PositiveIntegerField(_("minimum order quantity"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=4)
    cost_is_assumed = models.BooleanField(_("cost is assumed"))
    run_out_on = models.DateField(_("runs out on"), null=True, blank=True)
    order_by = models.DateField(_("order by"))
    stockout_risk = models.FloatField(
        _("risk of running out before it arrives"), help_text=_("From 0 to 1.")
    )
    lost_margin_avoided = models.DecimalField(
        _("lost margin avoided"), max_digits=14, decimal_places=2
    )
    method = models.CharField(
        _("method"), max_length=20, choices=OrderMethod, default=OrderMethod.PERIODIC_REVIEW
    )
    waiting_cost = models.DecimalField(
        _("cost of waiting until the next order"),
        max_digits=14,
        decimal_places=2,
        default=0,
        help_text=_("Margin expected to be lost if this is ordered one review later."),
    )
    full_quantity = models.PositiveIntegerField(
        _("quantity without a budget"),
        null=True,
        blank=True,
        help_text=_("Empty: neither budget nor room changed the quantity."),
    )

    cost_steps = models.JSONField(
        _("price breaks"),
        default=list,
        blank=True,
        help_text=_("Units and what each costs from so many on; empty: always the same."),
    )
    plain_quantity = models.PositiveIntegerField(
        _("quantity without the price break"),
        null=True,
        blank=True,
        help_text=_("Empty: the quantity was not raised to a price break."),
    )
    break_saving = models.DecimalField(
        _("saved by the price break"), max_digits=14, decimal_places=2, default=0
    )
    break_holding = models.DecimalField(
        _("cost of holding the units beyond the need"), max_digits=14, decimal_places=2, default=0
    )

    shelf_life_days = models.PositiveSmallIntegerField(
        _("shelf life in days"), null=True, blank=True, help_text=_("Empty: it does not spoil.")
    )
    sells_in_time = models.PositiveIntegerField(
        _("units that sell before they spoil"),
        null=True,
        blank=True,
        help_text=_("Of an order placed now; empty: it does not spoil."),
    )
    room = models.PositiveIntegerField(
        _("room when it arrives, in units"),
        null=True,
        blank=True,
        help_text=_("Empty: no limit."),
    )

    class Meta:
        verbose_name = _("restock suggestion")
        verbose_name_plural = _("restock suggestions")

    def __str__(self) -> str:
        return f"{self.product_id} × {self.quantity}"

    @property
    def cost(self) -> Decimal:
        """What the order costs, in the shop's currency."""
        return self.quantity * self.unit_cost

    @property
    def spoiling(self) -> int:
        """Units of the order that are expected to spoil before they sell."""
        return 0 if self.sells_in_time is None else max(self.quantity - self.sells_in_time, 0)

    @property
    def steps(self) -> list[tuple[int, Decimal]]:
        """Units, and what each costs from so many on; empty where there is no price break."""
        return [(int(start), Decimal(cost)) for start, cost in self.cost_steps]

    def unit_cost_of(self, units: int) -> Decimal:
        """What a unit costs when so many are ordered."""
        reached = [cost for start, cost in self.steps if start <= units]
        return reached[-1] if reached else self.unit_cost
