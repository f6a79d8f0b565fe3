"""The page of a customer: who they are, what they bought, what they would be shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter

from config.customer_page import page_of
from crm.charts import segment_label
from crm.models import Segment
from jobs.badges import badge
from jobs.faces import DropdownFilter, ModelAdmin
from sales.models import Customer


class SegmentFilter(DropdownFilter):
    title = _("segment")
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Segment.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        return queryset.filter(segment=self.value()) if self.value() else queryset


@admin.register(Customer)
class CustomerAdmin(ModelAdmin[Customer]):
    list_display = ["number", "name", "segment_column", "country", "city", "joined_column"]
    list_filter = [
        SegmentFilter,
        ("accepts_email", BooleanRadioFilter),
        ("is_personalised", BooleanRadioFilter),
    ]
    search_fields = ["number", "name", "email"]
    change_form_outer_before_template = "config/customer_page.html"
    exclude = ["segment"]
    readonly_fields = ["segment_column"]

    @admin.display(description=_("segment"), ordering="segment")
    def segment_column(self, customer: Customer) -> SafeString | str:
        label = segment_label(customer.segment)
        return badge(label, "accent") if customer.segment else "–"

    @admin.display(description=_("joined"), ordering="joined_at")
    def joined_column(self, customer: Customer) -> str:
        at = customer.joined_at
        return "–" if at is None else date_format(timezone.localdate(at))

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        """Orders hang on customers; a person who wants to be forgotten is made anonymous."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        customer = self.get_object(request, object_id)
        page = page_of(customer, request) if customer else None
        return super().change_view(
            request, object_id, form_url, {"page": page, **(extra_context or {})}
        )
