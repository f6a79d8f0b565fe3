"""One-off bulk orders: found by the series' own habits, capped before anything is learned."""

import numpy as np
import pandas as pd

from forecasting.compiled import compiled
from forecasting.panel import Matrix, Panel, Whole

CAP_QUANTILE = 0.9
BULK_FACTOR = 5.0
FEWEST_SALES = 8


def without_peaks(panel: Panel, quantile: float = CAP_QUANTILE) -> Panel:
    """Return the panel with demand capped at a quantile of each series' selling periods.

    What is rarely exceeded says little about the next weeks; methods that chase squared error
    follow it anyway.  The quantile interpolates linearly, as numpy's does.
    """
    return panel.with_demand(_capped(panel.y, panel.starts, quantile))


def bulk_orders(panel: Panel, factor: float = BULK_FACTOR) -> pd.DataFrame:
    """List periods that look like one-off bulk orders.

    A period is listed where demand is more than ``factor`` times the ninth decile of the
    series' other selling periods, of which there must be at least eight.  Returns
    ``unique_id``, ``ds``, ``y`` and ``usual`` (that ninth decile), units per period.
    """
    rows = []
    for i, values in enumerate(panel.y):
        sold = np.flatnonzero(np.nan_to_num(values) > 0)
        if len(sold) <= FEWEST_SALES:
            continue
        ordered = np.sort(values[sold])
        usual = float(np.quantile(ordered[:-1], CAP_QUANTILE))
        huge = sold[values[sold] > factor * usual]
        rows += [(panel.ids[i], panel.dates[t], float(values[t]), usual) for t in huge]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y", "usual"])


def without_bulk_orders(panel: Panel, factor: float = BULK_FACTOR) -> Panel:
    """Return the panel with bulk orders set to what the series usually sells."""
    found = bulk_orders(panel, factor)
    y = panel.y.copy()
    rows = panel.ids.get_indexer(pd.Index(found["unique_id"]))
    columns = panel.dates.get_indexer(pd.DatetimeIndex(found["ds"]))
    y[rows, columns] = found["usual"].to_numpy()
    return panel.with_demand(y)


@compiled
def _capped(y: Matrix, starts: Whole, quantile: float) -> Matrix:
    out = y.copy()
    sales = np.empty(y.shape[1])
    for i in range(len(y)):
        count = 0
        for t in range(starts[i], y.shape[1]):
            if y[i, t] > 0:
                sales[count] = y[i, t]
                count += 1
        if count > 1:
            ordered = np.sort(sales[:count])
            place = quantile * (count - 1)
            low = int(place)
            high = min(low + 1, count - 1)
            cap = ordered[low] + (place - low) * (ordered[high] - ordered[low])
            for t in range(starts[i], y.shape[1]):
                if y[i, t] > cap:
                    out[i, t] = cap
    return out
