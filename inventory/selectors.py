"""Reads of the stock room: forecasts, stock, what is on order, the merchant's policy."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.db.models import F, QuerySet, Sum

from catalog.models import Category
from catalog.selectors import stock_counts
from inventory.algorithms.classes import CLASS_LEVELS
from inventory.models import (
    ClassServiceLevel,
    DemandForecast,
    ProductForecast,
    PurchaseOrder,
    PurchaseOrderLine,
    RestockPolicy,
    StockRule,
)
from jobs.models import Score
from sales.models import Order, OrderLine
from sales.selectors import daily_quantities

OPEN_STATES = (PurchaseOrder.State.DRAFT, PurchaseOrder.State.SENT)
POLICY_FIELDS = (
    "service_level",
    "review_days",
    "holding_share",
    "least_effect",
    "order_cost",
    "keep_days",
)
POLICY_NAMES = ("method", "level_by")
FAN = ("mean", "q10", "q50", "q90")


def default_policy() -> RestockPolicy:
    """Return the shop's default policy, or one with the built-in values where none is set."""
    return RestockPolicy.objects.filter(category=None).first() or RestockPolicy()


def policies_of(category_ids: "pd.Series[int]") -> pd.DataFrame:
    """Return the policy of each category id (−1: none), found at it, its parents or the default.

    Same index as ``category_ids``; columns ``service_level`` (NaN: weigh it), ``review_days``,
    ``holding_share``, ``least_effect``, ``order_cost``, ``keep_days`` as floats, ``method`` and
    ``level_by`` as words.
    """
    rows = {policy.category_id: policy for policy in RestockPolicy.objects.all()}
    default = rows.get(None, RestockPolicy())
    parents = dict(Category.objects.values_list("pk", "parent_id")) if rows else {}

    def nearest(category_id: int | None) -> RestockPolicy:
        while category_id is not None and category_id not in rows:
            category_id = parents.get(category_id)
        return rows.get(category_id, default)

    found = {pk: nearest(pk if pk >= 0 else None) for pk in category_ids.unique()}
    columns = {
        name: [_number(getattr(found[pk], name)) for pk in category_ids] for name in POLICY_FIELDS
    }
    names = {name: [getattr(found[pk], name) for pk in category_ids] for name in POLICY_NAMES}
    return pd.DataFrame(columns, index=category_ids.index, dtype="float64").assign(**names)


def class_levels() -> dict[str, float]:
    """Return the service level of each ABC/XYZ class: the merchant's, else the built-in one."""
    stated = {str(row): float(row.service_level) for row in ClassServiceLevel.objects.all()}
    return CLASS_LEVELS | stated


def own_levels(*, as_of: date) -> "pd.Series[float]":
    """Return the service level of each product that has a rule of its own, set before a day."""
    rules = StockRule.objects.filter(set_on__lt=as_of).values_list("product_id", "service_level")
    return pd.Series({pk: float(level) for pk, level in rules}, dtype="float64")


def _number(value: object) -> float:
    return float("nan") if value is None else float(str(value))


def forecast_rows(forecast: DemandForecast) -> pd.DataFrame:
    """Return a version's rows: ``product_id``, ``daily`` (the fan) and the sums' moments."""
    names = [
        "product_id",
        "daily",
        "lead_mean",
        "lead_variance",
        "protection_days",
        "protection_mean",
        "protection_variance",
        "protection_q10",
        "protection_q90",
    ]
    rows = ProductForecast.objects.filter(forecast=forecast).order_by("product_id")
    return pd.DataFrame.from_records(list(rows.values_list(*names)), columns=names)


def forecast_fan(*, product_id: int, as_of: date | None = None) -> pd.DataFrame:
    """Return a product's live forecast: ``day``, ``mean``, ``q10``, ``q50``, ``q90`` in units.

    Empty where the newest version does not know the product.
    """
    forecast = DemandForecast.objects.live(as_of=as_of)
    row = ProductForecast.objects.filter(forecast=forecast, product_id=product_id).first()
    if forecast is None or row is None:
        return pd.DataFrame(columns=["day", *FAN])
    days = pd.date_range(forecast.as_of, periods=forecast.horizon_days, unit="s")
    return pd.DataFrame({"day": days, **{name: row.daily[name] for name in FAN}})


