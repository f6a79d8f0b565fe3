"""Units are promised to somebody, and given free again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Location, Product, Reservation
from inventory.services.refusals import ConflictError, RefusedError
from sales.stock import stock_levels
from suggestions.actors import Actor


@dataclass(frozen=True)
class Promise:
    """Units of a product at a location, for whom (``key``: a cart, an order), and how long."""

    key: str
    product: Product
    location: Location
    units: int
    expires_at: datetime | None = None


def reserve(promise: Promise, *, actor: Actor) -> Reservation:
    """Promise units that are available; told again, nothing changes.

    Raises RefusedError where fewer are available, ConflictError where the key stands for another
    promise; then nothing has changed.
    """
    now = timezone.now()
    if promise.units < 1:
        raise RefusedError(_("Reserve at least 1 unit."), "units")
    if promise.expires_at and promise.expires_at <= now:
        raise RefusedError(_("A reservation cannot expire in the past."), "expires_at")
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=promise.product.pk)
        told = Reservation.objects.filter(key=promise.key).first()
        if told is not None:
            return _same(told, promise)
        available = _available(promise, now)
        if available < promise.units:
            raise RefusedError(
                _("%(units)s units are wanted and %(available)s are available at %(location)s.")
                % {
                    "units": promise.units,
                    "available": available,
                    "location": promise.location,
                },
                "units",
            )
        return Reservation.objects.create(
            product=promise.product,
            location=promise.location,
            units=promise.units,
            key=promise.key,
            reserved_at=now,
            expires_at=promise.expires_at,
            actor=actor.name,
        )


def release(reservation: Reservation) -> Reservation:
    """Give the units free; a second time changes nothing."""
    Reservation.objects.filter(pk=reservation.pk, released_at=None).update(
        released_at=timezone.now()
    )
    reservation.refresh_from_db()
    return reservation


def _same(told: Reservation, promise: Promise) -> Reservation:
    stands_for = (told.product_id, told.location_id, told.units)
    if stands_for != (promise.product.pk, promise.location.pk, promise.units):
        raise ConflictError(
            _("%(key)s stands for another reservation; use another reference.") % {"key": told.key},
            "key",
        )
    return told


def _available(promise: Promise, now: datetime) -> int:
    levels = stock_levels(before=now, product_ids=[promise.product.pk])
    here = levels[levels["location_id"] == promise.location.pk]
    return int(here["available"].sum())
