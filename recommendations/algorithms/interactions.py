"""Who took what and when, as arrays: the one input of every recommender."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.moments import as_moments

Moment = str | date | datetime | np.datetime64 | pd.Timestamp
SECONDS_PER_DAY = 86_400.0
EPOCH = pd.Timestamp(0, tz="UTC")


def as_days(moment: Moment | float) -> float:
    """Days since 1970-01-01 UTC: a number is them; a moment without a time zone counts as UTC."""
    if isinstance(moment, int | float):
        return float(moment)
    stamp = pd.Timestamp(moment)
    stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return float((stamp - EPOCH).total_seconds() / SECONDS_PER_DAY)


@dataclass(frozen=True, slots=True)
class Interactions:
    """Events in time order.

    `customers`, `products`: int32 codes per event into `customer_ids`, `product_ids` (sorted).
    `days`: days since 1970 UTC. `weights`: 1 or the grade given. `quantities`: units.
    `amounts`: money per event, 0 where unknown.
    """

    customers: NDArray[np.int32]
    products: NDArray[np.int32]
    days: NDArray[np.float64]
    weights: NDArray[np.float32]
    quantities: NDArray[np.float32]
    amounts: NDArray[np.float64]
    customer_ids: NDArray[Any]
    product_ids: NDArray[Any]

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Encode customer_id, product_id, timestamp[, quantity, price, weight].

        Rows without a customer, product or readable time, and rows whose quantity is not a
        positive finite number (returns, corrections), are left out: they are no sign of liking.
        """
        rows = _readable(frame)
        customers, customer_ids = pd.factorize(rows["customer_id"], sort=True)
        products, product_ids = pd.factorize(rows["product_id"], sort=True)
        quantities = rows["quantity"].to_numpy(np.float64)
        return cls(
            customers=customers.astype(np.int32),
            products=products.astype(np.int32),
            days=rows["days"].to_numpy(np.float64),
            weights=rows["weight"].to_numpy(np.float32),
            quantities=quantities.astype(np.float32),
            amounts=quantities * rows["price"].to_numpy(np.float64),
            customer_ids=np.asarray(customer_ids),
            product_ids=np.asarray(product_ids),
        )

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of known customers and products."""
        return len(self.customer_ids), len(self.product_ids)

    def take(self, chosen: NDArray[Any]) -> Self:
        """The chosen events (mask or positions), with the same codes."""
        return replace(
            self,
            customers=self.customers[chosen],
            products=self.products[chosen],
            days=self.days[chosen],
            weights=self.weights[chosen],
            quantities=self.quantities[chosen],
            amounts=self.amounts[chosen],
        )

    def between(self, start: float, end: float) -> Self:
        """Events with start <= day < end (days since 1970)."""
        first, last = np.searchsorted(self.days, [start, end], side="left")
        return self.take(np.arange(first, max(first, last)))

    def before(self, as_of: Moment | float) -> Self:
        """Events strictly before `as_of`: all that a model of that moment may see."""
        return self.between(-np.inf, as_days(as_of))

    def matrix(
        self,
        window_days: float | None = None,
        half_life_days: float | None = None,
        *,
        as_of: Moment | float,
        history_cap: int | None = None,
    ) -> sparse.csr_array:
        """Customers x products, float32: the sum of 0.5 ** (age / half-life) times the weight.

        Only events younger than `window_days` at `as_of` count; of each customer only the
        `history_cap` products taken last are kept.
        """
        end = as_days(as_of)
        start = -np.inf if window_days is None else end - window_days
        events = self.between(start, end)
        values = events.weights
        if half_life_days is not None:
            values = values * np.exp2((events.days - end) / half_life_days).astype(np.float32)
        matrix = self._sum(events, values)
        if history_cap is None:
            return matrix
        return _cap(matrix, self._sum_last(events), history_cap)

    def _sum(self, events: Self, values: NDArray[np.float32]) -> sparse.csr_array:
        coordinates = (events.customers, events.products)
        matrix = sparse.coo_array((values, coordinates), shape=self.shape).tocsr()
        matrix.sum_duplicates()
        return matrix

    def _sum_last(self, events: Self) -> sparse.csr_array:
        """Position of each pair's last event, on the same pattern as `_sum`."""
        keys = events.customers.astype(np.int64) * max(self.shape[1], 1) + events.products
        pairs, reverse = np.unique(keys[::-1], return_index=True)
        last = len(keys) - 1 - reverse
        rows, columns = np.divmod(pairs, max(self.shape[1], 1))
        return sparse.coo_array((last + 1.0, (rows, columns)), shape=self.shape).tocsr()


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    stamps = as_moments(frame["timestamp"])
    columns = {
        "customer_id": frame["customer_id"],
        "product_id": frame["product_id"],
        "days": (stamps - EPOCH).dt.total_seconds() / SECONDS_PER_DAY,
    }
    for name, default in (("quantity", 1.0), ("price", 0.0), ("weight", 1.0)):
        given = frame.get(name)
        filled = default if given is None else pd.to_numeric(given, errors="coerce")
        columns[name] = pd.Series(filled, index=frame.index, dtype="float64")
    rows = pd.DataFrame(columns)
    rows["price"] = rows["price"].where(np.isfinite(rows["price"]), 0.0)
    known = rows["customer_id"].notna() & rows["product_id"].notna() & rows["days"].notna()
    sane = np.isfinite(rows["quantity"]) & (rows["quantity"] > 0) & np.isfinite(rows["weight"])
    kept: pd.DataFrame = rows[known & sane]
    return kept.sort_values("days", kind="stable")


def _cap(matrix: sparse.csr_array, last: sparse.csr_array, history_cap: int) -> sparse.csr_array:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((-last.data, rows))
    place = np.arange(len(order)) - matrix.indptr[rows[order]]
    kept = np.sort(order[place < history_cap])
    return sparse.csr_array(
        sparse.coo_array(
            (matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape
        )
    )
