"""Goods go from one location to another: leave, are on their way, arrive."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Location, StockMovement
from inventory.models import Transfer, TransferLine
from inventory.services.movements import refuse_more_than_a_shelf
from inventory.services.refusals import RefusedError, TransferStateError
from sales.stock import stock_levels
from suggestions.actors import Actor

State = Transfer.State
Kind = StockMovement.Kind


def open_transfer(
    *,
    source: Location,
    destination: Location,
    units: Mapping[int, int],
    note: str = "",
    actor: Actor,
) -> Transfer:
    """Plan a transfer of units by product id; nothing moves before it is sent."""
    if source == destination:
        raise RefusedError(_("Choose two different locations."), "destination")
    if not units or min(units.values()) < 1:
        raise RefusedError(_("Transfer at least 1 unit of each product."), "lines")
    refuse_more_than_a_shelf(max(units.values()), "lines")
    with transaction.atomic():
        transfer = Transfer.objects.create(
            source=source, destination=destination, note=note, actor=actor.name
        )
        TransferLine.objects.bulk_create(
            TransferLine(transfer=transfer, product_id=pk, units=count)
            for pk, count in units.items()
        )
    return transfer


def send_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """The goods leave the source. RefusedError where less than that is available there."""
    now = timezone.now()
    with transaction.atomic():
        locked = _locked(transfer, State.DRAFT)
        Location.objects.select_for_update().get(pk=locked.source_id)
        lines = list(locked.lines.select_related("product"))
        if not lines:
            raise RefusedError(_("The transfer has no lines; add a product first."), "lines")
        _refuse_beyond_stock(locked, lines, now)
        _post(lines, Kind.TRANSFER_OUT, locked.source, now, actor)
        _set(locked, state=State.SENT, sent_at=now)
    transfer.refresh_from_db()
    return transfer


def receive_transfer(
    transfer: Transfer, *, units: Mapping[int, int] | None = None, actor: Actor
) -> Transfer:
    """The goods arrive: all, or ``units`` by line id; what did not arrive is lost on the way."""
    now = timezone.now()
    with transaction.atomic():
        locked = _locked(transfer, State.SENT)
        lines = list(locked.lines.select_related("product"))
        for line in lines:
            line.received = line.units if units is None else units.get(line.pk, 0)
            if not 0 <= line.received <= line.units:
                raise RefusedError(
                    _("%(product)s: between 0 and %(units)s units can arrive.")
                    % {"product": line.product, "units": line.units},
                    "lines",
                )
        TransferLine.objects.bulk_update(lines, ["received"])
        _post(lines, Kind.TRANSFER_IN, locked.destination, now, actor)
        _set(locked, state=State.RECEIVED, received_at=now)
    transfer.refresh_from_db()
    return transfer


def cancel_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Drop a plan, or bring goods under way back to where they came from."""
    now = timezone.now()
    with transaction.atomic():
        locked = _locked(transfer, State.DRAFT, State.SENT)
        if locked.state == State.SENT:
            lines = list(locked.lines.all())
            for line in lines:
                line.received = line.units
            _post(lines, Kind.TRANSFER_IN, locked.source, now, actor)
            _set(locked, received_at=now)
        _set(locked, state=State.CANCELLED)
    transfer.refresh_from_db()
    return transfer


def _locked(transfer: Transfer, *starts: str) -> Transfer:
    locked = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if locked.state not in starts:
        raise TransferStateError(
            _("The transfer is %(state)s; nothing was changed.")
            % {"state": locked.get_state_display()}
        )
    return locked


def _set(transfer: Transfer, **changes: object) -> None:
    Transfer.objects.filter(pk=transfer.pk).update(**changes)


def _refuse_beyond_stock(transfer: Transfer, lines: list[TransferLine], now: datetime) -> None:
    levels = stock_levels(before=now, product_ids=[line.product_id for line in lines])
    here = levels[levels["location_id"] == transfer.source_id].set_index("product_id")
    for line in lines:
        available = int(here["available"].get(line.product_id, 0))
        if available < line.units:
            raise RefusedError(
                _(
                    "%(product)s: %(units)s units are to leave and %(available)s are available at"
                    " %(location)s; send fewer, or count them first."
                )
                % {
                    "product": line.product,
                    "units": line.units,
                    "available": available,
                    "location": transfer.source,
                },
                "lines",
            )


def _post(
    lines: list[TransferLine], kind: str, place: Location, at: datetime, actor: Actor
) -> None:
    is_leaving = kind == Kind.TRANSFER_OUT
    StockMovement.objects.bulk_create(
        StockMovement(
            product_id=line.product_id,
            location=place,
            kind=kind,
            units=-line.units if is_leaving else line.received or 0,
            at=at,
            reference=f"T {line.transfer_id}",
            actor=actor.name,
            key=f"transfer:{line.pk}:{kind}",
        )
        for line in lines
        if is_leaving or line.received
    )
