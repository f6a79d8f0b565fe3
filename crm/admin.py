"""Which customers a segment suggestion would move, and why."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from crm.charts import segment_label
from crm.models import SegmentMember
from jobs.badges import from_to
from jobs.faces import LedgerAdmin
from suggestions.money import money


@admin.register(SegmentMember)
class SegmentMemberAdmin(LedgerAdmin[SegmentMember]):
    list_display = [
        "customer",
        "move_column",
        "recency_days",
        "frequency",
        "spent_column",
    ]
    list_select_related = ["customer", "suggestion"]
    list_filter = [("suggestion__segment", ChoicesDropdownFilter)]
    search_fields = ["customer__number", "customer__name"]

    @admin.display(description=_("segment"), ordering="suggestion__segment")
    def move_column(self, member: SegmentMember) -> SafeString:
        return from_to(
            segment_label(member.previous_segment), segment_label(member.suggestion.segment)
        )

    @admin.display(description=_("spent"), ordering="monetary")
    def spent_column(self, member: SegmentMember) -> SafeString:
        return format_html('<span class="zg-num">{}</span>', money(member.monetary, decimals=0))
