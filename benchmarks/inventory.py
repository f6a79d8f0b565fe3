"""What restock policies would have cost in two real pasts, one large joint order, the textbook.

``python -m benchmarks.inventory [--data DIR] [--products 600] [--only PART …] --json``. The replay:
the last 364 days, lost sales, weekly review, lead times drawn per order. Our own levels are learned
on the past before those days and then left alone; the rivals' setting is the best in hindsight.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure
from benchmarks.inventory_data import PASTS, Past, earlier
from benchmarks.inventory_orders import joint_orders
from benchmarks.inventory_rivals import autoets_policy, sampled
from benchmarks.inventory_textbook import textbook
from inventory.algorithms.classes import CLASS_LEVELS
from inventory.algorithms.learned_levels import learn_levels
from inventory.algorithms.replay import Policy, Result, cover_at_fill, judged, oracle, replay
from inventory.algorithms.replay_policies import (
    fixed_min_max,
    forecast_policy,
    learned_policy,
    poisson_base_stock,
    textbook_normal,
    weeks_of_cover,
)

FOLDER = Path(os.environ.get("ZHANGGUI_DATA", "../shared/data"))
PARTS = ("textbook", "orders", "replay", "autoets")
LEVELS = [0.70, 0.80, 0.85, 0.90, 0.925, 0.95, 0.965, 0.98, 0.99, 0.995]
WEEKS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 26, 39]
ALL_DAYS = 10_000  # more than either past has
RUNNING = {"m5": 7.8, "online_retail": 11.0}
AT_95 = {"m5": 0.30, "online_retail": 0.65}
ETS_LEVELS = [0.90, 0.95, 0.98]


def rivals() -> dict[str, Policy]:
    """The simple policies, each with a grid of settings to be tuned over."""
    return {
        "fixed_min_max": fixed_min_max(WEEKS),
        "fixed_min_max_of_all_past": fixed_min_max(WEEKS, days=ALL_DAYS),
        "weeks_of_cover": weeks_of_cover(WEEKS),
        "textbook_normal": textbook_normal(LEVELS),
        "poisson_base_stock": poisson_base_stock(LEVELS),
        "negative_binomial": forecast_policy(LEVELS),
    }


def results(past: Past, policy: Policy) -> list[Result]:
    """What a policy would have done, one result per setting."""
    return [judged(ledger, past.money) for ledger in replay(past.case, policy)]


def levels_of(past: Past) -> Mapping[str, float]:
    """The levels of the classes as learned before the replay; the built-in ones without a past."""
    case = earlier(past)
    learned = learn_levels(case, past.money) if case else {}
    return learned or CLASS_LEVELS


def replays(name: str, past: Past) -> Iterator[Figure]:
    """Cost beside the clairvoyant's, and stock at a fill rate beside the rivals'."""
    least = judged(oracle(past.case), past.money).running
    began = time.perf_counter()
    default, *curve = results(past, learned_policy([levels_of(past), *LEVELS], past.money.price))
    seconds = round(time.perf_counter() - began, 1)
    found = {rival: results(past, policy) for rival, policy in rivals().items()}
    best = {rival: min(one.running for one in each) / least for rival, each in found.items()}
    yield Figure(
        f"inventory.{name}.cost_vs_clairvoyant",
        round(default.running / least, 3),
        "×",
        target=RUNNING[name],
        rivals={f"{rival}.tuned": round(value, 2) for rival, value in best.items()}
        | {"weeks_of_cover.4": round(found["weeks_of_cover"][3].running / least, 2)}
        | {"own.tuned": round(min(one.running for one in curve) / least, 2)},
        seconds=seconds,
    )
    yield Figure(f"inventory.{name}.fill", round(default.fill, 4), better="higher")
    yield from covers(name, curve, found)


def covers(name: str, curve: list[Result], found: dict[str, list[Result]]) -> Iterator[Figure]:
    """Days of stock held at 98 % and at 95 % fill, beside two simple policies'."""
    for fill, rival, target in (
        (0.98, "weeks_of_cover", 0.80),
        (0.95, "fixed_min_max", AT_95[name]),
    ):
        days = {"own": cover_at_fill(curve, fill)}
        days |= {other: cover_at_fill(each, fill) for other, each in found.items()}
        yield Figure(
            f"inventory.{name}.stock_at_{fill:.0%}_fill_vs_{rival}".replace("%", ""),
            round(days["own"] / days[rival], 4),
            "ratio",
            target=target,
            rivals={other: round(value, 1) for other, value in days.items() if np.isfinite(value)},
        )


def nervousness(name: str, past: Past, products: int) -> Iterator[Figure]:
    """Order lines beside an AutoETS policy's at the same level, on a sample."""
    part = sampled(past, products)
    least = judged(oracle(part.case), part.money).running
    began = time.perf_counter()
    theirs = results(part, autoets_policy(ETS_LEVELS))
    seconds = round(time.perf_counter() - began, 1)
    default, *own = results(part, learned_policy([levels_of(part), *ETS_LEVELS], part.money.price))
    middle = ETS_LEVELS.index(0.95)
    yield Figure(
        f"inventory.{name}.order_lines_vs_autoets",
        round(default.lines / theirs[middle].lines, 3),
        "ratio",
        target=0.85,
        rivals={
            "autoets.lines": theirs[middle].lines,
            "own.lines": default.lines,
            "own.lines_at_0.95": own[middle].lines,
            "autoets.cost_vs_clairvoyant": round(min(one.running for one in theirs) / least, 2),
            "own.cost_vs_clairvoyant": round(default.running / least, 2),
            "autoets.fill": round(theirs[middle].fill, 4),
            "products": len(part.case.panel.ids),
        },
        seconds=seconds,
    )


def figures(folder: Path, only: set[str], products: int, sample: int) -> Iterator[Figure]:
    """Yield every figure, cheapest parts first."""
    if "textbook" in only:
        yield textbook()
    if "orders" in only:
        yield from joint_orders()
    if not folder.is_dir():
        sys.stderr.write(f"{folder} is not there: the replays are left out\n")
        return
    pasts = {name: load(folder, products) for name, load in PASTS.items()}
    for name, past in pasts.items() if "replay" in only else ():
        yield from replays(name, past)
    for name, past in pasts.items() if "autoets" in only else ():
        yield from nervousness(name, past, sample)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--products", type=int, default=600, help="products replayed per past")
    parser.add_argument("--sample", type=int, default=600, help="products AutoETS is replayed on")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    options = parser.parse_args()
    np.seterr(all="ignore")
    for figure in figures(options.data, set(options.only), options.products, options.sample):
        figure.emit()


if __name__ == "__main__":
    main()
