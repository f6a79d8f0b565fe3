"""The shops that recommendation quality is judged on: real ones by name, or any file."""

import argparse
import gzip
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from recommendations.algorithms.evaluation import Fold
from recommendations.algorithms.interactions import Interactions, as_days

DATA = Path(os.environ.get("ZHANGGUI_DATA", "../shared/data"))
RETAIL_ENDS = ("2010-12-01", "2011-04-01", "2011-07-01", "2011-10-01", "2011-12-10")
SEQUENCE_END = pd.Timestamp("2020-01-01")
COLUMNS = ("customer_id", "product_id", "timestamp")
PROTOCOLS = ("rolling", "last-28d", "leave-last")


@dataclass(frozen=True)
class Shop:
    """Events, what is known of products, and the folds to judge on."""

    name: str
    events: Interactions
    products: pd.DataFrame | None
    folds: list[Fold]
    horizon_days: float = 30
    min_buyers: int = 5
    is_sequence: bool = False


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


def amazon_beauty(*, shuffled: float = 0.0) -> Shop:
    """Sequences: the last item of each customer is day 0, the one before day -1, and so on.

    The file tells no dates, and orders reviews of one day by product. `shuffled` is the share of
    customers, drawn at random, whose last three items come in random order instead.
    """
    rng = np.random.default_rng(0)
    rows = []
    with gzip.open(DATA / "amazon_beauty_sequences.txt.gz", "rt") as lines:
        for line in lines:
            customer, *items = line.split()
            if rng.random() < shuffled:
                items[-3:] = rng.permutation(items[-3:])
            back = range(-len(items) + 1, 1)
            rows += [(int(customer), int(i), day) for i, day in zip(items, back, strict=True)]
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "day"])
    frame["timestamp"] = SEQUENCE_END + pd.to_timedelta(frame["day"], unit="D")
    with gzip.open(DATA / "amazon_beauty_attributes.json.gz", "rt") as text:
        attributes = json.load(text)
    products = pd.DataFrame(
        {"product_id": [int(item) for item in attributes], "category": list(attributes.values())}
    )
    return _sequences("amazon_beauty", Interactions.from_frame(frame), products)


def any_shop(arguments: argparse.Namespace) -> Shop:
    """A file with customer_id, product_id, timestamp[, quantity, price]."""
    rows = _columns_of(arguments.interactions)
    events = Interactions.from_frame(rows)
    if not len(events):
        raise SystemExit("--interactions: no row has a customer_id, product_id and timestamp")
    if left_out := len(rows) - len(events):
        sys.stderr.write(
            f"{left_out:,} of {len(rows):,} rows left out: customer, product or readable time is"
            " missing, or the quantity is not above zero\n"
        )
    products = pd.read_csv(arguments.items) if arguments.items else None
    name = Path(arguments.interactions).name.split(".")[0]
    if arguments.protocol == "leave-last":
        return _leave_last(name, events, products)
    end = float(np.floor(events.days.max())) + 1
    count, days = (5, 30) if arguments.protocol == "rolling" else (1, 28)
    folds = [Fold(end - (b + 1) * days, end - b * days) for b in range(count - 1, -1, -1)]
    return Shop(name, events, products, folds, days)


def _columns_of(path: str) -> pd.DataFrame:
    """The file's rows; ends the program where it cannot be read or lacks a column."""
    try:
        rows = pd.read_csv(path, skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise SystemExit(f"--interactions {path}: {error}") from error
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise SystemExit(
            f"--interactions {path}: no column {', '.join(missing)}; its columns are"
            f" {', '.join(map(str, rows.columns))}. Rename them to {', '.join(COLUMNS)}."
        )
    return rows


def _leave_last(name: str, events: Interactions, products: pd.DataFrame | None) -> Shop:
    """Time becomes the place in the customer's own sequence, counted from the end.

    Events of the same moment come in random order: in files it often tells the product's number.
    """
    ties = np.random.default_rng(0).random(len(events))
    order = np.lexsort((ties, events.days, events.customers))
    sizes = np.bincount(events.customers, minlength=events.shape[0])
    place = np.empty(len(events), np.int64)
    place[order] = np.arange(len(events)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    days = (place - sizes[events.customers] + 1).astype(float)
    frame = pd.DataFrame(
        {
            "customer_id": events.customer_ids[events.customers],
            "product_id": events.product_ids[events.products],
            "timestamp": SEQUENCE_END + pd.to_timedelta(days, unit="D"),
        }
    )
    return _sequences(name, Interactions.from_frame(frame), products)


def _sequences(name: str, events: Interactions, products: pd.DataFrame | None) -> Shop:
    """The last event of each customer, on day 0, is what is to be told from those before."""
    last = as_days(SEQUENCE_END)
    return Shop(name, events, products, [Fold(last, last + 1)], 1, 0, is_sequence=True)
