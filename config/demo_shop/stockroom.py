"""A stockroom run by a buyer with habits, not with hindsight, so that it sometimes runs dry."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.catalogue import Catalogue
from config.demo_shop.plan import Bools, Floats, Ints, Plan, moment_text

REVIEW_DAYS = 7
MEMORY = 1 / 28  # the buyer watches a four-week moving average of what was sold
LOCATIONS = ("SH-WAREHOUSE", "HZ-STORE")
OPENING_COUNT, CLOSING_COUNT = 5 * 60, 23 * 3600 + 55 * 60  # seconds after midnight


@dataclass(frozen=True)
class Stockroom:
    """Products × days in pieces: ``available`` at the opening, and the closing stock at the end."""

    available: Ints
    closing: Ints


@dataclass(frozen=True)
class _Habits:
    """Per product: lead time in days, days of cover kept beyond it, pack, least order."""

    lead: Ints
    cover: Floats
    pack: Ints
    least: Ints
    last_order_day: Ints


def run_stockroom(plan: Plan, catalogue: Catalogue, demand: Ints, expected: Floats) -> Stockroom:
    """Serve ``demand`` (products × days, pieces) day by day from stock.

    ``expected`` is only used to fill the shelves for the first day and at a launch.
    """
    rng = plan.rng("stockroom")
    habits = _habits(rng, plan, catalogue)
    first = np.maximum(catalogue.launch_day, 0)
    usual = expected.sum(axis=1) / np.maximum((expected > 0).sum(axis=1), 1)
    on_hand = np.zeros(len(demand), dtype=np.int64)
    arriving = np.zeros((len(demand), plan.days + int(habits.lead.max()) + 10), dtype=np.int64)
    opening = np.ceil(usual * (habits.lead + habits.cover + 14)).astype(np.int64) + habits.least
    arriving[np.arange(len(demand)), first] = opening
    delays = rng.poisson(1.5, demand.shape) - 1
    available, average = np.zeros_like(demand), usual.copy()
    for day in range(plan.days):
        on_hand = on_hand + arriving[:, day]
        available[:, day] = on_hand
        sold = np.minimum(on_hand, demand[:, day])
        on_hand = on_hand - sold
        average += MEMORY * (sold - average)
        position = on_hand + arriving[:, day + 1 :].sum(axis=1)
        order = _orders(habits, average, position, day)
        due = np.minimum(day + habits.lead + np.maximum(delays[:, day], 0), arriving.shape[1] - 1)
        order[day >= catalogue.end_day - habits.lead] = 0
        arriving[np.arange(len(demand)), due] += np.where(day >= first, order, 0)
    return Stockroom(available, on_hand)


def stockouts(stockroom: Stockroom, on_sale: Bools) -> Bools:
    """Products × days on which nothing could be sold from the opening on."""
    empty: Bools = (stockroom.available == 0) & on_sale
    return empty


def stock_file(plan: Plan, catalogue: Catalogue, stockroom: Stockroom) -> pd.DataFrame:
    """Canonical counts: sku, location, on_hand, counted_at.

    Each product is counted at 00:05 on Mondays, on its first day, on every day it opens with
    nothing to sell and on the day it is back; everything once more at 23:55 of the last day.
    """
    counted, on_sale = _counted(plan, catalogue, stockroom), catalogue.on_sale(plan.days)
    day, product = np.nonzero(counted.T)
    last = np.flatnonzero(on_sale[:, -1])
    pieces = np.r_[stockroom.available[product, day], stockroom.closing[last]]
    product = np.r_[product, last]
    seconds = np.r_[np.full(len(day), OPENING_COUNT), np.full(len(last), CLOSING_COUNT)]
    days = np.r_[day, np.full(len(last), plan.days - 1)]
    moments = moment_text(plan.dates[days], seconds)
    sku = catalogue.frame["sku"].to_numpy()[product]
    store = _store_part(plan, pieces, product)
    parts = zip(LOCATIONS, (pieces - store, store), strict=True)
    frames = [_count_rows(sku, place, part, moments) for place, part in parts]
    both = pd.concat(frames, ignore_index=True)
    return both.sort_values(["counted_at", "sku", "location"], kind="stable", ignore_index=True)


def _habits(rng: np.random.Generator, plan: Plan, catalogue: Catalogue) -> _Habits:
    supply = catalogue.suppliers
    count = catalogue.size
    lead = supply["lead_time_days"].to_numpy(dtype=np.int64)
    quiet = rng.random(count) < 0.15  # nobody reordered these lately: they want restocking
    silence = np.where(quiet, lead + rng.integers(5, 30, count), 0)
    return _Habits(
        lead=lead,
        cover=rng.uniform(3, 32, count),
        pack=supply["pack"].to_numpy(dtype=np.int64),
        least=supply["moq"].to_numpy(dtype=np.int64),
        last_order_day=plan.days - silence,
    )


def _orders(habits: _Habits, average: Floats, position: Ints, day: int) -> Ints:
    """Order up to lead time plus review plus cover; whole packs, once a week."""
    target = average * (habits.lead + REVIEW_DAYS + habits.cover)
    short = np.where(target - position > 0, target - position, 0)
    wanted = np.ceil(np.maximum(short, habits.least) / habits.pack).astype(np.int64) * habits.pack
    turn = (np.arange(len(position)) + day) % REVIEW_DAYS == 0
    return np.where(turn & (short > 0) & (day < habits.last_order_day), wanted, 0)


def _counted(plan: Plan, catalogue: Catalogue, stockroom: Stockroom) -> Bools:
    on_sale = catalogue.on_sale(plan.days)
    empty = stockouts(stockroom, on_sale)
    back = np.zeros_like(empty)
    back[:, 1:] = empty[:, :-1] & ~empty[:, 1:]
    first = np.zeros_like(empty)
    first[:, 1:] = on_sale[:, 1:] & ~on_sale[:, :-1]
    first[:, 0] = on_sale[:, 0]
    monday = (plan.dates.astype(np.int64) + 3) % 7 == 0
    counted: Bools = on_sale & (monday | empty | back | first)
    return counted


def _store_part(plan: Plan, pieces: Ints, product: Ints) -> Ints:
    """The store holds a share of its own of each product, at most two dozen pieces."""
    share = plan.rng("locations").uniform(0.05, 0.6, plan.products)[product]
    return np.minimum(np.floor(pieces * share), 24).astype(np.int64)


def _count_rows(sku: object, place: str, pieces: Ints, moments: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"sku": sku, "location": place, "on_hand": pieces, "counted_at": moments})
