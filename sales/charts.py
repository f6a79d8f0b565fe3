"""Sales as lines."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from suggestions.kinds import Chart


def revenue_chart(
    *, since: date, revenue: Sequence[Decimal], before_that: Sequence[Decimal]
) -> Chart:
    """Daily revenue of a period, with the period before it dashed underneath."""
    labels = [(since + timedelta(days=n)).isoformat() for n in range(len(revenue))]
    return Chart(
        title=_("Revenue per day"),
        type="line",
        labels=labels,
        datasets=[
            {
                "label": _("this period"),
                "data": [float(value) for value in revenue],
                "borderColor": "var(--color-primary-600)",
                "backgroundColor": (
                    "color-mix(in oklab, var(--color-primary-500) 12%, transparent)"
                ),
                "fill": "origin",
            },
            {
                "label": _("the period before"),
                "data": [float(value) for value in before_that],
                "borderColor": "var(--color-base-400)",
                "borderDash": [4, 4],
                "borderWidth": 1.5,
            },
        ],
    )
