"""How much a grouping of customers says about what they spend next."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm.algorithms.rfm import customer_history, quintile, segment_customers

RESAMPLES = 300


@dataclass(frozen=True)
class Explained:
    """Share of the variance of log spend that the groups explain, with its 95 % interval."""

    value: float
    low: float
    high: float


def eta_squared(groups: NDArray[np.int64], values: NDArray[np.float64]) -> float:
    """Between-group share of the sum of squares (correlation ratio); 0 where nothing varies."""
    total = float(((values - values.mean()) ** 2).sum())
    if total == 0.0:
        return 0.0
    counts = np.bincount(groups)
    sums = np.bincount(groups, values)
    means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    return float((counts * (means - values.mean()) ** 2).sum()) / total


def explained(groups: pd.Series, spend: pd.Series, *, rng: np.random.Generator) -> Explained:
    """``eta_squared`` of log(1 + spend), with a bootstrap interval over customers."""
    codes = pd.factorize(groups)[0].astype(np.int64)
    values = np.log1p(spend.to_numpy(np.float64))
    draws = rng.integers(0, len(values), (RESAMPLES, len(values)))
    shares = [eta_squared(codes[draw], values[draw]) for draw in draws]
    low, high = np.quantile(shares, [0.025, 0.975])
    return Explained(eta_squared(codes, values), float(low), float(high))


def next_spend(orders: pd.DataFrame, *, start: date, days: int) -> pd.Series:
    """Spend per customer, refunds off, in the ``days`` from ``start`` on; by customer_id."""
    begin = pd.Timestamp(start)
    later = orders[(orders["day"] >= begin) & (orders["day"] < begin + pd.Timedelta(days=days))]
    money = later.groupby("customer_id")[["revenue", "refunded"]].sum()
    return (money["revenue"] - money["refunded"]).clip(lower=0.0)


@dataclass(frozen=True)
class Comparison:
    """Named segments beside bands of past spend, judged on days neither saw.

    ``spend`` has, per segment, the mean spend of a customer in those days and its 95 % interval:
    columns segment, mean, low, high, customers.
    """

    segments: Explained
    spend_bands: Explained
    customers: int
    days: int
    spend: pd.DataFrame


def compare_groupings(
    orders: pd.DataFrame, *, as_of: date, days: int, rng: np.random.Generator
) -> Comparison | None:
    """Group customers ``days`` before ``as_of`` and look at what they spent since.

    None where fewer than ten customers had ordered by then.
    """
    cut = as_of - timedelta(days=days)
    then = orders[orders["day"] < pd.Timestamp(cut)]
    grouped = segment_customers(customer_history(then, as_of=cut))
    if len(grouped) < 10:
        return None
    spend = next_spend(orders, start=cut, days=days)
    later = grouped["customer_id"].map(spend).fillna(0.0)
    return Comparison(
        segments=explained(grouped["segment"], later, rng=rng),
        spend_bands=explained(quintile(grouped["monetary"]), later, rng=rng),
        customers=len(grouped),
        days=days,
        spend=_spend_by_segment(grouped["segment"], later, rng=rng),
    )


def _spend_by_segment(
    segments: pd.Series, spend: pd.Series, *, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    for name, values in spend.groupby(segments, sort=True):
        sample = values.to_numpy()
        means = sample[rng.integers(0, len(sample), (RESAMPLES, len(sample)))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        rows.append((name, sample.mean(), low, high, len(sample)))
    return pd.DataFrame(rows, columns=["segment", "mean", "low", "high", "customers"])
