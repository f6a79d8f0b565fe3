"""What the forecast editor shows of a product or category: computed, overridden and in all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, Least, TruncDate
from django.utils import timezone

from catalog.models import Category, Product
from inventory.algorithms.overrides import spread
from inventory.models import DemandForecast, ForecastOverride, ProductForecast, TotalForecast
from inventory.selectors import FAN, SEPARATOR, below
from sales.models import Order, OrderLine
from sales.takings import newest_day

if TYPE_CHECKING:
    from collections.abc import Sequence

PAST_WEEKS = 26
NEWEST = 200


@dataclass(frozen=True)
class Outcome:
    """What was computed, said and sold on the days an override was in force."""

    computed: float
    said: float
    sold: float

    @property
    def staff_were_nearer(self) -> bool | None:
        """None where both missed by the same."""
        ours, theirs = abs(self.said - self.sold), abs(self.computed - self.sold)
        return None if ours == theirs else ours < theirs


@dataclass(frozen=True)
class Record:
    """How overrides whose days have passed did together."""

    measured: int
    staff_nearer: int
    missed_by_staff: float
    missed_by_computed: float


def with_sold(rows: "QuerySet[ForecastOverride]") -> "QuerySet[ForecastOverride]":
    """Add ``last_day`` in force and ``sold``, units less returns on the days in force."""
    until = Case(
        When(withdrawn_at=None, then=F("ends_on")),
        default=Least(F("ends_on"), TruncDate("withdrawn_at")),
    )
    inside = Concat(OuterRef("category__path"), Value(SEPARATOR))
    own = _units(Q(product=OuterRef("product")))
    of_category = _units(
        Q(product__category=OuterRef("category")) | Q(product__category__path__startswith=inside)
    )
    sold = Case(When(category=None, then=own), default=of_category)
    return rows.annotate(last_day=until).annotate(sold=Coalesce(sold, 0))


def _units(goods: Q) -> Subquery:
    """Return the units of some goods on an override's days in force."""
    days = {"day__gte": OuterRef("starts_on"), "day__lte": OuterRef("last_day")}
    lines = OrderLine.objects.filter(goods, **days).exclude(order__status=Order.Status.CANCELLED)
    whole = lines.order_by().values(whole=Value(1))
    return Subquery(whole.annotate(units=Sum("quantity")).values("units"))


def last_whole_day() -> date | None:
    """Return the newest day whose sales are all in, so not today; None in an empty shop."""
    newest = newest_day()
    return None if newest is None else min(newest, timezone.localdate() - timedelta(days=1))


def outcome(override: ForecastOverride, *, known_until: date | None) -> Outcome | None:
    """Return who was how near; None before its last day is known, or where it never applied.

    ``override`` comes from `with_sold`, ``known_until`` is `last_whole_day`.
    """
    last: date = override.last_day  # type: ignore[attr-defined]
    days = (last - override.starts_on).days + 1
    if days < 1 or known_until is None or last > known_until:
        return None
    daily = override.baseline["daily"]
    if override.mode == ForecastOverride.Mode.FIXED:
        said = float(spread(float(override.value), daily)[:days].sum())
    else:
        said = sum(daily[:days]) * override.factor
    sold = max(float(override.sold), 0.0)  # type: ignore[attr-defined]
    return Outcome(float(sum(daily[:days])), said, sold)


def track_record(known_until: date | None) -> Record:
    """Return how the newest two hundred overrides did together."""
    rows = with_sold(ForecastOverride.objects.order_by("-created_at", "-pk"))[:NEWEST]
    found = [one for row in rows if (one := outcome(row, known_until=known_until))]
    return Record(
        measured=len(found),
        staff_nearer=sum(one.staff_were_nearer is True for one in found),
        missed_by_staff=sum(abs(one.said - one.sold) for one in found),
        missed_by_computed=sum(abs(one.computed - one.sold) for one in found),
    )


