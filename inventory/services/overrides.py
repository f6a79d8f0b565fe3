"""Staff override a forecast, change their mind, or take it back; nothing is overwritten."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Category, Product
from inventory.algorithms.overrides import carried_on
from inventory.models import DemandForecast, ForecastOverride
from inventory.selectors import baseline_daily
from inventory.services.movements import MOST_UNITS
from suggestions.actors import Actor

LONGEST_DAYS = 182
LARGEST_PERCENT = Decimal(1000)


class OverrideError(ValueError):
    """The override cannot stand; ``field`` names what to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class OverrideMovedError(OverrideError):
    """Somebody else withdrew or replaced it first; nothing changed."""


@dataclass(frozen=True)
class Wish:
    """What staff expect: units over all the days, or percent more or less."""

    subject: Product | Category
    starts_on: date
    ends_on: date
    mode: str
    value: Decimal
    comment: str

    @property
    def owner(self) -> dict[str, Product | Category]:
        """The field of an override that names the subject."""
        return {"product" if isinstance(self.subject, Product) else "category": self.subject}


def override_forecast(
    *, wish: Wish, actor: Actor, replaces: ForecastOverride | None = None
) -> ForecastOverride:
    """Write an override beside what the forecast says today; the next night goes by it.

    Raises OverrideError naming the field and the remedy.
    """
    forecast = DemandForecast.objects.live()
    if forecast is None:
        raise OverrideError("starts_on", _("Forecast demand first: there is nothing to override."))
    _check_days(wish, forecast)
    baseline = _baseline(wish, forecast)
    _check_value(wish, sum(baseline))
    with transaction.atomic():
        _lock(wish.subject)
        if replaces is not None:
            _close(replaces, actor)
        _check_overlap(wish)
        return ForecastOverride.objects.create(
            **wish.owner,
            starts_on=wish.starts_on,
            ends_on=wish.ends_on,
            mode=wish.mode,
            value=wish.value,
            comment=wish.comment.strip(),
            baseline={"as_of": forecast.as_of, "method": forecast.method, "daily": baseline},
            created_at=timezone.now(),
            created_by=actor.name,
            user_id=actor.user_id,
            replaces=replaces,
        )


def withdraw_override(*, override: ForecastOverride, actor: Actor) -> None:
    """Take an override back; from the next night on the computed forecast stands again.

    Raises OverrideMovedError where it was withdrawn or replaced already.
    """
    _close(override, actor)


def _close(override: ForecastOverride, actor: Actor) -> None:
    closed = ForecastOverride.objects.standing().filter(pk=override.pk)
    if not closed.update(withdrawn_at=timezone.now(), withdrawn_by=actor.name):
        raise OverrideMovedError(
            "", _("Somebody withdrew or replaced this override already; nothing changed.")
        )


def _check_days(wish: Wish, forecast: DemandForecast) -> None:
    if wish.ends_on < wish.starts_on:
        raise OverrideError("ends_on", _("The last day is before the first: swap them."))
    if wish.starts_on < forecast.as_of:
        raise OverrideError(
            "starts_on",
            _("The forecast begins on %(day)s; begin then or later.")
            % {"day": forecast.as_of.isoformat()},
        )
    latest = forecast.as_of + timedelta(days=LONGEST_DAYS)
    if wish.ends_on >= latest:
        raise OverrideError(
            "ends_on",
            _("Nothing is expected so far ahead; end before %(day)s.")
            % {"day": latest.isoformat()},
        )


def _baseline(wish: Wish, forecast: DemandForecast) -> list[float]:
    first = (wish.starts_on - forecast.as_of).days
    until = (wish.ends_on - forecast.as_of).days + 1
    known = baseline_daily(forecast=forecast, subject=wish.subject)
    return [round(units, 3) for units in carried_on(known, until)[first:]]


def _check_value(wish: Wish, expected: float) -> None:
    if not wish.comment.strip():
        raise OverrideError("comment", _("Say what you know that the forecast does not."))
    if wish.mode == ForecastOverride.Mode.FIXED:
        if wish.value < 0:
            raise OverrideError("value", _("Demand cannot be below zero; give 0 or more units."))
        if wish.value > MOST_UNITS:
            raise OverrideError("value", _("That is more than a shelf holds; check the units."))
        return
    if not -100 <= wish.value <= LARGEST_PERCENT:
        raise OverrideError(
            "value", _("Give a percentage from −100 (nothing) to 1000 (eleven times as much).")
        )
    if expected <= 0:
        raise OverrideError(
            "value",
            _("Nothing is expected on these days, so a percentage of it is nothing; give units."),
        )


def _lock(subject: Product | Category) -> None:
    """Let one override of a subject be written at a time."""
    if isinstance(subject, Product):
        Product.objects.select_for_update().get(pk=subject.pk)
    else:
        Category.objects.select_for_update().get(pk=subject.pk)


def _check_overlap(wish: Wish) -> None:
    """Two words about one day of one subject would leave open which of them counts."""
    other = (
        ForecastOverride.objects.standing()
        .filter(**wish.owner, starts_on__lte=wish.ends_on, ends_on__gte=wish.starts_on)
        .first()
    )
    if other is not None:
        raise OverrideError(
            "starts_on",
            _("%(first)s to %(last)s is overridden already; change or withdraw that one first.")
            % {"first": other.starts_on.isoformat(), "last": other.ends_on.isoformat()},
        )
