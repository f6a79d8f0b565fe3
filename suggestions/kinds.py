"""What the inbox must know of each kind; an app registers its kinds when it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from suggestions.actors import Actor
    from suggestions.models import Suggestion


class WorldMovedError(Exception):
    """What the suggestion rests on has changed since it was made; it must not be applied."""


class InvalidValueError(Exception):
    """The value staff chose breaks a guardrail; the message says which."""


def _anything(_suggestion: "Suggestion", _value: Decimal) -> None:
    return None


@dataclass(frozen=True)
class Chart:
    """A chart for the detail page, as Chart.js takes it."""

    title: "StrOrPromise"
    type: str  # "line" or "bar"
    labels: list[str]
    datasets: list[dict[str, object]]


@dataclass(frozen=True)
class Kind:
    """How one kind of suggestion is named, checked, applied and explained.

    ``apply`` runs inside the transaction of the approval: it does the effect, or raises
    WorldMovedError or InvalidValueError. ``check_value`` raises InvalidValueError for a value that
    breaks a guardrail. ``verb`` says what is done with the value where it is an amount ("Order",
    "Move"); without one the value takes the place of the current one.
    ``charts`` gives the charts of the detail page; ``facts`` the table of figures beside them.
    """

    name: str
    label: "StrOrPromise"
    icon: str
    apply: "Callable[[Suggestion, Actor], None]"
    charts: "Callable[[Suggestion], list[Chart]]"
    facts: "Callable[[Suggestion], list[tuple[StrOrPromise, StrOrPromise]]]"
    check_value: "Callable[[Suggestion, Decimal], None]" = _anything
    verb: "StrOrPromise" = ""
    is_editable: bool = True
    decimals: int = 2


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known to the inbox; called from ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """All registered kinds by name."""
    return dict(_kinds)
