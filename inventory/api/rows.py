"""The rows a till, a scanner or a warehouse may send."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inventory.services.movements import BY_HAND, FIRST_YEAR, MOST_UNITS

CLOCKS_DIFFER = timedelta(minutes=5)


def not_ahead(value: Any) -> Any:
    """A time in the past; clocks that run a little fast mean now. ValidationError otherwise."""
    now = timezone.now()
    if value.year < FIRST_YEAR:
        raise serializers.ValidationError(_("The year is out of range: check it."))
    if value > now + CLOCKS_DIFFER:
        raise serializers.ValidationError(_("This time is in the future."))
    return min(value, now)


class CountRow(serializers.Serializer[None]):
    """Units found at a location; the difference to what was expected is posted as a movement."""

    sku = serializers.CharField(max_length=64)
    location = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Code; empty: the default location."
    )
    on_hand = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)
    counted_at = serializers.DateTimeField()

    def validate_counted_at(self, value: Any) -> Any:
        return not_ahead(value)


class MovementRow(serializers.Serializer[None]):
    """Units that came or went; the same ``key`` counts once.

    ``units`` are above zero and go the way of their kind; those of an ``adjustment`` may be below.
    Counts, transfers and sales are not written here: they come as counts, transfers and orders.
    """

    key = serializers.CharField(max_length=120)
    sku = serializers.CharField(max_length=64)
    location = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Code; empty: the default location."
    )
    kind = serializers.ChoiceField([kind.value for kind in BY_HAND])
    units = serializers.IntegerField(min_value=-MOST_UNITS, max_value=MOST_UNITS)
    at = serializers.DateTimeField()
    reference = serializers.CharField(max_length=80, default="", allow_blank=True)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)

    def validate_at(self, value: Any) -> Any:
        return not_ahead(value)


class ReservationRow(serializers.Serializer[None]):
    """Units promised to a cart or an order, until they are released or the promise expires."""

    reference = serializers.CharField(max_length=120)
    sku = serializers.CharField(max_length=64)
    location = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Code; empty: the default location."
    )
    units = serializers.IntegerField(min_value=1, max_value=MOST_UNITS)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ReceiptLineRow(serializers.Serializer[None]):
    sku = serializers.CharField(max_length=64)
    units = serializers.IntegerField(min_value=1, max_value=MOST_UNITS)


class LinesRow(serializers.Serializer[None]):
    """A row with ``lines``: which of two lines of one SKU is meant nobody knows."""

    def validate_lines(self, value: Any) -> Any:
        """Each SKU once."""
        skus = [line["sku"] for line in value]
        if len(set(skus)) < len(skus):
            raise serializers.ValidationError(_("Name each SKU once."))
        return value


class ReceiptRow(LinesRow):
    """A delivery; the same ``key`` is received once. More than was ordered needs a yes."""

    key = serializers.CharField(max_length=120, help_text="The number of the delivery note.")
    lines = ReceiptLineRow(many=True, allow_empty=False)
    location = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Code; empty: as ordered."
    )
    received_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)
    accept_surplus = serializers.BooleanField(default=False)

    def validate_received_at(self, value: Any) -> Any:
        return value and not_ahead(value)


class ExpectedRow(serializers.Serializer[None]):
    """The day the supplier names now."""

    expected_on = serializers.DateField()
    note = serializers.CharField(max_length=200, default="", allow_blank=True)
