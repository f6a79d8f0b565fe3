"""What will be asked for, what to order, how much caution is wanted, and what is coming."""

from inventory.models.forecast import DemandForecast, ProductForecast, TotalForecast
from inventory.models.orders import PurchaseOrder, PurchaseOrderLine
from inventory.models.override import ForecastOverride
from inventory.models.policy import RestockPolicy
from inventory.models.suggestion import RestockSuggestion

__all__ = [
    "DemandForecast",
    "ForecastOverride",
    "ProductForecast",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "RestockPolicy",
    "RestockSuggestion",
    "TotalForecast",
]
