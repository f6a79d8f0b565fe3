"""Which share of demand each location serves."""

from datetime import date, timedelta

import pandas as pd
from django.db.models import Count

from sales.models import Order
from sales.stock import known_places

LATELY_DAYS = 91


def location_shares(*, as_of: date) -> "pd.Series[float]":
    """Return each location's share of orders in the quarter before a day, by location id.

    Orders of a channel that a location serves, or that bears its code or name, leave from there;
    all others are shared evenly by the locations without a channel (by all, where each has one).
    """
    places = known_places()
    if not places.codes:
        return pd.Series(dtype="float64")
    words = [*places.names.items(), *places.codes.items()]
    named = {word.casefold(): pk for pk, word in words}
    named |= {channel.casefold(): pk for channel, pk in places.channels.items()}
    since = as_of - timedelta(days=LATELY_DAYS)
    rows = (
        Order.objects.filter(placed_at__date__gte=since, placed_at__date__lt=as_of)
        .exclude(status=Order.Status.CANCELLED)
        .order_by("channel")
        .values_list("channel")
        .annotate(Count("pk"))
    )
    own, other = pd.Series(0.0, index=list(places.codes)), 0.0
    for channel, orders in rows:
        place = named.get(channel.casefold())
        if place is None:
            other += orders
        else:
            own[place] += orders
    free = own.index[own == 0] if (own == 0).any() else own.index
    own[free] += (other or (0.0 if own.sum() else 1.0)) / len(free)
    return own / own.sum()
