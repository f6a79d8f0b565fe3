"""Recommendation quality on real shops: python -m benchmarks.recommendations --help.

Each figure is one JSON line. Models and weights are fitted on the past of each fold only.
"""

import argparse
import gzip
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import recommendations_rivals as rivals
from benchmarks import recommendations_speed as speed
from recommendations.algorithms import metrics, roster
from recommendations.algorithms.blend import WeightedBlend
from recommendations.algorithms.content import ContentBased
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.evaluation import OBJECTIVES, Fold, Question, question
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.panel import Panel, candidates, past_questions
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.ranker import LearnedRanker

DATA = Path(os.environ.get("ZHANGGUI_DATA", "../shared/data"))
RETAIL_ENDS = ("2010-12-01", "2011-04-01", "2011-07-01", "2011-10-01", "2011-12-10")
PROTOCOLS = ("rolling", "last-28d", "leave-last")
GROUPS = ("speed", "online_retail_ii", "amazon_beauty", "movielens")
NAIVE = ("popularity", "personal")


@dataclass(frozen=True)
class Shop:
    """Events, what is known of products, and the folds to judge on."""

    name: str
    events: Interactions
    products: pd.DataFrame | None
    folds: list[Fold]
    horizon_days: float = 30
    min_buyers: int = 5


def emit(name: str, value: float, **extra: Any) -> None:
    """Print one figure."""
    print(json.dumps({"name": f"recommendations.{name}", "value": value, **extra}), flush=True)


def online_retail() -> Shop:
    """The gift wholesaler: products with five digits, one event per customer, item, invoice."""
    lines = pd.read_csv(DATA / "online_retail_II.csv.gz", dtype={"Invoice": str, "StockCode": str})
    known = lines["Customer ID"].notna() & (lines["Quantity"] > 0) & (lines["Price"] > 0)
    lines = lines[known & ~lines["Invoice"].str.startswith("C")]
    lines["product_id"] = lines["StockCode"].str.upper()
    lines = lines[lines["product_id"].str.match(r"^\d{5}")]
    lines["amount"] = lines["Quantity"] * lines["Price"]
    by_invoice = lines.groupby(["Customer ID", "product_id", "Invoice"], as_index=False)
    events = by_invoice.agg(
        timestamp=("InvoiceDate", "min"), quantity=("Quantity", "sum"), amount=("amount", "sum")
    ).rename(columns={"Customer ID": "customer_id"})
    events["price"] = events["amount"] / events["quantity"]
    titles = lines.groupby("product_id")["Description"].first()
    products = titles.rename("title").reset_index()
    ends = [as_days(end) for end in RETAIL_ENDS]
    folds = [Fold(end - 30, end) for end in ends]
    return Shop("online_retail_ii", Interactions.from_frame(events), products, folds)


def amazon_beauty() -> Shop:
    """Sequences: the last item of each customer is day 0, the one before day -1, and so on."""
    rows = []
    with gzip.open(DATA / "amazon_beauty_sequences.txt.gz", "rt") as lines:
        for line in lines:
            customer, *items = line.split()
            back = range(-len(items) + 1, 1)
            rows += [(int(customer), int(i), day) for i, day in zip(items, back, strict=True)]
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "day"])
    start = pd.Timestamp("2020-01-01")
    frame["timestamp"] = start + pd.to_timedelta(frame["day"], unit="D")
    with gzip.open(DATA / "amazon_beauty_attributes.json.gz", "rt") as text:
        attributes = json.load(text)
    products = pd.DataFrame(
        {"product_id": [int(item) for item in attributes], "category": list(attributes.values())}
    )
    last = as_days(start)
    events = Interactions.from_frame(frame)
    return Shop("amazon_beauty", events, products, [Fold(last, last + 1)], 1, 0)


