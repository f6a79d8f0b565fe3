"""How a shop's demand moved at this time last year, and how far that says how it moves now.

The level of the last weeks misses every rise that comes back each year.  The move of last year
is believed by the slope of a ridge regression over the shop's own past: moves on the moves a
year before them, drawn towards one half.  Source: Hoerl and Kennard (1970), Technometrics 12.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.features import YEAR
from forecasting.panel import Frequency, Matrix, Panel, Whole

BASE: dict[Frequency, int] = {"D": 28, "W": 8, "M": 6}
STEP: dict[Frequency, int] = {"D": 7, "W": 1, "M": 1}
PRIOR_BELIEF, PRIOR_SPREAD = 0.5, 0.5
FEWEST_MOVES = 2
LARGEST_MOVE = np.log(3.0)


@dataclass(frozen=True)
class YearAgo:
    """The shop's total per period (T) as known at its end."""

    total: Matrix
    freq: Frequency

    @classmethod
    def of(cls, panel: Panel) -> "YearAgo":
        """Add all series of a panel up."""
        return cls(np.nansum(panel.y, axis=0), panel.freq)

    def expected(self, origins: Whole, ahead: int) -> Matrix:
        """Return the log moves expected over ``ahead`` periods from each origin (k).

        Last year's, as far as the shop's past up to its end believes them; NaN where last year
        is not known.
        """
        end = len(self.total)
        return self._moves(origins - YEAR[self.freq], ahead) * self.belief(end, ahead)

    def belief(self, origin: int, ahead: int) -> float:
        """Return how far a move comes back a year later, 0 to 1, judged before ``origin``."""
        year, step = YEAR[self.freq], STEP[self.freq]
        starts = np.arange(origin - ahead, year + BASE[self.freq] - 1, -step)
        now, before = self._moves(starts, ahead), self._moves(starts - year, ahead)
        known = np.isfinite(now) & np.isfinite(before)
        if known.sum() < FEWEST_MOVES:
            return PRIOR_BELIEF
        now, before = now[known] - now[known].mean(), before[known] - before[known].mean()
        overlap = max(1.0, ahead / step)
        noise = float(((now - PRIOR_BELIEF * before) ** 2).mean()) / PRIOR_SPREAD**2
        cross, own = float(now @ before) / overlap, float(before @ before) / overlap
        if own + noise <= 0:
            return PRIOR_BELIEF
        return float(np.clip((cross + PRIOR_BELIEF * noise) / (own + noise), 0.0, 1.0))

    def _moves(self, origins: Whole, ahead: int) -> Matrix:
        """Return log of demand after over before each origin, per period; NaN where unknown."""
        base = BASE[self.freq]
        running = np.concatenate([[0.0], np.cumsum(self.total)])
        inside = (origins >= base) & (origins + ahead <= len(self.total))
        at = np.where(inside, origins, base)
        if not inside.any():
            return np.full(len(origins), np.nan)
        after = (running[at + ahead] - running[at]) / ahead
        before = (running[at] - running[at - base]) / base
        known: npt.NDArray[np.bool_] = inside & (after > 0) & (before > 0)
        ratio = np.divide(after, before, out=np.full(len(at), np.nan), where=known)
        return np.asarray(np.clip(np.log(ratio), -LARGEST_MOVE, LARGEST_MOVE))
