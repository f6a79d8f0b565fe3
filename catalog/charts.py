"""Prices as steps."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from suggestions.kinds import Chart


def price_chart(prices: Sequence[tuple[date, Decimal]]) -> Chart:
    """The price history as a staircase; ``prices`` are ``(from, price)``, the oldest first."""
    return Chart(
        title=_("Price history"),
        type="line",
        labels=[day.isoformat() for day, _price in prices],
        datasets=[
            {
                "label": _("price"),
                "data": [float(price) for _day, price in prices],
                "borderColor": "var(--color-primary-600)",
                "stepped": True,
                "pointRadius": 2 if len(prices) < 60 else 0,
            }
        ],
    )
