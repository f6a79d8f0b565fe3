"""Reads of pricing: policies, elasticities, a product's weeks."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from django.db.models import F, Sum

from catalog.models import Category
from pricing.models import Elasticity, PricePolicy
from sales.models import Order, OrderLine

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Policies:
    """Every policy of the shop, and the tree they are looked up in."""

    rows: dict[int | None, PricePolicy]
    parents: dict[int, int | None]

    @property
    def default(self) -> PricePolicy:
        """The shop's default policy, or one with the built-in values where none is set."""
        return self.rows.get(None) or PricePolicy()

    def of(self, category_id: int | None) -> PricePolicy:
        """Return the policy of a category: its own, its nearest parent's, or the default."""
        while category_id is not None and category_id not in self.rows:
            category_id = self.parents.get(category_id)
        return self.rows.get(category_id, self.default)


def policies() -> Policies:
    """Read the policies."""
    rows = {policy.category_id: policy for policy in PricePolicy.objects.all()}
    parents: dict[int, int | None] = (
        dict(Category.objects.values_list("pk", "parent_id")) if rows else {}
    )
    return Policies(rows, parents)


def elasticity_of(*, product_id: int, as_of: date | None = None) -> Elasticity | None:
    """Return a product's newest estimate, or the newest that knew nothing after ``as_of``."""
    rows = Elasticity.objects.filter(product_id=product_id)
    if as_of is not None:
        rows = rows.filter(as_of__lte=as_of)
    return rows.order_by("-as_of", "-job_id").first()


def weekly_history(*, product_id: int, before: date, weeks: int = 52) -> pd.DataFrame:
    """Return a product's last weeks: ``week`` (first day), ``units`` sold, mean ``price`` paid.

    ``price`` is NaN in weeks without a sale; returns and cancelled orders are left out.
    """
    since = before - timedelta(days=DAYS_PER_WEEK * weeks)
    lines = OrderLine.objects.filter(
        product_id=product_id, day__gte=since, day__lt=before, quantity__gt=0
    ).exclude(order__status=Order.Status.CANCELLED)
    days = (
        lines.order_by("day")
        .values_list("day")
        .annotate(Sum("quantity"), revenue=Sum(F("quantity") * F("unit_price")))
    )
    units, revenue = np.zeros(weeks), np.zeros(weeks)
    for day, quantity, paid in days:
        week = (day - since).days // DAYS_PER_WEEK
        units[week] += quantity
        revenue[week] += float(Decimal(paid))
    price = np.divide(revenue, units, out=np.full(weeks, np.nan), where=units > 0)
    starts = pd.date_range(since, periods=weeks, freq="7D", unit="s")
    return pd.DataFrame({"week": starts, "units": units, "price": price})
