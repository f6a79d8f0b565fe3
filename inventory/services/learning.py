"""Learn at what service level each class cost least in the shop's own past."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.ensemble import spread_rows
from inventory.algorithms.learned_levels import days_to_learn, learn_levels
from inventory.models import LearnedLevels, RestockPolicy
from inventory.selectors import policies_of
from inventory.services.demand_facts import HISTORY_DAYS
from inventory.services.past import NoPastError, money_of, past_case, past_products
from inventory.services.service_levels import service_levels
from jobs.models import Job
from jobs.services import finishing, report_progress
from sales.selectors import daily_quantities

KEPT_DAYS = 28
MOST_PRODUCTS = 400
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

    At most four hundred products are replayed, evenly chosen by what they turn over.
    """
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    days = 0 if sold.empty else days_to_learn((as_of - sold["day"].min().date()).days)
    if not days:
        return None
    since = as_of - timedelta(days=days)
    try:
        panel, facts = past_products(since=since, as_of=as_of)
    except NoPastError:
        return None
    before = np.nan_to_num(panel.y[:, :-days]).sum(axis=1) * money_of(facts).price
    ranked = np.argsort(-before, kind="stable")
    rows = np.sort(ranked[spread_rows(len(ranked), MOST_PRODUCTS)])
    facts = facts.iloc[rows]
    levels = learn_levels(past_case(panel.take(rows), facts, days), money_of(facts))
    return Lesson(since, days, len(rows), levels) if levels else None


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
