"""Recommendations beside other libraries: python -m benchmarks.recommendations --help.

Each figure is one JSON line. Models, weights and the choice among them are learned on the past of
each fold only. ``--interactions`` judges any shop's file the same way.
"""

import argparse
import sys
from collections.abc import Iterator

from benchmarks import recommendations_attacks as attacks
from benchmarks import recommendations_rivals as rivals
from benchmarks import recommendations_speed as speed
from benchmarks.figures import Figure
from benchmarks.recommendations_quality import report, shorter_history
from benchmarks.recommendations_shops import (
    DATA,
    PROTOCOLS,
    amazon_beauty,
    any_shop,
    online_retail,
)

GROUPS = ("speed", "online_retail_ii", "attacks", "amazon_beauty", "movielens")
RETAIL = {"discover.ndcg@10": 0.125, "all.ndcg@10": 0.385}
BEAUTY = {"discover.ndcg@10": 0.062, "discover.recall@10": 0.10}
SAME_DAY = 0.435  # of Beauty's last reviews share their day with another of the customer


def group(name: str) -> Iterator[Figure]:
    """The figures of one group."""
    if name == "speed":
        yield from speed.run()
    elif name == "online_retail_ii":
        shop = online_retail()
        yield from shorter_history(shop)
        yield from report(shop, with_rivals=True, targets=RETAIL)
    elif name == "attacks":
        yield from attacks.run(online_retail())
    elif name == "amazon_beauty":
        yield from report(amazon_beauty(), with_rivals=True, targets=BEAUTY)
        shuffled = amazon_beauty(shuffled=SAME_DAY)
        label = "amazon_beauty_ties_at_random"
        yield from report(shuffled, with_rivals=True, targets=BEAUTY, label=label)
    elif name == "movielens":
        yield from rivals.movielens(DATA / "movielens_100k_ratings.csv.gz")


def main() -> int:
    """Parse the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--interactions", help="CSV: customer_id, product_id, timestamp[, quantity, price]"
    )
    parser.add_argument("--items", help="CSV: product_id[, title, description, category, …]")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="rolling")
    parser.add_argument(
        "--only", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP", help=", ".join(GROUPS)
    )
    parser.add_argument("--speed", action="store_true", help="only CPU time and memory")
    parser.add_argument("--json", action="store_true", help="JSON lines (the only output there is)")
    arguments = parser.parse_args()
    if arguments.interactions:
        figures = report(any_shop(arguments), with_rivals=True, targets={})
    else:
        names = ("speed",) if arguments.speed else arguments.only
        figures = (figure for name in names for figure in group(name))
    is_empty = True
    for figure in figures:
        figure.emit()
        is_empty = False
    if is_empty:
        sys.exit(
            "Nothing to judge: nobody who bought before a fold took a product in it that enough"
            f" customers knew. Try another --protocol: {', '.join(PROTOCOLS)}."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
