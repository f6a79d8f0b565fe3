"""The date filter of the admin's lists: whole days of the shop, both ends included."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.utils import parse_date_str

from catalog.columns import shop_midnight

YEARS = range(1900, 2101)
DAY = timedelta(days=1)


class DayRangeFilter(RangeDateFilter):  # type: ignore[misc] # untyped
    """Unfold's range, whose last day would end at its first moment where the field tells a time.

    A date that cannot be read, or of another era, is no bound.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = self._day("from"), self._day("to")
        if first is not None:
            queryset = queryset.filter(**{f"{self.field_path}__gte": self._start(first)})
        if last is not None:
            queryset = queryset.filter(**{f"{self.field_path}__lt": self._start(last + DAY)})
        return queryset

    def _day(self, end: str) -> date | None:
        text = self.used_parameters.get(f"{self.field_path}_{end}")
        found = parse_date_str(text) if isinstance(text, str) else None
        return found if found is not None and found.year in YEARS else None

    def _start(self, day: date) -> date | datetime:
        return shop_midnight(day) if isinstance(self.field, DateTimeField) else day
