"""Keep floods, bots and fake profiles out of training, and say what was kept out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment

WEEK = 7.0
FIRST_WEEKS = 8
MOST_DENSE = 5000  # products; 100 MB of float32


@dataclass(frozen=True)
class Limits:
    """What one customer may contribute.

    `per_product`: events per customer and product that count (the latest); `per_day`: events per
    customer and day that count; with more than `machine_day` events in a day or `machine_month`
    in 30 days no person is at work, and none of that day's or month's count; `suspicious`: robust
    z-score above which a profile is fake; `group`: suspicious profiles sharing a pushed product
    before any is dropped, and newcomers of a product's week that count in any case; `newcomers`:
    how many times the shop's own share of newcomers a product's week may have.
    """

    per_product: int = 10
    per_day: int = 200
    machine_day: int = 1000
    machine_month: int = 3000
    suspicious: float = 3.0
    group: int = 5
    newcomers: float = 4.0


DEFAULT = Limits()


@dataclass(frozen=True)
class Guarded:
    """The events that may train, and per reason how many were kept out."""

    events: Interactions
    removed: dict[str, int]


def guard(events: Interactions, as_of: Moment | float, limits: Limits = DEFAULT) -> Guarded:
    """Cap floods, then drop groups of profiles that were made to push a product."""
    past = events.before(as_of)
    removed: dict[str, int] = {}
    human = past.take(~machines(past, limits))
    days = np.floor(human.days).astype(np.int64)
    daily = human.take(latest(human.customers, days, limits.per_day))
    removed["flood"] = len(past) - len(daily)
    single = daily.take(latest(daily.customers, daily.products, limits.per_product))
    removed["repeats"] = len(daily) - len(single)
    fake = fake_profiles(single, limits)
    kept = single.take(~np.isin(single.customers, fake))
    removed["fake_profiles"] = len(single) - len(kept)
    trusted = kept.take(~newcomer_bursts(kept, first_days(past), limits))
    removed["newcomers"] = len(kept) - len(trusted)
    return Guarded(trusted, removed)


def machines(events: Interactions, limits: Limits = DEFAULT) -> NDArray[np.bool_]:
    """Mask of events that came faster than any person buys: a part of them would still count."""
    found = np.zeros(len(events), bool)
    for length, most in ((1, limits.machine_day), (30, limits.machine_month)):
        spans = np.floor((events.days - events.days.max(initial=0)) / length).astype(np.int64)
        width = int(-spans.min(initial=0)) + 1
        keys = events.customers.astype(np.int64) * width - spans
        _, places = np.unique(keys, return_inverse=True)
        counts = np.bincount(places, weights=~found)  # a flooded day condemns no month
        found |= counts[places] > most
    return found


def first_days(events: Interactions) -> NDArray[np.float64]:
    """Per customer: the day of the first event (infinite: none)."""
    first = np.full(events.shape[0], np.inf)
    first[events.customers[::-1]] = events.days[::-1]
    return first


def newcomer_bursts(
    events: Interactions, first: NDArray[np.float64], limits: Limits = DEFAULT
) -> NDArray[np.bool_]:
    """Mask of events of products that suddenly only newcomers buy: profiles cost nothing to make.

    A newcomer was first seen (`first`: day by customer) less than a week before. In a product's
    week as many of them count as `newcomers` times the shop's usual share would bring beside its
    older customers, and `group` in any case; the first weeks of a shop, when all are new, are left
    alone.
    """
    mask = np.zeros(len(events), bool)
    weeks = np.floor((events.days - events.days.min(initial=np.inf)) / WEEK).astype(np.int64)
    is_new = events.days - first[events.customers] < WEEK
    if not (weeks >= FIRST_WEEKS).any():
        return mask
    usual = _usual_share(weeks, is_new)
    odds = limits.newcomers * usual / max(1 - usual, 0.01)
    cells = _cells(events.products, weeks)
    older = np.bincount(cells, weights=~is_new)
    counted = np.maximum(older * odds, limits.group)
    chosen = np.flatnonzero(is_new & (weeks >= FIRST_WEEKS))
    mask[chosen] = _places(cells[chosen]) >= counted[cells[chosen]]
    return mask


def _usual_share(weeks: NDArray[np.int64], is_new: NDArray[np.bool_]) -> float:
    """Newcomers' share of the events of a middling week, the first weeks left out."""
    total = np.bincount(weeks)
    share = np.bincount(weeks, weights=is_new) / np.maximum(total, 1)
    return float(np.median(share[FIRST_WEEKS:][total[FIRST_WEEKS:] > 0]))


