"""Segments as they stand."""

from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from crm.models import Segment, SegmentMember
from sales.models import Customer


def current_segments() -> dict[int, str]:
    """The segment in force per customer id; customers without one are left out."""
    return dict(Customer.objects.exclude(segment="").values_list("pk", "segment"))


def segments_overview() -> list[tuple[str, int]]:
    """How many customers each segment holds, best segment first, those without one last."""
    counts = dict(
        Customer.objects.order_by()
        .values("segment")
        .annotate(n=Count("pk"))
        .values_list("segment", "n")
    )
    return [(name, counts.get(name, 0)) for name in [*Segment.values, ""] if counts.get(name)]


def members(*, suggestion_id: int) -> "QuerySet[SegmentMember]":
    """The customers a suggestion would move, biggest spenders first."""
    return SegmentMember.objects.filter(suggestion_id=suggestion_id).select_related("customer")


def origins(*, suggestion_id: int) -> list[tuple[str, int, Decimal]]:
    """Where the members come from: segment before, customers, what they spent so far."""
    return list(
        SegmentMember.objects.filter(suggestion_id=suggestion_id)
        .order_by()
        .values("previous_segment")
        .annotate(n=Count("pk"), money=Sum("monetary"))
        .order_by("-n")
        .values_list("previous_segment", "n", "money")
    )
