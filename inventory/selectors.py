"""Reads of the stock room: forecasts, stock, what is on order, the merchant's policy."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from catalog.columns import read_columns, shop_days, shop_midnight, start_of
from catalog.models import Category, Product
from inventory.algorithms.classes import CLASS_LEVELS
from inventory.levels import outstanding_lines, units_in_transit
from inventory.models import (
    ClassServiceLevel,
    DemandForecast,
    ForecastOverride,
    LearnedLevels,
    ProductForecast,
    PurchaseReceiptLine,
    RestockPolicy,
    StockRule,
    TotalForecast,
    Transfer,
    TransferLine,
)
from jobs.models import Score
from sales.models import Order, OrderLine
from sales.stock import units_at_places

SEPARATOR = " > "
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


def learned_levels(*, as_of: date) -> dict[str, float]:
    """Return the level of each class as learned from the shop's past; empty: not learned yet."""
    found = LearnedLevels.objects.live(as_of=as_of)
    return {} if found is None else {name: float(level) for name, level in found.levels.items()}


def own_levels(*, as_of: date) -> "pd.Series[float]":
    """Return the service level of each product that has a rule of its own, set before a day."""
    rules = StockRule.objects.filter(set_on__lt=as_of).values_list("product_id", "service_level")
    return pd.Series({pk: float(level) for pk, level in rules}, dtype="float64")


def _number(value: object) -> float:
    return float("nan") if value is None else float(str(value))


PLANNED = (
    "daily",
    "lead_mean",
    "lead_variance",
    "protection_mean",
    "protection_variance",
    "protection_q10",
    "protection_q90",
)


def forecast_rows(forecast: DemandForecast) -> pd.DataFrame:
    """Return a version's rows: ``product_id``, ``stock_class``, ``daily`` (the fan), moments.

    Staff's overrides are laid over them: this is what orders go by.
    """
    names = ["product_id", "stock_class", "protection_days"]
    rows = ProductForecast.objects.filter(forecast=forecast).order_by("product_id")
    records = []
    for planned, *row in rows.values_list("planned", *names, *PLANNED):
        known, computed = row[: len(names)], row[len(names) :]
        figures = [planned[name] for name in PLANNED] if planned else computed
        records.append((*known, *figures))
    return pd.DataFrame.from_records(records, columns=[*names, *PLANNED])


def classes_before(*, as_of: date) -> pd.DataFrame:
    """Return ``stock_class`` and ``demand_class`` by product id, of the newest night before a day.

    Empty where there was none.
    """
    nights = DemandForecast.objects.filter(as_of__lt=as_of).order_by("-as_of", "-pk")
    names = ["product_id", "stock_class", "demand_class"]
    rows = ProductForecast.objects.filter(forecast_id__in=nights.values("pk")[:1])
    found = pd.DataFrame.from_records(rows.values_list(*names), columns=names)
    return found.set_index("product_id")


def forecast_fan(*, product_id: int, as_of: date | None = None) -> pd.DataFrame:
    """Return a product's live forecast: ``day``, ``mean``, ``q10``, ``q50``, ``q90`` in units.

    Staff's overrides are laid over it; ``baseline`` is the computed mean.  Empty where the
    newest version does not know the product.
    """
    live = DemandForecast.objects.order_by("-as_of", "-pk").values("pk")
    if as_of is not None:
        live = live.filter(as_of__lte=as_of)
    rows = ProductForecast.objects.filter(forecast_id__in=live[:1], product_id=product_id)
    row = rows.select_related("forecast").first()
    if row is None:
        return pd.DataFrame(columns=["day", *FAN, "baseline"])
    days = pd.date_range(row.forecast.as_of, periods=row.forecast.horizon_days, unit="s")
    fan = row.planned["daily"] if row.planned else row.daily
    columns = {name: fan[name] for name in FAN}
    return pd.DataFrame({"day": days, **columns, "baseline": row.daily["mean"]})


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


def units_on_order(
    *, before: date | None = None, product_ids: Iterable[int] | None = None
) -> "pd.Series[int]":
    """Return units ordered and not received per product id, as it stood before a day.

    Lines created before the day, less what came in and what was given up before it; where more
    came than was ordered, nothing is on order.
    """
    lines = outstanding_lines(before=before, product_ids=product_ids)
    return lines.groupby("product_id")["units"].sum().astype("int64")


