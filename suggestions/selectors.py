"""Reads of the inbox: what is open, what it is worth, what comes next."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from suggestions.models import Suggestion

HEAVY_FIELDS = ("reason", "evidence", "guardrails", "assumptions")
_NOTHING = Value(Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=2))


@dataclass(frozen=True)
class Pile:
    """Open suggestions: how many, and their expected effect taken together."""

    count: int
    effect: Decimal


def open_suggestions() -> "QuerySet[Suggestion]":
    """What waits for a decision, the most valuable first, without the bulky columns."""
    waiting = Suggestion.objects.filter(state=Suggestion.State.OPEN)
    return waiting.defer(*HEAVY_FIELDS).order_by("-effect", "pk")


def open_pile() -> Pile:
    """One query: how many are open and what they promise."""
    found = Suggestion.objects.filter(state=Suggestion.State.OPEN).aggregate(
        count=Count("pk"), effect=Coalesce(Sum("effect"), _NOTHING)
    )
    return Pile(found["count"], found["effect"])


def piles_by_kind() -> dict[str, Pile]:
    """The same for each kind that has open suggestions, in one query."""
    rows = (
        Suggestion.objects.filter(state=Suggestion.State.OPEN)
        .order_by("kind")
        .values("kind")
        .annotate(count=Count("pk"), total=Sum("effect"))
        .values_list("kind", "count", "total")
    )
    return {kind: Pile(count, total) for kind, count, total in rows}


def next_open(*, after: Suggestion) -> Suggestion | None:
    """The open suggestion a reader of the inbox would look at next; the best one at the end."""
    waiting = open_suggestions().exclude(pk=after.pk)
    following = waiting.filter(effect__lte=after.effect).exclude(
        effect=after.effect, pk__lt=after.pk
    )
    return following.first() or waiting.first()
