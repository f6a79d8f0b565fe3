"""What is known of product, customer and pair at a moment: context for the learned ranker."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.interactions import Interactions

Table = NDArray[np.float32]
YEAR = 365.0
PRODUCT_NAMES = (
    "product_age",
    "product_idle",
    "sold_next_last_year",
    "season_lift",
    "buyers",
    "repeat_share",
    "units_per_event",
    "log_price",
    "sold_7",
    "trend_7",
    "sold_30",
    "trend_30",
)
CUSTOMER_NAMES = (
    "visits",
    "customer_age",
    "customer_idle",
    "visit_gap",
    "events",
    "variety",
    "mean_log_price",
    "mean_log_units",
)
LOG_PRICE = PRODUCT_NAMES.index("log_price")
BUYERS = PRODUCT_NAMES.index("buyers")
ANY_DAY = 100_000.0  # ages are all that counts
PAIR_NAMES = (
    "times_taken",
    "taken_ago",
    "last_units",
    "gaps_ago",
    "ago_less_idle",
    "price_distance",
    "own_gap",
    "own_gaps_ago",
    "last_visit_share",
)


@dataclass(frozen=True)
class Context:
    """Feature tables at one moment; `pairs` maps customer * products + product to its row."""

    products: Table
    customers: Table
    pair_keys: NDArray[np.int64]
    pair_values: Table

    @classmethod
    def at(cls, events: Interactions, cut: float, horizon_days: float) -> "Context":
        """From the events strictly before `cut` (days since 1970)."""
        past = events.before(cut)
        keys, values = _pairs(past, cut)
        return cls(_products(past, cut, horizon_days), _customers(past, cut), keys, values)

    @classmethod
    def of_one(
        cls, products: Table, taken: NDArray[np.integer], ages: NDArray[np.float64]
    ) -> "Context":
        """Of one customer, code 0, who took single units `ages` days ago; products as they are."""
        order = np.argsort(-ages, kind="stable")
        prices = np.exp(products[taken[order], LOG_PRICE].astype(np.float64))
        ones = np.ones(len(order), np.float32)
        past = Interactions(
            customers=np.zeros(len(order), np.int32),
            products=taken[order].astype(np.int32),
            days=ANY_DAY - ages[order],
            weights=ones,
            quantities=ones,
            amounts=np.nan_to_num(prices),
            customer_ids=np.zeros(1, np.int64),
            product_ids=np.arange(len(products)),
        )
        return cls(products, _customers(past, ANY_DAY), *_pairs(past, ANY_DAY))

    def rows(self, customers: NDArray[np.integer], products: NDArray[np.integer]) -> Table:
        """Features of pairs, columns PRODUCT_NAMES + CUSTOMER_NAMES + PAIR_NAMES; nan = unknown."""
        product, customer = self.products[products], self.customers[customers]
        known = self._known(customers.astype(np.int64) * len(self.products) + products)
        gap, idle = np.maximum(customer[:, 3], 1), customer[:, 2]
        pair = [
            np.nan_to_num(known[:, 0]),
            known[:, 1],
            known[:, 2],
            known[:, 1] / gap,
            known[:, 1] - idle,
            product[:, 7] - customer[:, 6],
            known[:, 3],
            known[:, 1] / np.maximum(known[:, 3], 1),
            np.nan_to_num(known[:, 0]) / np.maximum(customer[:, 0], 1),
        ]
        return np.concatenate([product, customer, np.stack(pair, axis=1)], axis=1, dtype=np.float32)

    def _known(self, keys: NDArray[np.int64]) -> Table:
        found = np.full((len(keys), self.pair_values.shape[1]), np.nan, np.float32)
        if len(self.pair_keys):
            place = np.minimum(np.searchsorted(self.pair_keys, keys), len(self.pair_keys) - 1)
            hit = self.pair_keys[place] == keys
            found[hit] = self.pair_values[place[hit]]
        return found


def _counts(events: Interactions, start: float, end: float) -> NDArray[np.float64]:
    part = events.between(start, end)
    return np.bincount(part.products, minlength=events.shape[1]).astype(np.float64)


def _products(past: Interactions, cut: float, horizon: float) -> Table:
    count = past.shape[1]
    first, last = np.full(count, np.nan), np.full(count, np.nan)
    first[past.products[::-1]] = past.days[::-1]
    last[past.products] = past.days
    year_ago = min(cut - YEAR + horizon, cut)
    season = _counts(past, cut - YEAR, year_ago), _counts(past, cut - YEAR - horizon, cut - YEAR)
    week, month = _counts(past, cut - 7, cut), _counts(past, cut - 30, cut)
    matrix = past.matrix(as_of=cut)
    buyers = np.bincount(matrix.indices, minlength=count)
    repeats = np.bincount(matrix.indices, weights=matrix.data > 1, minlength=count)
    sold = np.maximum(_counts(past, -np.inf, cut), 1)
    units = _summed(past, past.quantities)
    money = _summed(past, past.amounts)
    columns = [
        cut - first,
        cut - last,
        np.log1p(season[0]),
        np.log1p(season[0]) - np.log1p(season[1]),
        np.log1p(buyers),
        repeats / np.maximum(buyers, 1),
        np.log1p(units / sold),
        _log_price(money, units),
        np.log1p(week),
        np.log1p(week) - np.log1p(_counts(past, cut - 14, cut - 7)),
        np.log1p(month),
        np.log1p(month) - np.log1p(_counts(past, cut - 60, cut - 30)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _summed(past: Interactions, values: NDArray[Any]) -> NDArray[np.float64]:
    totals = np.bincount(past.products, weights=values, minlength=past.shape[1])
    return np.asarray(totals, np.float64)


def _log_price(money: NDArray[np.float64], units: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of money per unit, nan where no price is known."""
    known = (money > 0) & (units > 0)
    return np.where(known, np.log(np.where(known, money, 1) / np.where(known, units, 1)), np.nan)


