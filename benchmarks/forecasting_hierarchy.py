"""WRMSSE over the M5 levels that exist within one store, beside ES bottom-up."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.forecasting_data import m5_hierarchy, m5_prices
from forecasting import METHODS, Hierarchy, Panel, bottom_up, from_matrix, reconcile
from forecasting.hierarchy import Reconciled, one_step_variance, shared_error
from forecasting.totals import forecast_totals

HORIZON = 28
ORIGINS = 3
# within one store: the total is levels 1-3, categories 4, 6, 8, departments 5, 7, 9, items 10-12
WEIGHT = {"total": 3, "cat_id": 3, "dept_id": 3, "item": 3}


def weighted_scores(folder: Path, *, quick: bool) -> Iterator[dict[str, object]]:
    """Yield WRMSSE relative to exponential smoothing of the items, added up."""
    table = m5_hierarchy(folder).rename(columns={"item_id": "unique_id"})
    sales = pd.read_parquet(folder / "m5_ca1_sales.parquet").filter(regex=r"^d_\d+$")
    dates = pd.date_range("2011-01-29", periods=sales.shape[1])
    panel = from_matrix(sales.to_numpy(dtype=float), ids=table["unique_id"], dates=dates)
    prices = m5_prices(folder, panel)
    shop = Hierarchy.of(table, ["cat_id", "dept_id"])
    scores: dict[str, list[float]] = {}
    for back in range(1 if quick else ORIGINS, 0, -1):
        cut = panel.y.shape[1] - HORIZON * back
        past = panel.until(cut)
        judge = _Judge(shop, panel, prices, cut)
        for name, found in _candidates(shop, past).items():
            scores.setdefault(name, []).append(judge.score(found.products, found.totals))
    mean = {name: float(np.mean(values)) for name, values in scores.items()}
    yield {
        "name": "forecasting.m5_ca1.wrmsse_vs_es_bottom_up",
        "value": mean["reconciled"] / mean["es_bottom_up"],
        "unit": "ratio", "better": "lower", "target": 0.90, "rivals": mean,
    }  # fmt: skip


def _candidates(shop: Hierarchy, past: Panel) -> dict[str, Reconciled]:
    items = METHODS["smoothing_median"](past, HORIZON)  # keeps the weekdays totals are made of
    totals = shop.totals_panel(past)
    ahead = forecast_totals(totals, HORIZON)
    before = past.until(past.y.shape[1] - HORIZON)
    items_before = METHODS["smoothing_median"](before, HORIZON)
    total_variance = one_step_variance(totals, forecast_totals(shop.totals_panel(before), HORIZON))
    return {
        "reconciled": reconcile(
            shop,
            products=items,
            totals=ahead,
            product_variance=one_step_variance(past, items_before),
            total_variance=total_variance,
            shared=shared_error(shop, past, items_before),
        ),
        "ensemble_bottom_up": bottom_up(shop, METHODS["ensemble"](past, HORIZON)),
        "smoothing_bottom_up": bottom_up(shop, items),
        "es_bottom_up": bottom_up(shop, METHODS["ses"](past, HORIZON)),
        "seasonal_naive": bottom_up(shop, METHODS["seasonal_naive"](past, HORIZON)),
    }


class _Judge:
    """Weights by the last 28 days' turnover, scales by past one-step changes."""

    def __init__(self, shop: Hierarchy, panel: Panel, prices: np.ndarray, cut: int) -> None:
        self.shop = shop
        y = np.nan_to_num(panel.y)
        self.actual = self._stack(y[:, cut : cut + HORIZON])
        turnover = (y * np.nan_to_num(prices))[:, cut - HORIZON : cut].sum(axis=1)
        self.weight = self._stack(turnover[:, None])[:, 0]
        past = np.vstack([panel.y[:, :cut], shop.totals_panel(panel.until(cut)).y])
        change = np.diff(past, axis=1) ** 2
        self.scale = np.nansum(change, axis=1) / np.maximum((~np.isnan(change)).sum(axis=1), 1)
        kinds = ["item"] * len(panel.ids) + [name[0] for name in shop.totals]
        self.level_weight = np.array([WEIGHT[kind] for kind in kinds]) / sum(WEIGHT.values())

    def _stack(self, items: np.ndarray) -> np.ndarray:
        return np.vstack([items, self.shop.membership @ items])

    def score(self, products: np.ndarray, totals: np.ndarray) -> float:
        """Return the weighted RMSSE over the levels."""
        squared = ((np.vstack([products, totals]) - self.actual) ** 2).mean(axis=1)
        rmsse = np.sqrt(squared / np.maximum(self.scale, 1e-9))
        share = self.weight / self.weight[: len(products)].sum()
        return float((rmsse * share * self.level_weight).sum())
