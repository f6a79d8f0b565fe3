"""Counts and movements of a till or a scanner: good rows are written, the others come back."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Location, Product, StockCount, StockMovement
from inventory.services.movements import (
    check_movement,
    post_movements,
    refuse_another,
    signed_units,
)
from inventory.services.places import home_location
from inventory.services.refusals import RefusedError
from inventory.services.stocktakes import Counted, post_stocktake
from sales.services.rows import Recorded, RowError
from suggestions.actors import Actor

MOST_ROUNDS = 50
Row = Mapping[str, Any]


class Shelves:
    """Products and places by what rows call them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        skus = {row["sku"] for row in rows}
        self._products = Product.objects.in_bulk(skus, field_name="sku")
        self._places = {place.code: place for place in Location.objects.all()}
        self._home: Location | None = None

    def product(self, sku: str) -> Product:
        """Raise RefusedError where there is none."""
        if sku not in self._products:
            raise RefusedError(_("There is no product with the SKU %(sku)s.") % {"sku": sku}, "sku")
        return self._products[sku]

    def place(self, code: str, field: str = "location") -> Location:
        """The place of a code, or the default one for an empty code; ``field`` is what to blame."""
        if not code:
            self._home = self._home or home_location()
            return self._home
        if code not in self._places:
            raise RefusedError(
                _("There is no location with the code %(code)s; add it first.") % {"code": code},
                field,
            )
        return self._places[code]


def row_error(index: int, error: RefusedError) -> RowError:
    """What is wrong with a row."""
    return {"index": index, "field": error.field, "detail": str(error)}


def record_movements(rows: Sequence[tuple[int, Row]], actor: Actor) -> Recorded:
    """Write numbered rows (key, sku, location, kind, units, at, reference, note)."""
    shelves = Shelves([row for _index, row in rows])
    told = StockMovement.objects.in_bulk([row["key"] for _index, row in rows], field_name="key")
    good: dict[str, StockMovement] = {}
    errors: list[RowError] = []
    for index, row in rows:
        try:
            movement = _movement(row, shelves, actor)
            check_movement(movement)
            if known := told.get(movement.key) or good.get(movement.key):
                refuse_another(known, movement)
        except RefusedError as error:
            errors.append(row_error(index, error))
        else:
            good.setdefault(movement.key, movement)
    accepted = post_movements(list(good.values()))
    duplicates = len(rows) - len(errors) - accepted
    return {"accepted": accepted, "duplicates": duplicates, "errors": errors}


def _movement(row: Row, shelves: Shelves, actor: Actor) -> StockMovement:
    return StockMovement(
        product=shelves.product(row["sku"]),
        location=shelves.place(row["location"]),
        kind=row["kind"],
        units=signed_units(row["kind"], row["units"]),
        at=row["at"],
        reference=row["reference"],
        note=row["note"],
        actor=actor.name,
        key=row["key"],
    )


def record_counts(rows: Sequence[tuple[int, Row]], actor: Actor) -> Recorded:
    """Write numbered rows (sku, location, on_hand, counted_at): a stocktake per place and time."""
    shelves = Shelves([row for _index, row in rows])
    rounds: dict[tuple[Location, datetime], dict[int, int]] = defaultdict(dict)
    errors: list[RowError] = []
    duplicates = 0
    known = _known(rows)
    for index, row in rows:
        try:
            product, place = shelves.product(row["sku"]), shelves.place(row["location"])
            there = rounds[place, row["counted_at"]]
            found = known.get((product.pk, place.pk, row["counted_at"]), there.get(product.pk))
            duplicates += int(_is_known(found, row))
            if found is None:
                there[product.pk] = row["on_hand"]
        except RefusedError as error:
            errors.append(row_error(index, error))
    wanted = {key: units for key, units in rounds.items() if units}
    if len(wanted) > MOST_ROUNDS:
        raise RefusedError(
            _(
                "Send at most %(most)s different times and places at once; give the counts of one"
                " round one time."
            )
            % {"most": MOST_ROUNDS},
            "counted_at",
        )
    for (place, at), units in sorted(wanted.items(), key=lambda item: item[0][1]):
        key = f"API {uuid.uuid4().hex}"
        post_stocktake(Counted(key, place, units, at), actor=actor)
    accepted = sum(len(units) for units in wanted.values())
    return {"accepted": accepted, "duplicates": duplicates, "errors": errors}


def _known(rows: Sequence[tuple[int, Row]]) -> dict[tuple[int, int, datetime], int]:
    moments = {row["counted_at"] for _index, row in rows}
    skus = {row["sku"] for _index, row in rows}
    counts = StockCount.objects.filter(product__sku__in=skus, counted_at__in=moments)
    return {
        (product, place, at): on_hand
        for product, place, at, on_hand in counts.values_list(
            "product_id", "location_id", "counted_at", "on_hand"
        )
    }


def _is_known(found: int | None, row: Row) -> bool:
    """Whether the count is there already. Raises RefusedError where it is, with other units."""
    if found is not None and found != row["on_hand"]:
        raise RefusedError(
            _("%(sku)s was counted there at that very moment already: %(units)s units.")
            % {"sku": row["sku"], "units": found},
            "counted_at",
        )
    return found is not None
