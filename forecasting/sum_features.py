"""What is known at an origin about the sums a product has had, as columns for a global model."""

import numpy as np

from forecasting.features import YEAR, origin_features
from forecasting.panel import Matrix, Panel, Whole
from forecasting.sum_history import STEP, window_sums

RANKS = (0.5, 0.75, 0.9, 1.0)
FEWEST_SUMS = 2
HALF_UNIT = 0.5


def sum_features(panel: Panel, origins: Whole, forecast: Matrix, span: int) -> Matrix:
    """Describe every series at every origin by its past alone (n × origins × columns).

    The columns of `origin_features`, the day of the year in the middle of the span, the
    smoothed ``forecast`` of the sum (n × origins), and of the sums of ``span`` periods within
    the last year the median, quartile, ninth decile, largest and standard deviation, all ÷
    (forecast + ½): the quantiles that the product's own past would promise.
    """
    features, _ = origin_features(panel, origins, span)
    season = np.broadcast_to(_season(panel, origins, span), forecast.shape)
    own = panel.mapped(
        lambda part: np.stack([_own_sums(part, int(origin), span) for origin in origins], axis=1)
    )
    own = own / (forecast[:, :, None] + HALF_UNIT)
    return np.concatenate([features, season[:, :, None], forecast[:, :, None], own], axis=2)


def _season(panel: Panel, origins: Whole, span: int) -> Matrix:
    first = panel.dates[0].to_period(panel.freq)
    middle = [(first + int(origin) + span // 2).to_timestamp() for origin in origins]
    return np.array([day.day_of_year for day in middle], dtype=np.float64)


def _own_sums(panel: Panel, origin: int, span: int) -> Matrix:
    """Return ranks and spread of the closed sums of the last year, weekly (n × 5)."""
    starts = np.arange(origin - span, max(origin - span - YEAR[panel.freq], 0), -STEP[panel.freq])
    out = np.full((len(panel.ids), len(RANKS) + 1), np.nan)
    if not len(starts):
        return out
    first = starts[-1] - 1
    sums = np.sort(window_sums(panel.y[:, first:origin], starts - first, span), axis=1)
    count = (~np.isnan(sums)).sum(axis=1)
    rows = np.flatnonzero(count >= FEWEST_SUMS)
    for j, rank in enumerate(RANKS):
        place = np.rint(rank * (count[rows] - 1)).astype(np.intp)
        out[rows, j] = sums[rows, place]
    out[rows, -1] = np.nanstd(sums[rows], axis=1)
    return out
