"""One gradient-boosted model for all products: demand of a coming day from all that is known.

Direct, not recursive: the model is told how many periods ahead the day lies.  It learns demand
relative to each product's level, so a slow mover profits from what fast ones show of prices,
promotions and holidays.  Source: the M5 accuracy competition, Makridakis et al. (2022), Int. J.
Forecasting 38, 1346-1364.
"""

from typing import Self

import numpy as np
import pandas as pd

from forecasting.boosted_sums import Boosting, Regressor
from forecasting.drivers import Drivers
from forecasting.ensemble import spread_rows
from forecasting.features import origin_features
from forecasting.holidays import nearness
from forecasting.panel import Frequency, Matrix, Panel, Whole
from forecasting.seasonality import profiles

STEP: dict[Frequency, int] = {"D": 7, "W": 1, "M": 1}
TRAINING_ORIGINS = 40
STEPS_PER_ORIGIN = 4
POOL = 4000
LARGEST_SAMPLE = 150_000
FEWEST_ROWS = 500
SHORTEST_PAST = 12


class BoostedDemand:
    """LightGBM (Tweedie) on origin features, calendar, price and promotion.

    ``fit(panel, horizon)`` trains on weekly (monthly) origins whose ``horizon`` periods have
    passed; ``predict(panel)`` returns means (n × horizon).  Learned: ``model_``, None where
    there were too few rows, in which case the mean of the smoothing levels is forecast.
    """

    def __init__(
        self,
        *,
        drivers: Drivers | None = None,
        boosting: Boosting | None = None,
        random_state: int = 0,
    ) -> None:
        self.drivers = drivers
        self.boosting = boosting
        self.random_state = random_state

    def fit(self, panel: Panel, horizon: int) -> Self:
        """Train on the panel's own past."""
        self.horizon_ = horizon
        self.model_: Regressor | None = None
        rows = spread_rows(len(panel.ids), POOL)
        pool, drivers = panel.take(rows), self._drivers(panel)
        drivers = Drivers(drivers.price[rows], drivers.promotion[rows])
        last = panel.y.shape[1] - horizon
        origins = np.sort(last - STEP[panel.freq] * np.arange(TRAINING_ORIGINS))
        origins = origins[origins >= SHORTEST_PAST]
        if not len(origins):
            return self
        table, target, weight = self._training(pool, drivers, origins)
        if len(target) < FEWEST_ROWS or target.sum() <= 0:
            return self
        settings = self.boosting or Boosting(trees=200, learning_rate=0.05)
        objective = {"objective": "tweedie", "tweedie_variance_power": 1.3}
        model = settings.regressor(self.random_state, objective)
        self.model_ = model.fit(table, target, sample_weight=weight)
        return self

    def predict(self, panel: Panel) -> Matrix:
        """Return means of the periods after the panel's end (n × horizon)."""
        length = panel.y.shape[1]
        origin = np.array([length])
        features, scale = origin_features(panel, origin, self.horizon_)
        if self.model_ is None:
            return np.repeat(scale - 0.5 / self.horizon_, self.horizon_, axis=1)
        days = _Days(panel, self.horizon_, self._drivers(panel))
        steps = [
            np.maximum(self.model_.predict(days.table(features[:, 0], length, ahead)), 0.0)
            for ahead in range(self.horizon_)
        ]
        return np.asarray(np.stack(steps, axis=1) * scale)

    def _drivers(self, panel: Panel) -> Drivers:
        return self.drivers or Drivers.unknown(panel, self.horizon_)

    def _training(
        self, pool: Panel, drivers: Drivers, origins: Whole
    ) -> tuple[Matrix, Matrix, Matrix]:
        generator = np.random.default_rng(self.random_state)
        features, scale = origin_features(pool, origins, self.horizon_)
        days = _Days(pool, self.horizon_, drivers)
        tables, targets, weights = [], [], []
        per_origin = max(1, LARGEST_SAMPLE // (len(origins) * STEPS_PER_ORIGIN))
        for k, origin in enumerate(origins):
            rows = np.flatnonzero(pool.starts < origin)
            rows = generator.permutation(rows)[:per_origin]
            for ahead in generator.permutation(self.horizon_)[:STEPS_PER_ORIGIN]:
                actual = pool.y[rows, origin + ahead]
                known = ~np.isnan(actual)
                table = days.table(features[:, k], int(origin), int(ahead))
                tables.append(table[rows[known]])
                targets.append(actual[known] / scale[rows[known], k])
                weights.append(np.sqrt(scale[rows[known], k]))
        return np.concatenate(tables), np.concatenate(targets), np.concatenate(weights)


class _Days:
    """The columns that describe a coming period: step, calendar, season, price, promotion."""

    def __init__(self, panel: Panel, horizon: int, drivers: Drivers) -> None:
        self.panel, self.drivers = panel, drivers
        dates = pd.DatetimeIndex(panel.dates.append(panel.future_dates(horizon)))
        fields = [dates.day_of_week, dates.day, dates.day_of_year]
        calendar = np.column_stack([field.to_numpy(dtype=np.float64) for field in fields])
        self.calendar = np.hstack([calendar, nearness(dates)])
        self.profile = profiles(panel)

    def table(self, features: Matrix, origin: int, ahead: int) -> Matrix:
        """Return the design of one period for every series (n × columns)."""
        period = origin + ahead
        known = np.append(float(ahead), self.calendar[period])
        season = self.profile[:, period % self.profile.shape[1]]
        told = self.drivers.features(self.panel, origin, period)
        shared = np.broadcast_to(known, (len(features), len(known)))
        return np.column_stack([features, shared, season, told])


def boosted(panel: Panel, horizon: int) -> Matrix:
    """Forecast by one gradient-boosted model for the whole panel (n × horizon)."""
    return BoostedDemand().fit(panel, horizon).predict(panel)
