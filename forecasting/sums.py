"""Demand over a protection period: the distribution of the sum, not of the day.

What a restock order must cover is demand summed over lead time plus review.  Its errors are
correlated from day to day, so its variance is measured on past sums, not added up from days.
Source of the shape: Syntetos, Boylan and Disney (2009), J. Oper. Res. Soc. 60, S149-S160.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.arguments import checked_amounts, checked_levels
from forecasting.engine import DEFAULT_LEVELS
from forecasting.negative_binomial import level_name, quantiles
from forecasting.panel import Matrix, Panel, as_panel
from forecasting.rows import SeriesError
from forecasting.sum_blend import SumBlend
from forecasting.sum_moments import moments

SPAN_RATIO = 2.0
Periods = int | Mapping[object, int] | pd.Series
Variance = float | Mapping[object, float] | pd.Series
SumMethod = Literal["negative_binomial", "blend"]


def forecast_sum(
    series: pd.DataFrame | Panel,
    *,
    periods: Periods,
    freq: str = "D",
    levels: Sequence[float] = DEFAULT_LEVELS,
    lead_time_variance: Variance = 0.0,
    method: SumMethod = "negative_binomial",
) -> pd.DataFrame:
    """Forecast the sum of demand over the next ``periods`` periods of each series.

    ``periods`` is lead time plus review, one number or one per ``unique_id``;
    ``lead_time_variance`` is the variance of the lead time in periods², likewise.  Returns
    ``unique_id``, ``periods``, ``mean``, ``variance`` (units, units²) and a column per level,
    never negative.  ``negative_binomial`` takes seconds; ``blend`` mixes it with quantiles
    learned across products by gradient boosting and calibrates the result (half a minute; where
    history is too short to learn from it is the negative binomial).  Prices of a panel
    (`with_prices`) narrow the quantiles of ``blend``.  Raises `SeriesError` for
    bad rows, a series without a period, with one that is no whole number from 1 on, or with a
    variance below zero.
    """
    panel = as_panel(series, freq)
    spans = _spans(periods, panel)
    name = "lead_time_variance"
    wobble = checked_amounts(name, _per_series(lead_time_variance, panel, name))
    grid = checked_levels(levels)
    if method not in get_args(SumMethod):
        raise SeriesError(f"method must be negative_binomial or blend, not {method!r}")
    mean, variance = np.zeros(len(spans)), np.zeros(len(spans))
    bands = np.zeros((len(spans), len(grid)))
    for span in np.unique(spans) if panel.y.size else ():
        rows = np.flatnonzero(spans == span)
        found = moments(panel, rows, int(span))
        mean[rows] = found.mean
        variance[rows] = found.variance + (found.mean / span) ** 2 * wobble[rows]
        bands[rows] = quantiles(mean[rows], variance[rows], grid, whole=panel.is_whole)
    if method == "blend" and panel.y.size:
        for rows in _span_groups(spans):
            blend = SumBlend(grid).fit(panel, int(np.median(spans[rows])))
            mean[rows], bands[rows] = blend.predict(panel.take(rows), mean[rows], variance[rows])
    head = {"unique_id": panel.ids, "periods": spans, "mean": mean, "variance": variance}
    return pd.DataFrame(head | {level_name(q): bands[:, j] for j, q in enumerate(grid)})


def _spans(periods: Periods, panel: Panel) -> npt.NDArray[np.int64]:
    spans = checked_amounts("periods", _per_series(periods, panel, "periods"))
    if ((spans < 1) | (spans != np.rint(spans))).any():
        raise SeriesError("periods must be whole and at least 1 for every series")
    return spans.astype(np.int64)


def _span_groups(spans: npt.NDArray[np.int64]) -> list[npt.NDArray[np.intp]]:
    """Return rows grouped by spans alike enough (within a factor of two) to share a model."""
    group = np.rint(np.log(spans) / np.log(SPAN_RATIO)).astype(np.int64)
    return [np.flatnonzero(group == one) for one in np.unique(group)]


def _per_series(value: Periods | Variance, panel: Panel, name: str) -> Matrix:
    if not isinstance(value, Mapping | pd.Series):
        return np.full(len(panel.ids), float(value))
    found = pd.Series(value).reindex(panel.ids)
    if found.isna().any():
        raise SeriesError(f"{name}: no value for series {found.index[found.isna()][0]!r}")
    return found.to_numpy(dtype=np.float64)
