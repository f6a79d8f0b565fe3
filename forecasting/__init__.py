"""Demand forecasting in plain Python: panels in, distributions out; knows no database and no clock.

`forecast` gives mean and quantiles per period, `forecast_sum` the distribution of demand over a
protection period, `backtest` and `summarise` what each method would have scored on the past.
"""

from forecasting.backtest import backtest, summarise
from forecasting.censored import mask_censored, recover_demand
from forecasting.demand_classes import demand_classes
from forecasting.engine import forecast
from forecasting.hierarchy import Hierarchy, bottom_up, reconcile
from forecasting.holidays import holidays
from forecasting.methods import METHODS
from forecasting.newcomers import Traits, forecast_newcomer
from forecasting.outliers import bulk_orders, without_bulk_orders
from forecasting.panel import Panel, from_matrix, to_panel
from forecasting.rows import SeriesError
from forecasting.selection import choose_methods
from forecasting.sum_prices import with_prices
from forecasting.sums import forecast_sum

__all__ = [
    "METHODS",
    "Hierarchy",
    "Panel",
    "SeriesError",
    "Traits",
    "backtest",
    "bottom_up",
    "bulk_orders",
    "choose_methods",
    "demand_classes",
    "forecast",
    "forecast_newcomer",
    "forecast_sum",
    "from_matrix",
    "holidays",
    "mask_censored",
    "reconcile",
    "recover_demand",
    "summarise",
    "to_panel",
    "with_prices",
    "without_bulk_orders",
]
