"""What each way to expect demand would have said of weeks held back, prices known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pricing.algorithms.elasticity import ElasticityModel, Groups
from pricing.algorithms.panel import Array, WeeklyPanel

NAIVE_WEEKS = 8
MODEL, NAIVE = "demand model", "mean of 8 weeks"
ANCHORED, PRICED = "recent level moved by price and season", "recent level moved by price"
RESAMPLES = 400


@dataclass(frozen=True)
class Score:
    """WAPE of weekly units with a 90 % bootstrap interval over products."""

    method: str
    wape: float
    low: float
    high: float
    products: int


def recent_level(panel: WeeklyPanel) -> Array:
    """Return mean weekly units of the last eight known weeks (n)."""
    recent = panel.units[:, -NAIVE_WEEKS:]
    known = np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    return np.asarray(np.nansum(recent, axis=1) / known)


def expected_units(
    model: ElasticityModel, panel: WeeklyPanel, price: Array, midpoints: pd.DatetimeIndex
) -> dict[str, Array]:
    """Return expected units per product and coming week (n × weeks) by each way.

    The model extrapolates level, season and trend; the anchored ways move the recent level by
    the model's ratio of coming to recent weeks, one of them by the prices alone; the naive one
    repeats the recent level.
    """
    known = ~np.isnan(panel.units[:, -NAIVE_WEEKS:])
    level = recent_level(panel)[:, None]

    def recent(weeks: pd.DatetimeIndex) -> Array:
        fitted = model.predict(panel.price[:, -NAIVE_WEEKS:], weeks) * known
        return np.asarray(fitted.sum(axis=1) / np.maximum(known.sum(axis=1), 1))[:, None]

    now = panel.midpoints[-1:]
    coming = model.predict(price, midpoints)
    priced = model.predict(price, now.repeat(price.shape[1]))
    still = recent(now.repeat(known.shape[1]))
    return {
        MODEL: coming,
        ANCHORED: level * coming / np.maximum(recent(panel.midpoints[-NAIVE_WEEKS:]), 1e-9),
        PRICED: level * priced / np.maximum(still, 1e-9),
        NAIVE: np.repeat(level, len(midpoints), axis=1),
    }


def held_back_scores(panel: WeeklyPanel, groups: Groups, *, weeks: int = 4) -> list[Score]:
    """Score the ways on the last ``weeks`` weeks; empty where no product sold before them."""
    past = panel.until(panel.weeks - weeks)
    rows = np.flatnonzero(np.nansum(past.units, axis=1) > 0)
    if past.weeks <= NAIVE_WEEKS or not len(rows):
        return []
    past = past.take(rows)
    actual = panel.units[rows, -weeks:]
    model = ElasticityModel().fit(past, groups[rows])
    tried = expected_units(model, past, panel.price[rows, -weeks:], panel.midpoints[-weeks:])
    return [_score(name, expected, actual) for name, expected in tried.items()]


def _score(method: str, expected: Array, actual: Array) -> Score:
    missed, sold = np.abs(expected - actual).sum(axis=1), actual.sum(axis=1)
    draws = np.random.default_rng(0).multinomial(
        len(sold), np.full(len(sold), 1 / len(sold)), RESAMPLES
    )
    total = draws @ sold
    spread = np.divide(draws @ missed, total, out=np.full(RESAMPLES, np.nan), where=total > 0)
    low, high = np.nanquantile(spread, [0.05, 0.95]) if (total > 0).any() else (np.nan, np.nan)
    wape = float(missed.sum() / sold.sum()) if sold.sum() > 0 else float("nan")
    return Score(method, wape, float(low), float(high), len(sold))
