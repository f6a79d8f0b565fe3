"""Charts of a segment suggestion."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.models import Segment
from suggestions.kinds import Chart

EDGES = ((0, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
COLOUR = "var(--color-primary-600)"


def segment_label(name: str) -> str:
    """A segment's name in the reader's language."""
    return str(Segment(name).label) if name in Segment.values else name or _("none yet")


def origins_chart(origins: Sequence[tuple[str, int, Decimal]]) -> Chart:
    """Customers by the segment they come from."""
    return Chart(
        title=_("Where these customers come from"),
        type="bar",
        labels=[segment_label(name) for name, _n, _money in origins],
        datasets=[
            {
                "label": _("Customers"),
                "data": [count for _name, count, _money in origins],
                "backgroundColor": COLOUR,
            }
        ],
    )


def recency_chart(recencies: Sequence[int]) -> Chart:
    """Customers by the days since their last order."""
    counts = [
        sum(low <= days and (high is None or days <= high) for days in recencies)
        for low, high in EDGES
    ]
    return Chart(
        title=_("Days since the last order"),
        type="bar",
        labels=[f"{low}+" if high is None else f"{low}–{high}" for low, high in EDGES],
        datasets=[{"label": _("Customers"), "data": counts, "backgroundColor": COLOUR}],
    )