def forecast_scores(forecast: DemandForecast) -> dict[str, dict[str, float]]:
    """Return how the version did on held-back days: metric → role → value."""
    rows = Score.objects.filter(
        job_id=forecast.job_id, role__in=[Score.Role.CHOSEN, Score.Role.NAIVE]
    )
    out: dict[str, dict[str, float]] = {}
    for row in rows.order_by("metric", "pk"):
        out.setdefault(row.metric, {})[row.role] = round(row.value, 4)
    return out


def weekly_sales(*, product_id: int, before: date, weeks: int = 26) -> pd.DataFrame:
    """Return ``week`` (its first day) and ``units`` sold in the last ``weeks`` before a day.

    Returns are not taken off; cancelled orders are left out.
    """
    since = before - timedelta(weeks=weeks)
    lines = OrderLine.objects.filter(
        product_id=product_id, day__gte=since, day__lt=before, quantity__gt=0
    ).exclude(order__status=Order.Status.CANCELLED)
    units = np.zeros(weeks, dtype=np.int64)
    for day, quantity in lines.order_by("day").values_list("day").annotate(Sum("quantity")):
        units[(day - since).days // 7] += quantity
    starts = pd.date_range(since, periods=weeks, freq="7D", unit="s")
    return pd.DataFrame({"week": starts, "units": units})


def open_purchase_orders(*, supplier_id: int | None = None) -> "QuerySet[PurchaseOrder]":
    """Return the orders not yet received, soonest expected first, with supplier and lines."""
    orders = PurchaseOrder.objects.filter(state__in=OPEN_STATES)
    if supplier_id is not None:
        orders = orders.filter(supplier_id=supplier_id)
    soonest = F("expected_on").asc(nulls_last=True)
    return (
        orders.select_related("supplier").prefetch_related("lines__product").order_by(soonest, "pk")
    )


def units_on_order(
    *, before: date | None = None, product_ids: Iterable[int] | None = None
) -> "pd.Series[int]":
    """Return units ordered and not received per product id; only lines created before a day."""
    if before is None:
        lines = PurchaseOrderLine.objects.filter(order__state__in=OPEN_STATES)
    else:
        lines = PurchaseOrderLine.objects.filter(created_on__lt=before).exclude(
            order__state=PurchaseOrder.State.CANCELLED
        )
        lines = lines.exclude(order__received_on__lt=before)
    if product_ids is not None:
        lines = lines.filter(product_id__in=product_ids)
    sums = lines.order_by("product_id").values_list("product_id").annotate(Sum("quantity"))
    return pd.Series(dict(sums), dtype="int64")


def receipts(*, before: date) -> pd.DataFrame:
    """Return what arrived before a day: ``product_id``, ``day``, ``units``."""
    lines = PurchaseOrderLine.objects.filter(
        order__state=PurchaseOrder.State.RECEIVED, order__received_on__lt=before
    )
    rows = lines.order_by("product_id", "order__received_on", "pk").values_list(
        "product_id", "order__received_on", "quantity"
    )
    frame = pd.DataFrame.from_records(list(rows), columns=["product_id", "day", "units"])
    return frame.astype({"product_id": "int64", "day": "datetime64[s]", "units": "int64"})


def stock_on_hand(*, as_of: date) -> "pd.Series[float]":
    """Return units on hand per product that was ever counted, at the start of a day.

    The latest count, less what was sold on later days, plus what was received or returned on
    them; never below zero (what was sold beyond the count was there all the same).
    """
    counts = stock_counts(as_of=as_of).set_index("product_id")
    if counts.empty:
        return pd.Series(dtype="float64")
    counted_on = pd.to_datetime(counts["counted_on"])
    sold = daily_quantities(before=as_of, since=counted_on.min().date())
    moves = pd.concat(
        [
            sold[["product_id", "day"]].assign(units=sold["returned"] - sold["units"]),
            receipts(before=as_of),
        ]
    )
    later = moves[moves["day"] > moves["product_id"].map(counted_on)]
    change = later.groupby("product_id")["units"].sum().reindex(counts.index, fill_value=0)
    return (counts["on_hand"] + change).clip(lower=0).astype("float64")


def daily_means(rows: pd.DataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return the expected demand of `forecast_rows` as products × days."""
    return np.array([fan["mean"] for fan in rows["daily"]], dtype=np.float64)
