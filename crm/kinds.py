"""The segment suggestion as the inbox sees it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import services
from crm.charts import origins_chart, recency_chart
from crm.models import SegmentMember, SegmentSuggestion
from crm.selectors import origins
from suggestions.kinds import Chart, Kind
from suggestions.models import Suggestion
from suggestions.money import money, number

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def charts(suggestion: Suggestion) -> list[Chart]:
    recencies = SegmentMember.objects.filter(suggestion_id=suggestion.pk)
    return [
        origins_chart(origins(suggestion_id=suggestion.pk)),
        recency_chart(list(recencies.values_list("recency_days", flat=True))),
    ]


def facts(suggestion: Suggestion) -> "list[tuple[StrOrPromise, StrOrPromise]]":
    detail = SegmentSuggestion.objects.get(pk=suggestion.pk)
    rows: list[tuple[StrOrPromise, StrOrPromise]] = [
        (_("Customers who would move in"), number(detail.customers)),
        (
            _("Their share of all revenue so far"),
            f"{number(100 * detail.share_of_revenue, decimals=1)} %",
        ),
    ]
    if detail.expected_spend is not None:
        spend = _("%(mean)s (%(low)s to %(high)s)") % {
            "mean": money(detail.expected_spend, decimals=0),
            "low": money(detail.expected_spend_low or 0, decimals=0),
            "high": money(detail.expected_spend_high or 0, decimals=0),
        }
        label = _("What customers like these spent in the next %(days)s days")
        rows.append((label % {"days": suggestion.effect_days}, spend))
    return rows


SEGMENT = Kind(
    name=services.KIND,
    label=gettext_lazy("Segment"),
    icon="groups",
    apply=services.set_segment,
    charts=charts,
    facts=facts,
    is_editable=False,
    decimals=0,
)
