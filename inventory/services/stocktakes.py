"""A location is counted: the count is kept, and its difference posted as a movement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Location, Product, StockCount, StockMovement
from inventory.models import Stocktake, StocktakeLine
from inventory.services.movements import MOST_UNITS, refuse_before_our_era
from inventory.services.refusals import ConflictError, RefusedError
from sales.stock import expected_at
from suggestions.actors import Actor


@dataclass(frozen=True)
class Counted:
    """What was found at a location: units by product id, and a key that is its own."""

    key: str
    location: Location
    units: Mapping[int, int]
    counted_at: datetime | None = None
    note: str = ""


def post_stocktake(counted: Counted, *, actor: Actor) -> Stocktake:
    """Keep the counts and post what they differ by; told again, nothing changes.

    Raises ConflictError where the key belongs to another stocktake or a product was counted there
    at that very moment, RefusedError for counts that cannot be; then nothing has changed.
    """
    at = counted.counted_at or timezone.now()
    _check(counted, at)
    with transaction.atomic():
        Location.objects.select_for_update().get(pk=counted.location.pk)
        told = Stocktake.objects.filter(key=counted.key).first()
        if told is not None:
            return _same(told, counted)
        _refuse_second_count(counted, at)
        expected = _expected(counted, at)
        return _write(counted, at, expected, actor)


def _check(counted: Counted, at: datetime) -> None:
    if not counted.key.strip():
        raise RefusedError(_("Give the stocktake a number that is its own."), "key")
    if not counted.units:
        raise RefusedError(_("Nothing was counted: enter the units of one product."), "units")
    refuse_before_our_era(at, "counted_at")
    if at > timezone.now():
        raise RefusedError(_("Nothing can have been counted in the future."), "counted_at")
    for units in counted.units.values():
        if not 0 <= units <= MOST_UNITS:
            raise RefusedError(
                _("%(units)s units cannot lie on a shelf; count from 0 up.") % {"units": units},
                "units",
            )
    known = Product.objects.filter(pk__in=counted.units).count()
    if known != len(counted.units):
        raise RefusedError(_("One of the products does not exist."), "product")


def _same(told: Stocktake, counted: Counted) -> Stocktake:
    units = dict(told.lines.values_list("product_id", "counted"))
    if told.location_id != counted.location.pk or units != dict(counted.units):
        raise ConflictError(
            _("Stocktake %(key)s was posted already, with other counts; use another number.")
            % {"key": told.key},
            "key",
        )
    return told


def _refuse_second_count(counted: Counted, at: datetime) -> None:
    again = StockCount.objects.filter(
        product_id__in=counted.units, location=counted.location, counted_at=at
    ).select_related("product")
    if found := again.first():
        raise ConflictError(
            _("%(product)s was counted there at that very moment already; give a later time.")
            % {"product": found.product},
            "counted_at",
        )


def _expected(counted: Counted, at: datetime) -> dict[int, int]:
    moment = pd.Timestamp(at).tz_convert("UTC").as_unit("us")
    rows = pd.DataFrame(
        {"product_id": list(counted.units), "location_id": counted.location.pk, "at": moment}
    )
    found = expected_at(rows)
    return dict(zip(found["product_id"].tolist(), found["on_hand"].tolist(), strict=True))


def _write(counted: Counted, at: datetime, expected: Mapping[int, int], actor: Actor) -> Stocktake:
    stocktake = Stocktake.objects.create(
        location=counted.location,
        counted_at=at,
        key=counted.key,
        note=counted.note,
        actor=actor.name,
    )
    lines = [
        StocktakeLine(stocktake=stocktake, product_id=pk, expected=expected.get(pk), counted=units)
        for pk, units in counted.units.items()
    ]
    StocktakeLine.objects.bulk_create(lines)
    StockCount.objects.bulk_create(
        StockCount(
            product_id=line.product_id,
            location=counted.location,
            on_hand=line.counted,
            counted_at=at,
        )
        for line in lines
    )
    StockMovement.objects.bulk_create(_movement(line) for line in lines if line.difference)
    return stocktake


def _movement(line: StocktakeLine) -> StockMovement:
    kinds = StockMovement.Kind
    stocktake = line.stocktake
    return StockMovement(
        product_id=line.product_id,
        location=stocktake.location,
        kind=kinds.OPENING if line.expected is None else kinds.COUNT,
        units=line.difference,
        at=stocktake.counted_at,
        reference=stocktake.key[:80],
        note=stocktake.note,
        actor=stocktake.actor,
        key=f"stocktake:{stocktake.pk}:{line.product_id}",
    )
