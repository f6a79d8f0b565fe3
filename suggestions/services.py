"""The life of a suggestion: each step is one conditional UPDATE with actor, time and reason."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Job
from suggestions.actors import Actor
from suggestions.amounts import MOST_MONEY
from suggestions.kinds import InvalidValueError, Kind, kinds
from suggestions.models import Decision, Suggestion

State = Suggestion.State


class AlreadyDecidedError(Exception):
    """The suggestion is no longer open: somebody was faster, or it expired."""


def publish(
    *, job: Job, kind: str, suggestions: Sequence[Suggestion], details: Sequence[models.Model]
) -> int:
    """Replace the open suggestions of a kind by new ones; return how many.

    ``details`` are the app's typed rows, one per suggestion in the same order, each with a
    one-to-one field ``suggestion``. Call inside ``jobs.services.finishing``.
    """
    with transaction.atomic():
        _close(Suggestion.objects.filter(kind=kind), State.SUPERSEDED, actor=str(job))
        for suggestion in suggestions:
            suggestion.kind = kind
            suggestion.job = job
        Suggestion.objects.bulk_create(suggestions, batch_size=500)
        for suggestion, detail in zip(suggestions, details, strict=True):
            detail.suggestion = suggestion  # type: ignore[attr-defined]
        if details:
            type(details[0])._default_manager.bulk_create(  # noqa: SLF001
                details, batch_size=500
            )
    return len(suggestions)


def _close(found: "QuerySet[Suggestion]", state: str, *, actor: str) -> int:
    """End the open ones among the found; one that staff decide meanwhile is left to them."""
    still_open = found.filter(state=State.OPEN).order_by("pk").select_for_update()
    ids = list(still_open.values_list("pk", flat=True))
    for start in range(0, len(ids), 1000):
        Suggestion.objects.filter(pk__in=ids[start : start + 1000]).update(state=state)
    Decision.objects.bulk_create(
        [Decision(suggestion_id=pk, state=state, actor=actor) for pk in ids], batch_size=1000
    )
    return len(ids)


def _decide(
    suggestion: Suggestion, state: str, actor: Actor, *, value: Decimal | None = None, note: str
) -> None:
    moved = Suggestion.objects.filter(pk=suggestion.pk, state=State.OPEN).update(
        state=state, decided_at=timezone.now(), decided_by=actor.name, chosen_value=value
    )
    if moved != 1:
        current = Suggestion.objects.get(pk=suggestion.pk)
        raise AlreadyDecidedError(
            _("This suggestion is already %(state)s (%(who)s); nothing was changed.")
            % {"state": current.get_state_display(), "who": current.decided_by or "–"}
        )
    _remember(suggestion, state, actor, value=value, note=note)


def _remember(
    suggestion: Suggestion,
    state: str,
    actor: Actor,
    *,
    value: Decimal | None = None,
    note: str = "",
) -> None:
    Decision.objects.create(
        suggestion=suggestion,
        state=state,
        user_id=actor.user_id,
        actor=actor.name,
        value=value,
        note=note,
    )


def approve(
    suggestion: Suggestion, *, actor: Actor, value: Decimal | None = None, note: str = ""
) -> Suggestion:
    """Approve and apply, all or nothing; ``value`` replaces the computed one.

    Raises AlreadyDecidedError, WorldMovedError (its world changed) or InvalidValueError (the
    value breaks a guardrail); then nothing has changed.
    """
    kind = kinds()[suggestion.kind]
    if value is not None:
        _check(kind, suggestion, value)
    with transaction.atomic():
        _decide(suggestion, State.APPROVED, actor, value=value, note=note)
        approved = Suggestion.objects.get(pk=suggestion.pk)
        kind.apply(approved, actor)
        Suggestion.objects.filter(pk=suggestion.pk).update(
            state=State.APPLIED, applied_at=timezone.now()
        )
        _remember(suggestion, State.APPLIED, actor, value=value)
    suggestion.refresh_from_db()
    return suggestion


def _check(kind: Kind, suggestion: Suggestion, value: Decimal) -> None:
    if not kind.is_editable:
        raise InvalidValueError(_("The value of this suggestion cannot be changed."))
    if value.is_finite() and abs(value) > MOST_MONEY:
        raise InvalidValueError(_("That is more than can be written down; check the number."))
    if not value.is_finite() or value != round(value, kind.decimals):
        raise InvalidValueError(
            _("Give a number with at most %(decimals)s decimals.") % {"decimals": kind.decimals}
        )
    kind.check_value(suggestion, value)


def reject(suggestion: Suggestion, *, actor: Actor, note: str) -> Suggestion:
    """Turn a suggestion down, with the reason; AlreadyDecidedError where it is not open."""
    with transaction.atomic():
        _decide(suggestion, State.REJECTED, actor, note=note)
    suggestion.refresh_from_db()
    return suggestion


def expire(*, today: date) -> int:
    """Close the open suggestions whose last day has passed; return how many."""
    with transaction.atomic():
        stale = Suggestion.objects.filter(expires_on__lt=today)
        return _close(stale, State.EXPIRED, actor="schedule")
