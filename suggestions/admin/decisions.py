"""Carry a decision of staff to the services and put the outcome into words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from suggestions.actors import Actor
from suggestions.admin.columns import subject
from suggestions.kinds import InvalidValueError, WorldMovedError, kinds
from suggestions.models import Suggestion
from suggestions.services import AlreadyDecidedError, approve, reject


class RefusedError(Exception):
    """The decision was not carried out; the message says why, and nothing has changed."""


def approve_one(
    suggestion: Suggestion, *, actor: Actor, value: Decimal | None = None, note: str = ""
) -> None:
    """Approve and apply; RefusedError with words for staff where that is not possible."""
    if suggestion.kind not in kinds():
        raise RefusedError(_("This kind of suggestion is not known here; nothing was changed."))
    try:
        approve(suggestion, actor=actor, value=value, note=note)
    except (AlreadyDecidedError, WorldMovedError, InvalidValueError) as error:
        raise RefusedError(str(error)) from error


def reject_one(suggestion: Suggestion, *, actor: Actor, note: str) -> None:
    """Turn down; RefusedError where somebody was faster."""
    try:
        reject(suggestion, actor=actor, note=note)
    except AlreadyDecidedError as error:
        raise RefusedError(str(error)) from error


@dataclass
class Outcome:
    """What became of a bulk decision: how many went through, and why the others did not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


def decide_many(suggestions: Iterable[Suggestion], decide: Callable[[Suggestion], None]) -> Outcome:
    """Each suggestion on its own: one that is refused holds up none of the others."""
    outcome = Outcome()
    for suggestion in suggestions:
        try:
            decide(suggestion)
        except RefusedError as error:
            outcome.refused.append(f"{subject(suggestion)}: {error}")
        else:
            outcome.done += 1
    return outcome
