"""Movements somebody writes down: goods in without an order, sent back, broken, corrected."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import StockMovement
from inventory.services.refusals import ConflictError, RefusedError

Kind = StockMovement.Kind
BY_HAND = (Kind.RECEIPT, Kind.SUPPLIER_RETURN, Kind.WRITE_OFF, Kind.ADJUSTMENT)
LEAVING = (Kind.SUPPLIER_RETURN, Kind.WRITE_OFF)
MOST_UNITS = 2**31 - 1
FIRST_YEAR = 1900
SAME = ("product_id", "location_id", "kind", "units", "at")


def refuse_more_than_a_shelf(units: int, field: str) -> None:
    """Raise RefusedError for units, in or out, that no count can hold."""
    if abs(units) > MOST_UNITS:
        raise RefusedError(_("That is more than a shelf holds; check the units."), field)


def refuse_before_our_era(at: datetime, field: str) -> None:
    """Raise RefusedError for a moment no shop remembers: a mistyped year."""
    if at.year < FIRST_YEAR:
        raise RefusedError(_("The year is out of range: check it."), field)


def signed_units(kind: str, units: int) -> int:
    """The units as the ledger has them: entered above zero, but for adjustments.

    Raises RefusedError where they cannot be.
    """
    if not units:
        raise RefusedError(_("A movement of 0 units is none; leave it out."), "units")
    refuse_more_than_a_shelf(units, "units")
    if units < 0 and kind != Kind.ADJUSTMENT:
        raise RefusedError(
            _("Enter the units above zero; whether they come or go follows from the kind."), "units"
        )
    return -units if kind in LEAVING else units


def check_movement(movement: StockMovement) -> None:
    """Raise RefusedError where a movement written by hand cannot be."""
    if movement.kind not in BY_HAND:
        raise RefusedError(
            _(
                "“%(kind)s” is not written by hand: counts come as stocktakes, transfers as"
                " transfers, sales as orders."
            )
            % {"kind": movement.kind},
            "kind",
        )
    refuse_before_our_era(movement.at, "at")
    if movement.at > timezone.now():
        raise RefusedError(_("Goods cannot have moved in the future."), "at")
    if not movement.key.strip():
        raise RefusedError(_("Give the movement a key that is its own."), "key")


def post_movements(movements: Sequence[StockMovement]) -> int:
    """Add movements to the ledger, all or none; how many were new: a known key counts once.

    Raises RefusedError or ConflictError (a key used for another movement); then nothing changed.
    """
    for movement in movements:
        check_movement(movement)
    with transaction.atomic():
        told = StockMovement.objects.in_bulk([row.key for row in movements], field_name="key")
        for movement in movements:
            if movement.key in told:
                refuse_another(told[movement.key], movement)
        new = list({row.key: row for row in movements if row.key not in told}.values())
        StockMovement.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def refuse_another(told: StockMovement, movement: StockMovement) -> None:
    """Raise ConflictError where the key was used for a movement that says something else."""
    if any(getattr(told, name) != getattr(movement, name) for name in SAME):
        raise ConflictError(
            _("The key %(key)s was used for another movement; use a key of its own.")
            % {"key": movement.key},
            "key",
        )
