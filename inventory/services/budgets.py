"""What may still be spent on orders: the merchant's budgets less what was ordered in their days."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from catalog.selectors import order_budgets
from inventory.models import PurchaseOrder, PurchaseOrderLine

WHOLE_SHOP = -1


@dataclass(frozen=True)
class MoneyLeft:
    """What may be spent on all orders together, and on those of some suppliers."""

    together: float = math.inf
    by_supplier: dict[int, float] = field(default_factory=dict)


def money_left(*, as_of: date) -> MoneyLeft:
    """Return what is left of the budgets; infinite where there is none for the whole shop.

    A budget of n days counts what was sent in the n days up to ``as_of``, and all drafts.
    """
    budgets = order_budgets()
    if budgets.empty:
        return MoneyLeft()
    spent = _spent(as_of - timedelta(days=int(budgets["days"].max())), as_of)
    left = {}
    for supplier, amount, days in budgets.itertuples(index=False):
        is_its = (spent["day"] > as_of - timedelta(days=days)) & (
            (spent["supplier_id"] == supplier) | (supplier == WHOLE_SHOP)
        )
        left[int(supplier)] = max(float(amount) - float(spent.loc[is_its, "money"].sum()), 0.0)
    return MoneyLeft(left.pop(WHOLE_SHOP, math.inf), left)


def _spent(after: date, until: date) -> pd.DataFrame:
    """Money by supplier and the day an order was sent; a draft counts as sent on ``until``."""
    lines = PurchaseOrderLine.objects.exclude(order__state=PurchaseOrder.State.CANCELLED)
    lines = lines.filter(created_on__lte=until).annotate(day=Coalesce("order__sent_on", until))
    money = Sum((F("quantity") - F("cancelled")) * F("unit_cost"))
    rows = lines.filter(day__gt=after).values_list("order__supplier_id", "day")
    found = pd.DataFrame(
        rows.annotate(money=money).order_by(), columns=["supplier_id", "day", "money"]
    )
    return found.astype({"money": "float64"})