def _customers(past: Interactions, cut: float) -> Table:
    count = past.shape[0]
    events = np.bincount(past.customers, minlength=count)
    first, last = np.full(count, np.nan), np.full(count, np.nan)
    first[past.customers[::-1]] = past.days[::-1]
    last[past.customers] = past.days
    visits = np.bincount(_visits(past) // _stride(past), minlength=count)
    taken = np.diff(past.matrix(as_of=cut).indptr)
    prices = np.nan_to_num(_log_price(past.amounts, past.quantities.astype(np.float64)))
    units = np.log(np.maximum(past.quantities, 1e-3))
    per_event = np.maximum(events, 1)
    columns = [
        visits,
        cut - first,
        cut - last,
        (last - first) / np.maximum(visits - 1, 1),
        np.log1p(events),
        taken / per_event,
        np.bincount(past.customers, weights=prices, minlength=count) / per_event,
        np.bincount(past.customers, weights=units, minlength=count) / per_event,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _stride(past: Interactions) -> int:
    return int(np.floor(past.days.max(initial=0))) + 1


def _visits(past: Interactions) -> NDArray[np.int64]:
    """One key per customer and day with events."""
    days = np.floor(past.days).astype(np.int64)
    return np.unique(past.customers.astype(np.int64) * _stride(past) + days)


def _pairs(past: Interactions, cut: float) -> tuple[NDArray[np.int64], Table]:
    """Sorted keys; times taken, days since the last time, units then, mean gap between times."""
    keys = past.customers.astype(np.int64) * past.shape[1] + past.products
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], [True] * (len(keys) > 0)))
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    times = ends - starts + 1
    days = past.days[order]
    span = days[ends] - days[starts]
    gap = np.where(times > 1, span / np.maximum(times - 1, 1), np.nan)
    columns = [times, cut - days[ends], past.quantities[order][ends], gap]
    return ordered[ends], np.stack(columns, axis=1).astype(np.float32)
