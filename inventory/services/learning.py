"""Learn at what service level each class cost least in the shop's own past."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.algorithms.learned_levels import days_to_learn, learn_levels
from inventory.algorithms.strata import stratified
from inventory.models import LearnedLevels, RestockPolicy
from inventory.selectors import policies_of
from inventory.services.demand_facts import HISTORY_DAYS
from inventory.services.past import NoPastError, demand_of_past, money_of, past_case, past_sales
from inventory.services.service_levels import service_levels
from jobs.models import Job
from jobs.services import finishing, report_progress
from sales.selectors import daily_quantities

KEPT_DAYS = 28
MOST_PRODUCTS = 450
LEARNED = RestockPolicy.LevelBy.LEARNED


@dataclass(frozen=True)
class Lesson:
    """The level of each class, and the past it was learned from."""

    since: date
    days: int
    products: int
    levels: dict[str, float]


def learn_service_levels(*, job: Job) -> int:
    """Learn the levels of the classes, once in four weeks; return how many classes got one."""
    known = LearnedLevels.objects.live(as_of=job.as_of)
    is_fresh = known is not None and known.as_of > job.as_of - timedelta(days=KEPT_DAYS)
    report_progress(job, 0.1, "Replaying the past at several levels")
    lesson = None if is_fresh else lesson_before(as_of=job.as_of)
    classes = len(lesson.levels) if lesson else 0
    with finishing(job, {"classes": classes, "products": lesson.products if lesson else 0}):
        if lesson is not None:
            LearnedLevels.objects.create(
                job=job,
                as_of=job.as_of,
                since=lesson.since,
                days=lesson.days,
                products=lesson.products,
                levels=lesson.levels,
            )
    return classes


def lesson_before(*, as_of: date) -> Lesson | None:
    """Return what the past before a day teaches; None where it is too short or too narrow.

    At most 450 products are replayed, as many of each ABC/XYZ class as there are, so that a night
    takes no longer where the shop is larger.
    """
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    days = 0 if sold.empty else days_to_learn((as_of - sold["day"].min().date()).days)
    if not days:
        return None
    since = as_of - timedelta(days=days)
    try:
        sold, facts = past_sales(since=since, as_of=as_of)
    except NoPastError:
        return None
    rows, weights = _heard(sold[sold["day"] < pd.Timestamp(since)], facts)
    facts = facts.iloc[rows]
    panel = demand_of_past(sold[sold["product_id"].isin(facts.index)], as_of=as_of)
    levels = learn_levels(past_case(panel, facts, days), money_of(facts), weights)
    return Lesson(since, days, len(rows), levels) if levels else None


def _heard(
    before: pd.DataFrame, facts: pd.DataFrame
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return the rows of ``facts`` to learn from, and how many products each stands for.

    Classes are told by the sales ``before`` the replay, as if days were independent.
    """
    days = max((before["day"].max() - before["day"].min()).days + 1, 1)
    daily = before.assign(square=before["units"].astype("float64") ** 2)
    sums = daily.groupby("product_id")[["units", "square"]].sum().reindex(facts.index).fillna(0.0)
    mean = sums["units"].to_numpy(dtype=np.float64) / days
    variance = sums["square"].to_numpy() / days - mean**2
    lasting = facts["lead_days"].to_numpy(dtype=np.float64)
    return stratified(
        mean * money_of(facts).price, mean * lasting, variance * lasting, MOST_PRODUCTS
    )


@dataclass(frozen=True)
class Levels:
    """Service levels of products: the policy's ``stated`` ones, or ``learned`` by class."""

    stated: npt.NDArray[np.float64]
    is_learned: npt.NDArray[np.bool_]
    learned: dict[str, float]

    def of(self, classes: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
        """Return every product's level, given its class (n)."""
        found = [self.learned.get(str(name), np.nan) for name in classes]
        return np.where(self.is_learned & ~np.isnan(found), found, self.stated)


def replayed_levels(facts: pd.DataFrame, *, since: date, service_level: float | None) -> Levels:
    """Return the levels a replay goes by: those of the policies, learned before its first day."""
    table = facts.join(policies_of(facts["category_id"]))
    stated = service_levels(table)
    wants = (table["level_by"] == LEARNED).to_numpy()
    if service_level is not None:
        return Levels(np.full_like(stated, service_level), np.zeros_like(wants), {})
    lesson = lesson_before(as_of=since) if wants.any() else None
    return Levels(stated, wants, lesson.levels if lesson else {})
