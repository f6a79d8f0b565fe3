"""The boosted model told of prices and promotions, as a method that a backtest can try."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.boosted import BoostedDemand
from forecasting.drivers import Drivers
from forecasting.panel import Matrix, Panel


@dataclass(frozen=True)
class InformedBoosting:
    """Called with a panel and a horizon it forecasts by `BoostedDemand` with drivers (n × h).

    ``drivers`` are laid out for the series ``ids``, from the panel's first period on.  Promotions
    are plans and known ahead; a price is known until the panel's end and carried on from there,
    so a backtest hears no later price.
    """

    drivers: Drivers
    ids: pd.Index

    def __call__(self, panel: Panel, horizon: int) -> Matrix:
        model = BoostedDemand(drivers=self.as_known(panel, horizon))
        return model.fit(panel, horizon).predict(panel)

    def as_known(self, panel: Panel, horizon: int) -> Drivers:
        """Return the drivers of the panel's series as they were known at its end."""
        rows, length = self.ids.get_indexer(panel.ids), panel.y.shape[1]
        past = self.drivers.price[rows, :length]
        price = np.hstack([past, np.repeat(past[:, -1:], horizon, axis=1)])
        plans = self.drivers.promotion[rows, : length + horizon]
        missing = length + horizon - plans.shape[1]
        return Drivers(price, np.pad(plans, ((0, 0), (0, max(missing, 0)))))
