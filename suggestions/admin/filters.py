"""How the inbox is narrowed down."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.faces import DropdownFilter
from suggestions.kinds import kinds
from suggestions.models import Suggestion

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

Rows = QuerySet[Suggestion]


class KindFilter(DropdownFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Any:
        return [(kind.name, kind.label) for kind in kinds().values()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StateFilter(DropdownFilter):
    """Open ones unless something else is asked for."""

    title = _("state")
    parameter_name = "state"
    all_option = ["", Suggestion.State.OPEN.label]
    everything = "all"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Any:
        decided = [choice for choice in Suggestion.State.choices if choice[0] != "open"]
        return [*decided, (self.everything, _("All"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        state = self.value() or Suggestion.State.OPEN
        return queryset if state == self.everything else queryset.filter(state=state)


class RiskFilter(DropdownFilter):
    title = _("risk")
    parameter_name = "risk"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Any:
        return [(str(value), label) for value, label in Suggestion.Risk.choices]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        risk = self.value()
        return queryset.filter(risk=risk) if risk in dict(self.lookup_choices) else queryset


class AgeFilter(DropdownFilter):
    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Any:
        return [
            ("today", _("made today")),
            ("week", _("up to a week")),
            ("older", _("older than a week")),
            ("expiring", _("expires within two days")),
        ]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        today = timezone.localdate()
        a_week_ago = today - timedelta(days=7)
        conditions: dict[str | None, dict[str, object]] = {
            "today": {"created_at__date": today},
            "week": {"created_at__date__gte": a_week_ago},
            "older": {"created_at__date__lt": a_week_ago},
            "expiring": {"expires_on__lte": today + timedelta(days=2)},
        }
        return queryset.filter(**conditions.get(self.value(), {}))
