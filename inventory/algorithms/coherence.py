"""Product, category and shop forecasts that add up, where the totals know more than the parts.

Totals follow calendar and holidays closely and are forecast by themselves; both sides are then
moved to where they agree.  Where adding up the products did better on held-back days, the sums
of the products stand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Hierarchy, Panel, bottom_up, reconcile
from forecasting.hierarchy import Reconciled, one_step_variance, shared_error
from forecasting.totals import SHORTEST, forecast_totals

Matrix = npt.NDArray[np.float64]
Forecaster = Callable[[Panel, int], Matrix]
HELD_BACK_DAYS = 28
LARGEST_SHIFT = 2.0
SHOP = 0


def hierarchy_of(products: pd.Index, ancestors: Mapping[int, Sequence[int]]) -> Hierarchy:
    """Return the shop and every category with something in it.

    ``ancestors`` lists, per product, the keys of its category and of those above.  Totals are
    keyed by category, the shop by 0.
    """
    listed = [ancestors[product] for product in products]
    keys = sorted({key for path in listed for key in path})
    membership = np.zeros((1 + len(keys), len(products)))
    membership[0] = 1.0
    place = {key: at for at, key in enumerate(keys, start=1)}
    for column, path in enumerate(listed):
        membership[[place[key] for key in path], column] = 1.0
    return Hierarchy(products, pd.Index([SHOP, *keys]), membership)


@dataclass(frozen=True)
class Coherent:
    """Forecasts that add up, and whether the totals' own forecast took part."""

    forecast: Reconciled
    from_totals: bool


def coherent(panel: Panel, mean: Matrix, hierarchy: Hierarchy, again: Forecaster) -> Coherent:
    """Make product means (n × horizon) and totals agree.

    ``again`` forecasts the products of a shorter panel the same way; both sides are judged on
    the last four weeks.
    """
    cut = panel.y.shape[1] - HELD_BACK_DAYS
    summed = bottom_up(hierarchy, mean)
    if cut < SHORTEST:
        return Coherent(summed, from_totals=False)
    totals = hierarchy.totals_panel(panel)
    before, totals_before = again(panel.until(cut), HELD_BACK_DAYS), totals.until(cut)
    held = forecast_totals(totals_before, HELD_BACK_DAYS)
    if not _better(totals.y[:, cut:], held, hierarchy.membership @ before):
        return Coherent(summed, from_totals=False)
    moved = reconcile(
        hierarchy,
        products=mean,
        totals=forecast_totals(totals, mean.shape[1]),
        product_variance=one_step_variance(panel, before),
        total_variance=one_step_variance(totals, held),
        shared=shared_error(hierarchy, panel, before),
    )
    bounded = np.clip(moved.products, mean / LARGEST_SHIFT, mean * LARGEST_SHIFT)
    return Coherent(bottom_up(hierarchy, bounded), from_totals=True)


def _better(actual: Matrix, own: Matrix, summed: Matrix) -> bool:
    """Return whether totals forecast by themselves missed less, every total with equal weight."""
    ours, theirs = (
        np.sqrt(np.nanmean((actual - forecast) ** 2, axis=1)) for forecast in (own, summed)
    )
    scale = np.maximum(np.nanmean(actual, axis=1), 1e-9)
    return bool((ours / scale).mean() < (theirs / scale).mean())
