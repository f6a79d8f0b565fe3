"""Counts and movements as columns; `sales.stock` adds what was sold since."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from django.db import connection

from catalog.columns import MOMENT, read_columns

COUNTS = {
    "product_id": "int64",
    "location_id": "int64",
    "on_hand": "int64",
    "at": MOMENT,
    "first_at": MOMENT,
}
MOVEMENTS = {"product_id": "int64", "location_id": "int64", "at": MOMENT, "units": "int64"}


def moment(at: datetime) -> object:
    """A time as a parameter for ``read_columns``."""
    return connection.ops.adapt_datetimefield_value(at)


def only(column: str, product_ids: Sequence[int] | None) -> tuple[str, list[object]]:
    """SQL that keeps some products, and its parameters; nothing for all of them."""
    if product_ids is None:
        return "", []
    marks = ", ".join("?" * len(product_ids)) or "NULL"
    return f" AND {column} IN ({marks})", list(product_ids)


def counts(
    *, before: datetime, product_ids: Sequence[int] | None = None, newest_only: bool
) -> pd.DataFrame:
    """Counts before a moment, all of them or the newest of each place.

    Columns: product_id, location_id, on_hand, at (UTC), first_at (the first count of the place).
    """
    chosen, ids = only("product_id", product_ids)
    sql = (
        "SELECT product_id, location_id, on_hand, counted_at AS at, first_at FROM ("  # noqa: S608
        "SELECT product_id, location_id, on_hand, counted_at,"
        " MIN(counted_at) OVER (PARTITION BY product_id, location_id) AS first_at,"
        " ROW_NUMBER() OVER (PARTITION BY product_id, location_id"
        " ORDER BY counted_at DESC, id DESC) AS place"
        f" FROM catalog_stockcount WHERE counted_at < ?{chosen}) AS ranked"
        f"{' WHERE place = 1' if newest_only else ''} ORDER BY product_id, location_id, at"
    )
    return read_columns(sql, [moment(before), *ids], types=COUNTS)


def movements(*, before: datetime, product_ids: Sequence[int] | None = None) -> pd.DataFrame:
    """What came and went before a moment; the differences of counts are in the counts already.

    Columns: product_id, location_id, at (UTC), units (below zero: they left).
    """
    chosen, ids = only("product_id", product_ids)
    sql = (
        "SELECT product_id, location_id, at, units FROM catalog_stockmovement"  # noqa: S608
        f" WHERE kind NOT IN ('opening', 'count') AND at < ?{chosen} ORDER BY at, id"
    )
    return read_columns(sql, [moment(before), *ids], types=MOVEMENTS)