def receipts(*, before: date) -> pd.DataFrame:
    """Return what arrived on orders before a day: ``product_id``, ``day``, ``units``."""
    lines = PurchaseReceiptLine.objects.filter(receipt__received_at__lt=shop_midnight(before))
    rows = [
        (product_id, timezone.localdate(at), units)
        for product_id, at, units in lines.order_by(
            "line__product_id", "receipt__received_at", "pk"
        ).values_list("line__product_id", "receipt__received_at", "units")
    ]
    frame = pd.DataFrame.from_records(rows, columns=["product_id", "day", "units"])
    return frame.astype({"product_id": "int64", "day": "datetime64[s]", "units": "int64"})


def stock_on_hand(*, as_of: date) -> "pd.Series[float]":
    """Return units on hand per product of known stock, at the start of a day.

    All places together with what is on its way between them: counts, and what was received, moved,
    written off, sold and returned since; never below zero (what was sold beyond the count was
    there all the same).
    """
    before = shop_midnight(as_of)
    levels = units_at_places(before=before).groupby("product_id")["on_hand"].sum()
    moving = units_in_transit(before=before).groupby("product_id")["units"].sum()
    total = levels.add(moving.reindex(levels.index, fill_value=0))
    return total.clip(lower=0).astype("float64")


def opening_counts(*, before: date, since: date) -> pd.DataFrame:
    """Return counts as the stock a day began with: ``product_id``, ``day``, ``units``.

    What was counted after noon is the next day's beginning.  A day counts only where all
    locations that ever held the product were counted.
    """
    counts = read_columns(
        "SELECT product_id, location_id, on_hand, counted_at FROM catalog_stockcount"
        " WHERE counted_at < ? AND counted_at >= ? ORDER BY counted_at, id",
        (start_of(before), start_of(since)),
        types={
            "product_id": "int64",
            "location_id": "int64",
            "on_hand": "int64",
            "counted_at": "moment",
        },
    )
    day = shop_days(counts["counted_at"] + pd.Timedelta(hours=12))
    counts = counts.assign(day=day).drop_duplicates(
        ["product_id", "location_id", "day"], keep="last"
    )
    places = counts.groupby("product_id")["location_id"].nunique()
    found = counts.groupby(["product_id", "day"], as_index=False).agg(
        units=("on_hand", "sum"), places=("location_id", "nunique")
    )
    whole = found["places"] == found["product_id"].map(places)
    return found.loc[whole, ["product_id", "day", "units"]]


def daily_means(rows: pd.DataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return the expected demand of `forecast_rows` as products × days."""
    return np.array([fan["mean"] for fan in rows["daily"]], dtype=np.float64)


def overrides_in_force(*, as_of: date) -> "QuerySet[ForecastOverride]":
    """Return the overrides that a night goes by: written before its day, and not withdrawn then.

    Those whose days have all passed are left out.
    """
    midnight = shop_midnight(as_of)
    return ForecastOverride.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gte=midnight),
        created_at__lt=midnight,
        ends_on__gte=as_of,
    ).order_by("pk")


def overridden_products(*, as_of: date) -> list[int]:
    """Return the products with an override of their own in force; they are forecast unsold too."""
    found = overrides_in_force(as_of=as_of).exclude(product=None)
    return list(found.order_by("product_id").values_list("product_id", flat=True).distinct())


def below(category: Category) -> "QuerySet[Category]":
    """Return a category and those below it."""
    inside = Q(pk=category.pk) | Q(path__startswith=f"{category.path}{SEPARATOR}")
    return Category.objects.filter(inside)


def baseline_daily(*, forecast: DemandForecast, subject: Product | Category) -> list[float]:
    """Return the computed mean per day of a product or category; zeros where it is not known."""
    found: ProductForecast | TotalForecast | None
    if isinstance(subject, Product):
        found = forecast.products.filter(product=subject).first()
    else:
        found = forecast.totals.filter(category=subject).first()
    return list(found.daily["mean"]) if found else [0.0] * forecast.horizon_days


def products_on_the_move() -> set[int]:
    """Return the products of transfers that are planned or under way."""
    open_lines = TransferLine.objects.filter(
        transfer__state__in=(Transfer.State.DRAFT, Transfer.State.SENT)
    )
    return set(open_lines.values_list("product_id", flat=True))
