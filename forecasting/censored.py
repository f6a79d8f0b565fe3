"""Demand behind stock-outs: what would have sold had the shelf not been empty.

On a day the stock ran out, sales are only a lower bound of demand.  Leaving such days out
biases demand downwards, since busy days run out first; taking them at face value does so even
more.  The EM algorithm (Dempster, Laird and Rubin 1977) puts the expected demand, given that
it was at least the sales, in their place.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from forecasting.negative_binomial import OVERDISPERSION_FLOOR
from forecasting.panel import Flags, Matrix, Panel
from forecasting.seasonality import season_length

ROUNDS = 200
TOLERANCE = 1e-5
BLOCK = {"D": 91, "W": 26, "M": 12}
FEWEST_OPEN = 3


def mask_censored(panel: Panel, censored: Flags) -> Panel:
    """Return the panel with periods out of stock as unknown, which every method steps over.

    ``censored`` (n × T) marks periods that were out of stock throughout.
    """
    return panel.with_demand(np.where(censored, np.nan, panel.y))


def recover_demand(panel: Panel, censored: Flags) -> Panel:
    """Return the panel with expected demand in place of censored sales.

    ``censored`` (n × T) marks periods on which stock ran out, at any hour.  Demand of a series
    is taken as negative binomial with a mean per block (91 days, 26 weeks, 12 months) and phase
    of the season, and one variance ratio; a block with under three open periods takes the mean
    of the whole series.
    """
    y = panel.y.copy()
    hidden = censored & ~np.isnan(panel.y)
    length = panel.y.shape[1]
    phase = np.arange(length) % season_length(panel.freq)
    block = (length - 1 - np.arange(length)) // BLOCK[panel.freq]
    for i in np.flatnonzero(hidden.any(axis=1)):
        known = ~np.isnan(panel.y[i])
        cells = _Cells(phase[known], block[known])
        y[i, known] = _expected(panel.y[i, known], hidden[i, known], cells)
    return panel.with_demand(y)


@dataclass(frozen=True)
class _Cells:
    """Season and block of every known period."""

    phase: Matrix
    block: Matrix

    def mean(self, demand: Matrix, is_open: Flags) -> Matrix:
        """Return the mean of each period's block × its season's factor."""
        overall = max(float(demand.mean()), 1e-9)
        level = np.full(len(demand), overall)
        for one in np.unique(self.block):
            rows = self.block == one
            if (rows & is_open).sum() >= FEWEST_OPEN:
                level[rows] = max(float(demand[rows].mean()), 1e-9)
        factor = np.ones(len(demand))
        for one in np.unique(self.phase):
            rows = self.phase == one
            factor[rows] = (demand[rows].sum() + 4 * overall) / (level[rows].sum() + 4 * overall)
        return level * factor


def _expected(sales: Matrix, hidden: Flags, cells: _Cells) -> Matrix:
    """Iterate expectation and maximisation for one series until its mean settles."""
    demand, extra = sales.copy(), np.zeros(len(sales))
    for _ in range(ROUNDS):
        mean = cells.mean(demand, ~hidden)
        spread = float(((demand - mean) ** 2 + extra).sum() / mean.sum())
        ratio = max(spread, OVERDISPERSION_FLOOR)
        before = demand[hidden].sum()
        first, second = _tail_moments(sales[hidden], mean[hidden], ratio)
        demand[hidden] = np.maximum(first, sales[hidden])
        extra[hidden] = np.maximum(second - first**2, 0.0)
        if abs(demand[hidden].sum() - before) <= TOLERANCE * max(before, 1.0):
            break
    return demand


def _tail_moments(floor: Matrix, mean: Matrix, ratio: float) -> tuple[Matrix, Matrix]:
    """Return E[D | D ≥ floor] and E[D² | D ≥ floor] of a negative binomial.

    Both follow from tails of negative binomials with one and two more successes.
    """
    p = 1.0 / ratio
    size = mean * p / (1.0 - p)
    chance = np.maximum(stats.nbinom.sf(floor - 1, size, p), 1e-12)
    first = mean * stats.nbinom.sf(floor - 2, size + 1, p) / chance
    pairs = mean**2 * (1 + 1 / size) * stats.nbinom.sf(floor - 3, size + 2, p) / chance
    return first, pairs + first
