"""Quantiles of a protection period's demand learned across all products by gradient boosting.

A global model per level, trained on past sums themselves; it knows what series have in common
(season of the year, spells of silence, recent growth) that no single history tells.  Source:
the M5 uncertainty competition, Makridakis et al. (2022), Int. J. Forecasting 38, 1365-1385.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import lightgbm
import numpy as np
import numpy.typing as npt

from forecasting.metrics import absolute_scale
from forecasting.panel import Flags, Matrix, Panel, Whole
from forecasting.sum_features import HALF_UNIT, sum_features
from forecasting.sum_history import SumHistory
from forecasting.sum_prices import price_features

LARGEST_SAMPLE = 60_000
FEWEST_ROWS = 2_000


class Regressor(Protocol):
    """What LightGBM's regressor offers."""

    def fit(self, X: Matrix, y: Matrix, sample_weight: Matrix | None = None) -> Self:
        """Train on a design matrix and targets."""

    def predict(self, X: Matrix) -> Matrix:
        """Return one prediction per row."""


@dataclass(frozen=True)
class Boosting:
    """Settings of the gradient boosting."""

    trees: int = 150
    learning_rate: float = 0.06
    leaves: int = 31
    smallest_leaf: int = 200
    sampling: float = 0.7
    n_jobs: int = 1

    def regressor(self, random_state: int, objective: Mapping[str, object]) -> Regressor:
        """Return a fresh model for an objective and its parameters."""
        model: Regressor = lightgbm.LGBMRegressor().set_params(
            n_estimators=self.trees,
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_child_samples=self.smallest_leaf,
            subsample=self.sampling,
            subsample_freq=1,
            colsample_bytree=self.sampling,
            n_jobs=self.n_jobs,
            random_state=random_state,
            deterministic=True,
            force_row_wise=True,
            verbosity=-1,
            **objective,
        )
        return model


class BoostedSums:
    """LightGBM quantiles and mean of sum ÷ (smoothed forecast + ½).

    Where the panel has prices the quantiles are told of them; the mean gains nothing by them.

    ``fit(panel, history)`` trains on windows closed before the ``held_back`` latest ones, which
    stay unseen for calibration; ``predict(panel, now, span)`` gives quantiles and mean now,
    ``past(panel, history)`` those of the windows held back.  Learned: ``models_`` (one per
    level), ``mean_model_``; no models where there were too few rows to learn from.
    """

    def __init__(
        self,
        levels: Sequence[float],
        *,
        boosting: Boosting | None = None,
        held_back: int = 8,
        random_state: int = 0,
    ) -> None:
        self.levels = levels
        self.boosting = boosting
        self.held_back = held_back
        self.random_state = random_state

    def fit(self, panel: Panel, history: SumHistory) -> Self:
        """Train on the closed windows of a panel."""
        settings = self.boosting or Boosting()
        self.models_: list[Regressor] = []
        rows = history.known & self._trainable(history)
        if rows.sum() < FEWEST_ROWS:
            return self
        table = sum_features(panel, history.origins, history.forecast, history.span)[rows]
        told = _told(panel, history.origins, rows)
        size = history.forecast[rows] + HALF_UNIT
        unit = np.broadcast_to(unit_of_error(panel, history.span)[:, None], rows.shape)[rows]
        kept = _sample(len(size), self.random_state)
        table, told, size, unit = table[kept], told[kept], size[kept], unit[kept]
        informed = np.hstack([table, told])
        target = history.actual[rows][kept] / size
        self.models_ = [
            settings.regressor(self.random_state, {"objective": "quantile", "alpha": level}).fit(
                informed, target, sample_weight=size / unit
            )
            for level in self.levels
        ]
        tweedie = {"objective": "tweedie", "tweedie_variance_power": 1.3}
        mean = settings.regressor(self.random_state, tweedie)
        self.mean_model_ = mean.fit(table, target, sample_weight=np.sqrt(size))
        return self

    def predict(self, panel: Panel, now: Matrix, span: int) -> tuple[Matrix, Matrix]:
        """Return quantiles (n × levels) and mean (n) of the sum from the panel's end.

        ``now`` is the smoothed forecast of the sum (n).
        """
        end = np.array([panel.y.shape[1]])
        table = sum_features(panel, end, now[:, None], span)[:, 0]
        told = _told(panel, end, np.ones((len(now), 1), dtype=np.bool_))
        return self._both(table, told, now + HALF_UNIT)

    def past(self, panel: Panel, history: SumHistory) -> tuple[Matrix, Matrix]:
        """Return quantiles (n × windows × levels) and means (n × windows) of those held back."""
        held = history.last(self.held_back)
        smoothed = np.nan_to_num(held.forecast)
        table = sum_features(panel, held.origins, smoothed, held.span)
        n, windows, columns = table.shape
        told = _told(panel, held.origins, np.ones((n, windows), dtype=np.bool_))
        bands, mean = self._both(table.reshape(-1, columns), told, smoothed.ravel() + HALF_UNIT)
        return bands.reshape(n, windows, -1), mean.reshape(n, windows)

    def _trainable(self, history: SumHistory) -> Flags:
        """Return which windows had closed before the first one held back."""
        closes = history.origins + history.span
        if not self.held_back:
            return np.ones(len(closes), dtype=np.bool_)
        return np.asarray(closes <= history.origins[-min(self.held_back, len(closes))])

    def _both(self, table: Matrix, told: Matrix, scale: Matrix) -> tuple[Matrix, Matrix]:
        informed = np.hstack([table, told])
        ratios = [np.maximum(model.predict(informed), 0.0) for model in self.models_]
        bands = np.maximum.accumulate(np.stack(ratios, axis=1) * scale[:, None], axis=1)
        return bands, np.maximum(self.mean_model_.predict(table), 0.0) * scale


def unit_of_error(panel: Panel, span: int) -> Matrix:
    """Return what an error counts against per series (n, units): its usual change in a season.

    At least one unit in a span.  Weighed so, a miss of the sum is a scaled error (Hyndman and
    Koehler 2006), and no product counts more for being large.
    """
    return np.asarray(np.fmax(absolute_scale(panel), 1.0 / span))


def _told(panel: Panel, origins: Whole, rows: Flags) -> Matrix:
    """Return what the prices say in the windows of ``rows`` (k × columns; none without prices)."""
    if panel.price is None:
        return np.empty((int(rows.sum()), 0))
    return price_features(panel.price, origins, panel.freq)[rows]


def _sample(rows: int, random_state: int) -> npt.NDArray[np.intp]:
    if rows <= LARGEST_SAMPLE:
        return np.arange(rows)
    generator = np.random.default_rng(random_state)
    return np.sort(generator.choice(rows, LARGEST_SAMPLE, replace=False))