def any_shop(arguments: argparse.Namespace) -> Shop:
    """A file with customer_id, product_id, timestamp[, quantity, price]."""
    events = Interactions.from_frame(pd.read_csv(arguments.interactions))
    products = pd.read_csv(arguments.items) if arguments.items else None
    end = float(np.floor(events.days.max())) + 1
    if arguments.protocol == "leave-last":
        return _leave_last(events, products)
    count, days = (5, 30) if arguments.protocol == "rolling" else (1, 28)
    folds = [Fold(end - (b + 1) * days, end - b * days) for b in range(count - 1, -1, -1)]
    return Shop(Path(arguments.interactions).stem, events, products, folds, days)


def _leave_last(events: Interactions, products: pd.DataFrame | None) -> Shop:
    """Time becomes the place in the customer's own sequence, counted from the end."""
    order = np.lexsort((np.arange(len(events)), events.customers))
    sizes = np.bincount(events.customers, minlength=events.shape[0])
    place = np.empty(len(events), np.int64)
    place[order] = np.arange(len(events)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    days = (place - sizes[events.customers] + 1).astype(float)
    frame = pd.DataFrame(
        {
            "customer_id": events.customer_ids[events.customers],
            "product_id": events.product_ids[events.products],
            "timestamp": pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D"),
        }
    )
    last = as_days("2020-01-01")
    return Shop(
        "leave_last", Interactions.from_frame(frame), products, [Fold(last, last + 1)], 1, 0
    )


def sequence_team(shop: Shop) -> dict[str, Any]:
    """Models for short sequences, where the last two items say most."""
    members = {
        "popularity": Popularity(None),
        "item_cosine": ItemKNN("cosine", half_life_days=2),
        "item_bm25": ItemKNN("bm25", half_life_days=2),
        "ease": EASE(100, None, 2, max_bytes=4_000_000_000),
    }
    if shop.products is not None:
        members["content"] = ContentBased(shop.products, half_life_days=2)
    return members


def judge_shop(shop: Shop, *, with_rivals: bool) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(objective, model) -> per fold the metrics' means and per-customer NDCG@10."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    short = shop.horizon_days == 1
    members = sequence_team(shop) if short else roster.team(shop.products)
    for fold in shop.folds:
        past = shop.events.before(fold.cut)
        present = Panel.fit(members, past, fold.cut)
        panels: dict[float, Panel] = {}
        for objective in OBJECTIVES[:1] if short else OBJECTIVES:
            seen = shop.events.before(fold.end)
            asked = question(seen, fold, objective, shop.min_buyers)
            if asked is None:
                continue
            models = dict(present.models)
            lessons = []
            folds = 1 if short else 4
            for lesson, old in past_questions(
                past, fold.cut, objective, shop.horizon_days, folds, shop.min_buyers
            ):
                if lesson.cut not in panels:
                    panels[lesson.cut] = Panel.fit(members, past, lesson.cut)
                panel = panels[lesson.cut]
                lessons.append((panel, candidates(panel, old, most_customers=8000)))
            tables = [table for _, table in lessons[:2]]
            models["blend"] = WeightedBlend(members, objective).fit_tables(tables, present)
            models["ranker"] = LearnedRanker(
                members, objective, shop.horizon_days, min_buyers=shop.min_buyers
            ).fit_lessons(lessons, present)
            if with_rivals:
                models |= rivals.fitted(past.matrix(as_of=fold.cut))
            for name, model in models.items():
                found.setdefault((objective, name), []).append(_judged(asked, model))
    return found


def _judged(asked: Question, model: Any) -> dict[str, Any]:
    items = asked.answer(model)
    values = metrics.ranking_metrics(items, asked.truth)
    means: dict[str, Any] = {name: float(each.mean()) for name, each in values.items()}
    means["coverage@10"] = metrics.coverage(items[:, :10], int(asked.candidates.sum()))
    means["customers"] = values["ndcg@10"]
    return means


def report(shop: Shop, *, with_rivals: bool, targets: dict[str, float]) -> None:
    """Mean over folds per objective, the winner's interval, and the worst fold's margin."""
    started = time.monotonic()
    found = judge_shop(shop, with_rivals=with_rivals)
    seconds = round(time.monotonic() - started, 1)
    for objective in sorted({objective for objective, _ in found}):
        judged = {name: rows for (which, name), rows in found.items() if which == objective}
        for metric in ("ndcg@10", "recall@10", "coverage@10"):
            means = {
                n: round(float(np.mean([r[metric] for r in rows])), 4) for n, rows in judged.items()
            }
            key = f"{objective}.{metric}"
            extra: dict[str, Any] = {"unit": "", "better": "higher", "target": targets.get(key)}
            if metric == "ndcg@10":
                extra["interval"] = _interval(judged["ranker"])
                extra["folds"] = [round(row[metric], 4) for row in judged["ranker"]]
            others = {name: value for name, value in means.items() if name != "ranker"}
            emit(f"{shop.name}.{key}", means["ranker"], **extra, rivals=others, seconds=seconds)
        emit(
            f"{shop.name}.{objective}.worst_fold_margin",
            _margin(judged),
            unit="ndcg@10",
            better="higher",
            target=0.0,
            note="ranker less the better naive model, worst fold",
        )


def _mean(rows: list[dict[str, Any]], metric: str) -> float:
    return round(float(np.mean([row[metric] for row in rows])), 4)


def _interval(rows: list[dict[str, Any]]) -> list[float]:
    rng = np.random.default_rng(0)
    drawn = np.mean(
        [
            [
                row["customers"][
                    rng.integers(0, len(row["customers"]), len(row["customers"]))
                ].mean()
                for _ in range(500)
            ]
            for row in rows
        ],
        axis=0,
    )
    return [round(float(edge), 4) for edge in np.quantile(drawn, [0.025, 0.975])]


def _margin(judged: dict[str, list[dict[str, Any]]]) -> float:
    naive = [judged[name] for name in NAIVE if name in judged]
    folds = range(len(judged["ranker"]))
    return round(
        min(
            judged["ranker"][fold]["ndcg@10"] - max(rows[fold]["ndcg@10"] for rows in naive)
            for fold in folds
        ),
        4,
    )


def runs(arguments: argparse.Namespace) -> Iterator[Any]:
    """What was asked for, one callable per figure group."""
    if arguments.interactions:
        yield lambda: report(any_shop(arguments), with_rivals=True, targets={})
        return
    if arguments.speed or arguments.only in (None, "speed"):
        yield lambda: speed.run(emit)
    if arguments.speed:
        return
    if arguments.only in (None, "online_retail_ii"):
        goals = {"discover.ndcg@10": 0.125, "all.ndcg@10": 0.385}
        yield lambda: report(online_retail(), with_rivals=True, targets=goals)
    if arguments.only in (None, "amazon_beauty"):
        goals_beauty = {"discover.ndcg@10": 0.062, "discover.recall@10": 0.10}
        yield lambda: report(amazon_beauty(), with_rivals=False, targets=goals_beauty)
    if arguments.only in (None, "movielens"):
        yield lambda: rivals.movielens(DATA / "movielens_100k_ratings.csv.gz", emit)


def main() -> int:
    """Parse the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", help="CSV: customer_id, product_id, timestamp[, …]")
    parser.add_argument("--items", help="CSV: product_id[, title, description, category, …]")
    parser.add_argument(
        "--protocol", choices=("rolling", "last-28d", "leave-last"), default="rolling"
    )
    parser.add_argument(
        "--only", choices=("speed", "online_retail_ii", "amazon_beauty", "movielens")
    )
    parser.add_argument("--speed", action="store_true", help="only CPU time and memory")
    parser.add_argument("--json", action="store_true", help="JSON lines (the only output there is)")
    for run in runs(parser.parse_args()):
        run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
