"""Coherent totals: product, category and shop forecasts that add up.

Source: Wickramasuriya, Athanasopoulos and Hyndman (2019), J. Amer. Statist. Assoc. 114, 804-819
(trace minimisation), where products miss each by itself and all together by one common share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.panel import Matrix, Panel, from_matrix

TOTAL = ("total",)
SMALLEST = 1e-9


@dataclass(frozen=True)
class Hierarchy:
    """Which products add up to which totals: ``membership`` is totals × products of 0 and 1."""

    products: pd.Index
    totals: pd.Index
    membership: Matrix

    @classmethod
    def of(cls, table: pd.DataFrame, levels: Sequence[str]) -> "Hierarchy":
        """Build from ``unique_id`` and a column per level, such as category; the shop is on top.

        Totals are named by tuples: ``("total",)`` and, say, ``("category", "Tea")``.
        """
        products = pd.Index(table["unique_id"])
        names: list[tuple[str, ...]] = [TOTAL]
        rows = [np.ones(len(products))]
        for level in levels:
            for name in sorted(table[level].astype(str).unique()):
                names.append((level, name))
                rows.append((table[level].astype(str) == name).to_numpy(dtype=np.float64))
        return cls(products, pd.Index(names, tupleize_cols=False), np.array(rows))

    def totals_panel(self, panel: Panel) -> Panel:
        """Return the demand of the totals (totals × periods)."""
        rows = panel.ids.get_indexer(self.products)
        sums = self.membership @ np.nan_to_num(panel.y[rows])
        return from_matrix(sums, ids=self.totals, dates=panel.dates, freq=panel.freq)


@dataclass(frozen=True)
class Reconciled:
    """Forecasts that add up: products × horizon and totals × horizon."""

    products: Matrix
    totals: Matrix


def bottom_up(hierarchy: Hierarchy, products: Matrix) -> Reconciled:
    """Add product forecasts (products × horizon) up."""
    return Reconciled(products, hierarchy.membership @ products)


def reconcile(
    hierarchy: Hierarchy,
    *,
    products: Matrix,
    totals: Matrix,
    product_variance: Matrix,
    total_variance: Matrix,
    shared: float = 0.0,
) -> Reconciled:
    """Move product and total forecasts to where they agree, each by its own uncertainty.

    ``products`` and ``totals`` are independent forecasts (rows × horizon), the variances their
    one-period error variances per row; ``shared`` is the variance of the share by which all
    products miss together (see `shared_error`).  Product forecasts are kept at or above zero,
    so totals are the sums of what is kept.
    """
    membership = hierarchy.membership
    size = products.mean(axis=1)
    alone = np.maximum(product_variance, SMALLEST)[:, None] * membership.T
    together = shared * np.outer(size, membership @ size)
    with_totals = alone + together
    cross = membership @ with_totals + np.diag(np.maximum(total_variance, SMALLEST))
    gap = totals - membership @ products
    shift = with_totals @ np.linalg.solve(cross, gap)
    return bottom_up(hierarchy, np.maximum(products + shift, 0.0))


def shared_error(hierarchy: Hierarchy, panel: Panel, fitted: Matrix) -> float:
    """Return the variance of the share by which all products miss together; at least 0.

    Products miss the same payday, so their sums are worse than their errors, taken as
    independent, let one expect: what is left of all totals, relative to their squares.
    ``fitted`` as in `one_step_variance`.
    """
    alone = hierarchy.membership @ one_step_variance(panel, fitted)
    ahead = hierarchy.membership @ fitted
    sums = one_step_variance(hierarchy.totals_panel(panel), ahead)
    squares = float((ahead.mean(axis=1) ** 2).sum())
    return max(0.0, float((sums - alone).sum()) / squares) if squares > 0 else 0.0


def one_step_variance(panel: Panel, fitted: Matrix) -> Matrix:
    """Return the mean squared error per row of forecasts of the panel's last periods (n).

    ``fitted`` holds forecasts of the last columns, made before them (n × k).
    """
    actual = panel.y[:, -fitted.shape[1] :]
    known = ~np.isnan(actual)
    squared = np.where(known, (np.nan_to_num(actual) - fitted) ** 2, 0.0)
    return np.asarray(squared.sum(axis=1) / np.maximum(known.sum(axis=1), 1))
