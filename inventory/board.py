"""The restock board: what waits to be ordered, by supplier, and one click that orders it all."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from inventory.models import RestockSuggestion
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, WorldMovedError
from suggestions.models import Suggestion
from suggestions.selectors import HEAVY_FIELDS
from suggestions.services import AlreadyDecidedError, approve

MOST_ROWS = 500


@dataclass
class Group:
    """One supplier's orders, the most urgent first."""

    supplier_id: int
    name: str
    rows: list[RestockSuggestion] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        return sum((row.quantity * row.unit_cost for row in self.rows), Decimal())

    @property
    def margin(self) -> Decimal:
        return sum((row.lost_margin_avoided for row in self.rows), Decimal())

    @property
    def waiting(self) -> Decimal:
        return sum((row.waiting_cost for row in self.rows), Decimal())

    @property
    def order_by(self) -> date:
        return min(row.order_by for row in self.rows)


def groups() -> list[Group]:
    """Open orders by supplier (0: not known), the one that saves most first; one query."""
    rows = _on_the_board().select_related("suggestion", "product", "supplier")
    found: dict[int, Group] = {}
    for row in rows.defer(*(f"suggestion__{name}" for name in HEAVY_FIELDS)):
        key = row.supplier_id or 0
        group = found.setdefault(key, Group(key, str(row.supplier) if row.supplier else ""))
        group.rows.append(row)
    return sorted(found.values(), key=lambda group: -group.margin)


def _on_the_board() -> "QuerySet[RestockSuggestion]":
    """The most urgent open orders: what a board can show, and so what one click may order."""
    rows = RestockSuggestion.objects.filter(suggestion__state=Suggestion.State.OPEN)
    return rows.order_by("order_by", "-lost_margin_avoided", "pk")[:MOST_ROWS]


def order_all(*, supplier_id: int, actor: Actor) -> tuple[int, list[str]]:
    """Approve a supplier's orders on the board; return how many, and why others were left.

    Each is its own transaction: one whose world moved does not hold up the rest.
    """
    rows = _on_the_board().select_related("suggestion")
    done, refused = 0, []
    for row in [row for row in rows if (row.supplier_id or 0) == supplier_id]:
        try:
            approve(row.suggestion, actor=actor)
        except (AlreadyDecidedError, WorldMovedError, InvalidValueError) as error:
            refused.append(f"{row.suggestion.subject}: {error}")
        else:
            done += 1
    return done, refused