@dataclass(frozen=True)
class Editor:
    """A subject's past weeks, its forecast by day, and all that staff ever said about it.

    ``days`` has columns day, baseline, override (NaN: none), total, and q10, q90 for products.
    """

    subject: Product | Category
    forecast: DemandForecast
    past: pd.DataFrame
    days: pd.DataFrame
    said: list[tuple[ForecastOverride, Outcome | None]]

    @property
    def weeks(self) -> "list[dict[str, object]]":
        """A row per week: its first day, baseline, override (None: none) and total."""
        table = self.days.assign(week=np.arange(len(self.days)) // 7)
        found = table.groupby("week").agg(
            day=("day", "first"),
            baseline=("baseline", "sum"),
            override=("override", lambda units: units.sum(min_count=1)),
            total=("total", "sum"),
        )
        rows = cast("list[dict[str, object]]", found.to_dict("records"))
        said = found["override"].notna()
        return [
            row if is_said else row | {"override": None}
            for row, is_said in zip(rows, said, strict=True)
        ]


def editor_of(subject: Product | Category) -> Editor | None:
    """Return the editor of a product or category; None before anything was forecast."""
    forecast = DemandForecast.objects.live()
    if forecast is None:
        return None
    owner = {"product" if isinstance(subject, Product) else "category": subject}
    rows = with_sold(ForecastOverride.objects.filter(**owner)).select_related("product", "category")
    said, known_until = list(rows[:NEWEST]), last_whole_day()
    return Editor(
        subject=subject,
        forecast=forecast,
        past=_past_weeks(subject, before=forecast.as_of),
        days=_days(subject, forecast, [row for row in said if row.withdrawn_at is None]),
        said=[(row, outcome(row, known_until=known_until)) for row in said],
    )


def _days(
    subject: Product | Category, forecast: DemandForecast, standing: "Sequence[ForecastOverride]"
) -> pd.DataFrame:
    if isinstance(subject, Product):
        table = _product_days(subject, forecast)
    else:
        table = _category_days(subject, forecast)
    own = np.full(len(table), np.nan)
    for override in standing:
        first = (override.starts_on - forecast.as_of).days
        amounts = spread(float(override.value), override.baseline["daily"])
        for at in range(len(amounts)):
            if 0 <= first + at < len(own):
                is_fixed = override.mode == ForecastOverride.Mode.FIXED
                expected = float(table["baseline"].iloc[first + at])
                own[first + at] = amounts[at] if is_fixed else expected * override.factor
    days = pd.date_range(forecast.as_of, periods=len(table), unit="s")
    total = np.where(np.isnan(own), table["planned"], own)
    return table.assign(day=days, override=own, total=total)


def _product_days(product: Product, forecast: DemandForecast) -> pd.DataFrame:
    row = ProductForecast.objects.filter(forecast=forecast, product=product).first()
    if row is None:
        return pd.DataFrame(
            0.0, index=range(forecast.horizon_days), columns=["baseline", "planned", *FAN]
        )
    planned = row.planned["daily"] if row.planned else row.daily
    return pd.DataFrame({**row.daily, "baseline": row.daily["mean"], "planned": planned["mean"]})


def _category_days(category: Category, forecast: DemandForecast) -> pd.DataFrame:
    """Return a category's computed days, and with its products' own overrides."""
    total = TotalForecast.objects.filter(forecast=forecast, category=category).first()
    baseline = np.array(total.daily["mean"] if total else [0.0] * forecast.horizon_days)
    moved = ProductForecast.objects.filter(
        forecast=forecast, product__category__in=below(category), planned__isnull=False
    )
    planned = baseline.copy()
    for row in moved.only("daily", "planned"):
        if row.planned is not None:
            planned += np.array(row.planned["daily"]["mean"]) - np.array(row.daily["mean"])
    return pd.DataFrame({"baseline": baseline, "planned": np.maximum(planned, 0.0)})


def _past_weeks(subject: Product | Category, *, before: date) -> pd.DataFrame:
    """Return ``week`` and ``units`` sold less returns in the last half year."""
    since = before - timedelta(weeks=PAST_WEEKS)
    goods = (
        Q(product=subject)
        if isinstance(subject, Product)
        else Q(product__category__in=below(subject))
    )
    lines = OrderLine.objects.filter(goods, day__gte=since, day__lt=before)
    days = lines.exclude(order__status=Order.Status.CANCELLED).order_by("day").values_list("day")
    units = _by_week(days.annotate(Sum("quantity")), since)
    return pd.DataFrame(
        {"week": pd.date_range(since, periods=PAST_WEEKS, freq="7D"), "units": units}
    )


def _by_week(days: Iterable[tuple[date, int]], since: date) -> np.ndarray:
    units = np.zeros(PAST_WEEKS, dtype=np.int64)
    for day, quantity in days:
        units[(day - since).days // 7] += quantity
    return units
