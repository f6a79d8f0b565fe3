"""The merchant's rules in force at one placement, ready to be applied while a list is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from recommendations.models import PlacementRule

Kind = PlacementRule.Kind
Row = tuple[str, str, int | None, str | None, float | None]


@dataclass(frozen=True)
class HouseRules:
    """``pins``: product by place (0 = first). Paths are those of categories, with all below them.

    ``boosts``: factor by product; ``path_boosts``: path and factor; several factors multiply.
    ``margin``: how much a product that is all margin gains, as a share of its score. ``variety``:
    0 to 1, how much likeness to the products above counts against one.
    """

    pins: tuple[tuple[int, int], ...] = ()
    blocked: frozenset[int] = frozenset()
    blocked_paths: tuple[str, ...] = ()
    boosts: tuple[tuple[int, float], ...] = ()
    path_boosts: tuple[tuple[str, float], ...] = ()
    category_cap: int | None = None
    margin: float = 0.0
    variety: float = 0.0


NO_RULES = HouseRules()


def rows_in_force(today: date) -> list[Row]:
    """Placement, kind, product, category path and number of every rule of a day: one query."""
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    going = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    rules = PlacementRule.objects.filter(begun, going).order_by("number", "pk")
    return list(rules.values_list("placement", "kind", "product_id", "category__path", "number"))


def by_placement(rows: Sequence[Row]) -> dict[str, HouseRules]:
    """The rules of each list; those for every list are part of each."""
    places = PlacementRule.Place.values
    return {place: _gather(row for row in rows if row[0] in ("", place)) for place in places}


def _gather(rows: Iterable[Row]) -> HouseRules:
    pins: dict[int, int] = {}
    blocked: set[int] = set()
    blocked_paths: list[str] = []
    boosts: list[tuple[int, float]] = []
    path_boosts: list[tuple[str, float]] = []
    caps: list[int] = []
    strength = {Kind.MARGIN: 0.0, Kind.VARIETY: 0.0}
    for _placement, kind, product, path, number in rows:
        if kind == Kind.CAP:
            caps.append(int(number or 0))
        elif kind == Kind.PIN and product is not None and product not in pins.values():
            pins[_next_free(pins, int(number or 1) - 1)] = product
        elif kind == Kind.BLOCK:
            blocked |= {product} if product is not None else set()
            blocked_paths += [path] if path else []
        elif kind == Kind.BOOST and number is not None:
            boosts += [(product, number)] if product is not None else []
            path_boosts += [(path, number)] if path else []
        elif kind in strength:
            strength[Kind(kind)] = max(strength[Kind(kind)], number or 0.0)
    return HouseRules(
        pins=tuple(sorted(pins.items())),
        blocked=frozenset(blocked),
        blocked_paths=tuple(blocked_paths),
        boosts=tuple(boosts),
        path_boosts=tuple(path_boosts),
        category_cap=min(caps, default=None),
        margin=strength[Kind.MARGIN],
        variety=strength[Kind.VARIETY],
    )


def _next_free(pins: dict[int, int], place: int) -> int:
    """Of two pins at one place the later rule moves down."""
    while place in pins:
        place += 1
    return place
