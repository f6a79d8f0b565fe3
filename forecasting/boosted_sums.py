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

from forecasting.features import origin_features
from forecasting.panel import Matrix, Panel, Whole
from forecasting.sum_history import SumHistory

LARGEST_SAMPLE = 60_000
FEWEST_ROWS = 2_000
HALF_UNIT = 0.5


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

    ``fit(panel, history)`` trains on windows closed before ``held_back`` later ones, which stay
    unseen for calibration; ``predict(panel, now, span)`` gives quantiles and mean now,
    ``past(panel, history)`` quantiles of the windows held back.  Learned: ``models_`` (one per
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
        first_held = history.origins[-min(self.held_back, len(history.origins))]
        train = history.origins + history.span <= first_held
        self.models_: list[Regressor] = []
        rows = history.known & train
        if rows.sum() < FEWEST_ROWS:
            return self
        table = _table(panel, history.origins, history.forecast, history.span)[rows]
        target = history.actual[rows] / (history.forecast[rows] + HALF_UNIT)
        weight = history.forecast[rows] + HALF_UNIT
        kept = _sample(len(target), self.random_state)
        table, target, weight = table[kept], target[kept], weight[kept]
        self.models_ = [
            settings.regressor(self.random_state, {"objective": "quantile", "alpha": level}).fit(
                table, target
            )
            for level in self.levels
        ]
        tweedie = {"objective": "tweedie", "tweedie_variance_power": 1.3}
        mean = settings.regressor(self.random_state, tweedie)
        self.mean_model_ = mean.fit(table, target, sample_weight=np.sqrt(weight))
        return self

    def predict(self, panel: Panel, now: Matrix, span: int) -> tuple[Matrix, Matrix]:
        """Return quantiles (n × levels) and mean (n) of the sum from the panel's end.

        ``now`` is the smoothed forecast of the sum (n).
        """
        table = _table(panel, np.array([panel.y.shape[1]]), now[:, None], span)[:, 0]
        scale = now + HALF_UNIT
        return self._bands(table, scale), np.maximum(self.mean_model_.predict(table), 0.0) * scale

    def past(self, panel: Panel, history: SumHistory) -> Matrix:
        """Return quantiles of the held-back windows (n × windows × levels)."""
        held = history.last(self.held_back)
        table = _table(panel, held.origins, np.nan_to_num(held.forecast), held.span)
        n, windows, columns = table.shape
        scale = np.nan_to_num(held.forecast).ravel() + HALF_UNIT
        return self._bands(table.reshape(-1, columns), scale).reshape(n, windows, -1)

    def _bands(self, table: Matrix, scale: Matrix) -> Matrix:
        ratios = [np.maximum(model.predict(table), 0.0) for model in self.models_]
        return np.asarray(np.maximum.accumulate(np.stack(ratios, axis=1) * scale[:, None], axis=1))


def _table(panel: Panel, origins: Whole, forecast: Matrix, span: int) -> Matrix:
    """Return the design of series × origins × columns: origin features, season, forecast."""
    features, _ = origin_features(panel, origins, span)
    first = panel.dates[0].to_period(panel.freq)
    middle = [(first + int(origin) + span // 2).to_timestamp() for origin in origins]
    season = np.array([day.day_of_year for day in middle], dtype=np.float64)
    extra = np.stack([np.broadcast_to(season, forecast.shape), forecast], axis=2)
    return np.concatenate([features, extra], axis=2)


def _sample(rows: int, random_state: int) -> npt.NDArray[np.intp]:
    if rows <= LARGEST_SAMPLE:
        return np.arange(rows)
    generator = np.random.default_rng(random_state)
    return np.sort(generator.choice(rows, LARGEST_SAMPLE, replace=False))
