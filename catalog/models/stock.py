"""Stock as counts found it and movements changed it; rows are only ever added.

What lies at a place is its newest count and every movement and sale since (`sales.stock`).
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class Location(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Goods arrive and orders leave here unless something else is said."),
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_location",
                violation_error_message=_("Another location is the default; untick that one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class LocationChannel(models.Model):
    """Orders of this channel leave from this location."""

    location = models.ForeignKey(
        Location, models.CASCADE, related_name="channels", verbose_name=_("location")
    )
    channel = models.CharField(_("channel"), max_length=40, unique=True)

    class Meta:
        ordering = ["channel"]
        verbose_name = _("channel served from a location")
        verbose_name_plural = _("channels served from locations")

    def __str__(self) -> str:
        return self.channel


class StockCount(models.Model):
    """How many units lay at a location when somebody, or a system, counted them."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="stock_counts", verbose_name=_("product")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("location")
    )
    on_hand = models.IntegerField(_("units on hand"))
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        ordering = ["-counted_at", "-pk"]
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location", "counted_at"],
                name="one_count_per_product_place_and_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.on_hand}"


class AppendOnlyError(Exception):
    """A row of the ledger was to be changed; another row that corrects it is added instead."""


class StockMovement(models.Model):
    """Units that came to a location or left it. Sales are read from the order lines instead.

    The same ``key`` is written once, however often it is sent.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("first count")
        COUNT = "count", _("count difference")
        RECEIPT = "receipt", _("receipt")
        SUPPLIER_RETURN = "supplier_return", _("returned to the supplier")
        TRANSFER_OUT = "transfer_out", _("transfer out")
        TRANSFER_IN = "transfer_in", _("transfer in")
        WRITE_OFF = "write_off", _("write-off")
        ADJUSTMENT = "adjustment", _("adjustment")

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="stock_movements", verbose_name=_("product")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="movements", verbose_name=_("location")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    units = models.IntegerField(_("units"), help_text=_("Negative: they left."))
    at = models.DateTimeField(_("time"))
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    key = models.CharField(_("key"), max_length=160, unique=True)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [
            models.Index(fields=["product", "location", "at"], name="movement_product_place_at"),
            models.Index(fields=["at"], name="movement_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(units=0)
                & (~models.Q(kind__in=["receipt", "transfer_in"]) | models.Q(units__gt=0))
                & (
                    ~models.Q(kind__in=["supplier_return", "transfer_out", "write_off"])
                    | models.Q(units__lt=0)
                ),
                name="movement_goes_the_way_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.units:+d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises AppendOnlyError for one that is there."""
        if not self._state.adding:
            raise AppendOnlyError(_("Stock movements are added, never changed."))
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise AppendOnlyError: a wrong movement is taken back by a second one."""
        raise AppendOnlyError(_("Stock movements are never deleted; add one that takes it back."))


class Reservation(models.Model):
    """Units on hand that are promised to somebody and not available to others."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="reservations", verbose_name=_("product")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=_("location")
    )
    units = models.PositiveIntegerField(_("units"))
    key = models.CharField(
        _("reference"), max_length=120, unique=True, help_text=_("The cart or order it is for.")
    )
    reserved_at = models.DateTimeField(_("reserved at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    actor = models.CharField(_("by"), max_length=150)

    class Meta:
        ordering = ["-reserved_at", "-pk"]
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [
            models.Index(
                fields=["product", "location"],
                condition=models.Q(released_at=None),
                name="reservation_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(units__gt=0), name="reserved_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.units}"