def latest(first: NDArray[np.integer], second: NDArray[np.integer], most: int) -> NDArray[np.bool_]:
    """Mask of the last `most` events (in time order) of each pair of keys."""
    from_end: NDArray[np.bool_] = _places(first[::-1], second[::-1])[::-1] < most
    return from_end


def _places(*keys: NDArray[np.integer]) -> NDArray[np.int64]:
    """0 for the first event of each combination of keys, 1 for the second, ..."""
    position = np.arange(len(keys[0]))
    order = np.lexsort(keys)
    is_new = np.ones(len(order), bool)
    is_new[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    places = np.empty(len(order), np.int64)
    places[order] = position - np.maximum.accumulate(np.where(is_new, position, 0))
    return places


def fake_profiles(events: Interactions, limits: Limits = DEFAULT) -> NDArray[np.int64]:
    """Codes of customers that look like a push attack (Burke et al. 2006; Mehta 2007).

    A pushed product suddenly shares most of its customers with few events each, who arrived
    together and otherwise hold a random assortment: their products share fewer buyers with
    each other than those of real baskets. A profile is suspicious if its coherence is a robust
    outlier below its peers'; it is dropped when at least `group` such profiles hold one product
    of which they are the majority of the buyers of its busiest week.
    """
    if not len(events):
        return np.empty(0, np.int64)
    suspects = _incoherent(events, limits.suspicious)
    holds = _in_bursts(events, np.isin(events.customers, suspects), limits.group)
    return np.unique(events.customers[holds]).astype(np.int64)


def coherence(events: Interactions) -> NDArray[np.float64]:
    """Per customer: mean over pairs of own products of log observed / expected shared buyers."""
    matrix = events.matrix(as_of=np.inf)
    matrix.data[:] = 1
    buyers = np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1)
    shared_buyers = _lookup((matrix.T @ matrix).tocsr())
    found = np.full(matrix.shape[0], np.nan)
    for row in np.flatnonzero(np.diff(matrix.indptr) > 1):
        products = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]][:60]
        shared = shared_buyers(products) - 1.0  # all but the customer's own
        expected = np.outer(buyers[products], buyers[products]) / max(matrix.shape[0], 1)
        pairs = np.triu_indices(len(products), 1)
        found[row] = np.log((shared[pairs] + 0.5) / (expected[pairs] + 0.5)).mean()
    return found


def _lookup(counts: sparse.csr_array) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """The block of some rows and columns; from a dense copy where that is small and much faster."""
    if counts.shape[0] > MOST_DENSE:
        return lambda chosen: np.asarray(counts[chosen][:, chosen].toarray())
    dense = counts.toarray()
    return lambda chosen: np.asarray(dense[np.ix_(chosen, chosen)])


def _incoherent(events: Interactions, suspicious: float) -> NDArray[np.int64]:
    values = coherence(events)
    known = values[np.isfinite(values)]
    if len(known) < 20:
        return np.empty(0, np.int64)
    middle = float(np.median(known))
    spread = max(float(np.median(np.abs(known - middle))) * 1.4826, 1e-9)
    low = np.nan_to_num((middle - values) / spread, nan=-np.inf)
    return np.flatnonzero(low > suspicious)


def _in_bursts(events: Interactions, suspect: NDArray[np.bool_], group: int) -> NDArray[np.bool_]:
    """Mask of suspects' events in a product's week that suspects fill by more than half."""
    weeks = np.floor(events.days / 7).astype(np.int64)
    cells = _cells(events.products, weeks - weeks.min())
    total = np.bincount(cells)
    doubtful = np.bincount(cells[suspect], minlength=len(total))
    burst = (doubtful >= group) & (doubtful > 0.5 * total)
    return np.asarray(burst[cells] & suspect)


def _cells(products: NDArray[np.integer], weeks: NDArray[np.int64]) -> NDArray[np.intp]:
    """A number from 0 on for each product's week (weeks count from 0)."""
    keys = products.astype(np.int64) * (int(weeks.max()) + 1) + weeks
    _, cells = np.unique(keys, return_inverse=True)
    return np.asarray(cells)
