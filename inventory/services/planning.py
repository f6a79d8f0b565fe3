"""Lay what staff expect over the night's forecast: the plan that orders go by."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from forecasting.negative_binomial import quantiles
from inventory.algorithms.overrides import (
    LEVELS,
    Change,
    Moments,
    bands_of,
    moved,
    overridden,
    spread,
)
from inventory.models import ForecastOverride, ProductForecast
from inventory.selectors import FAN, overrides_in_force
from inventory.services.demand_facts import ancestors_of

PRODUCT_DEPTH = 1_000


def lay_overrides(rows: Sequence[ProductForecast], *, facts: pd.DataFrame, as_of: date) -> int:
    """Set ``planned`` of the rows that overrides in force touch; return how many.

    ``facts`` is `catalog.selectors.product_facts` indexed by product id.
    """
    found = list(overrides_in_force(as_of=as_of)) if rows else []
    if not found:
        return 0
    ids = pd.Index([row.product_id for row in rows])
    changes = _changes(found, ids, ancestors_of(facts), as_of)
    touched = np.unique(
        np.concatenate([np.zeros(0, dtype=np.intp), *(one.rows for one in changes)])
    )
    if not len(touched):
        return 0
    baseline = np.array([row.daily["mean"] for row in rows], dtype=np.float64)
    plan = overridden(baseline, changes)
    for at, planned in zip(touched, _planned(rows, touched, baseline, plan), strict=True):
        rows[at].planned = planned
    return len(touched)


def _changes(
    found: Sequence[ForecastOverride],
    ids: pd.Index,
    paths: Mapping[int, Sequence[int]],
    as_of: date,
) -> list[Change]:
    changes = []
    for override in found:
        rows, depth = _covered(override, ids, paths)
        first = (override.starts_on - as_of).days
        days = range(first, first + len(override.baseline["daily"]))
        if override.mode == ForecastOverride.Mode.FIXED:
            amounts = spread(float(override.value), override.baseline["daily"])
            changes.append(Change(rows, days, depth, amounts))
        else:
            changes.append(Change(rows, days, depth, factor=override.factor))
    return changes


def _covered(
    override: ForecastOverride, ids: pd.Index, paths: Mapping[int, Sequence[int]]
) -> tuple[np.ndarray, int]:
    """Return the rows meant and how narrow that is: a product's own before any category."""
    if override.product_id is not None:
        return np.flatnonzero(ids == override.product_id), PRODUCT_DEPTH
    category = override.category_id or 0
    inside = [category in paths[pk] for pk in ids]
    rows = np.flatnonzero(inside)
    if not len(rows):
        return rows, 0
    path = list(paths[ids[rows[0]]])
    return rows, len(path) - path.index(category)


def _planned(
    rows: Sequence[ProductForecast], touched: np.ndarray, baseline: np.ndarray, plan: np.ndarray
) -> list[dict[str, object]]:
    some = [rows[at] for at in touched]
    base, new = baseline[touched], plan[touched]
    lead = _moved(some, base, new, "lead", [row.lead_days + 1 for row in some])
    over = _moved(some, base, new, "protection", [row.protection_days for row in some])
    ratio = np.divide(over.variance, over.mean, out=np.ones(len(some)), where=over.mean > 0)
    daily = np.concatenate([new[:, :, None], bands_of(new, ratio)], axis=2).round(3)
    sums = quantiles(over.mean, over.variance, LEVELS)
    return [
        {
            "daily": {name: daily[i, :, j].tolist() for j, name in enumerate(FAN)},
            "lead_mean": round(float(lead.mean[i]), 4),
            "lead_variance": round(float(lead.variance[i]), 4),
            "protection_mean": round(float(over.mean[i]), 4),
            "protection_variance": round(float(over.variance[i]), 4),
            "protection_q10": float(sums[i, 0]),
            "protection_q50": float(sums[i, 1]),
            "protection_q90": float(sums[i, 2]),
        }
        for i in range(len(some))
    ]


def _moved(
    rows: Sequence[ProductForecast],
    baseline: np.ndarray,
    plan: np.ndarray,
    name: str,
    days: list[int],
) -> Moments:
    mean, variance = (
        np.array([getattr(row, f"{name}_{figure}") for row in rows], dtype=np.float64)
        for figure in ("mean", "variance")
    )
    return moved(Moments(mean, variance), baseline, plan, np.array(days, dtype=np.float64))
