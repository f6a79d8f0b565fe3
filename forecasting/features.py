"""What is known about every series at an origin, as scale-free columns for a global model."""

import numpy as np

from forecasting.panel import Matrix, Panel, Whole
from forecasting.smoothing import COMPONENTS, smooth

# windows of recent demand in periods, per frequency; the last two also give a gap window
WINDOWS = {"D": (7, 14, 28, 56, 91, 182), "W": (1, 2, 4, 8, 13, 26), "M": (1, 2, 3, 6, 9, 12)}
YEAR = {"D": 364, "W": 52, "M": 12}
NAMES = (
    *(f"{name}_ratio" for name in COMPONENTS),
    "slope", "log_scale", "mean_1", "mean_2", "mean_3", "mean_4", "mean_5", "mean_6",
    "selling_short", "selling_long", "spread", "largest", "since_sale", "age", "last_year",
    "last_year_before",
)  # fmt: skip


def origin_features(panel: Panel, origins: Whole, horizon: int) -> tuple[Matrix, Matrix]:
    """Describe every series at every origin by its past alone.

    Returns features (n × origins × columns named `NAMES`) and the scale they were divided by
    (n × origins, units per period): the mean of the five smoothing levels plus half a unit
    spread over the horizon.
    """
    parts = [_features(part, origins, horizon) for part in panel.chunks()]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _features(panel: Panel, origins: Whole, horizon: int) -> tuple[Matrix, Matrix]:
    smoothed = smooth(panel, origins)
    level = smoothed.level
    scale = np.maximum(level.mean(axis=2), 0.0) + 0.5 / horizon
    known = ~np.isnan(panel.y)
    totals = _running(np.nan_to_num(panel.y))
    counts = _running(known.astype(np.float64))
    sales = _running((np.nan_to_num(panel.y) > 0).astype(np.float64))
    squares = _running(np.nan_to_num(panel.y) ** 2)
    windows = WINDOWS[panel.freq]
    mean = [_window(totals, counts, origins, w) for w in windows]
    second = _window(squares, counts, origins, windows[4])
    year = YEAR[panel.freq]
    columns = [
        *np.moveaxis(level / scale[:, :, None], 2, 0),
        smoothed.slope / scale,
        np.log(scale),
        *(m / scale for m in mean),
        _window(sales, counts, origins, windows[2]),
        _window(sales, counts, origins, windows[4]),
        np.sqrt(np.maximum(second - mean[4] ** 2, 0.0)) / scale,
        _largest(panel.y, origins, windows[4]) / scale,
        _since_sale(panel.y, origins),
        np.maximum(origins[None, :] - panel.starts[:, None], 0).astype(np.float64),
        _window(totals, counts, origins - year + horizon, horizon) / scale,
        _window(totals, counts, origins - year, windows[3]) / scale,
    ]
    return np.stack(columns, axis=2), scale


def _running(values: Matrix) -> Matrix:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _window(totals: Matrix, counts: Matrix, ends: Whole, window: int) -> Matrix:
    """Return the mean of the ``window`` periods before each end; NaN where none is known."""
    stop = np.clip(ends, 0, totals.shape[1] - 1)
    start = np.clip(ends - window, 0, totals.shape[1] - 1)
    known = counts[:, stop] - counts[:, start]
    total = totals[:, stop] - totals[:, start]
    return np.asarray(np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0))


def _largest(y: Matrix, origins: Whole, window: int) -> Matrix:
    known = np.nan_to_num(y)
    return np.stack(
        [known[:, max(0, end - window) : end].max(axis=1, initial=0.0) for end in origins], axis=1
    )


def _since_sale(y: Matrix, origins: Whole) -> Matrix:
    """Return periods since the last sale (n × origins), counted from the first column."""
    sold = np.nan_to_num(y) > 0
    last = np.maximum.accumulate(np.where(sold, np.arange(y.shape[1]), -1), axis=1)
    return (origins[None, :] - last[:, np.maximum(origins - 1, 0)]).astype(np.float64)
