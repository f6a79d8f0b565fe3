"""What will be asked for, what to order, how much caution is wanted, and what is coming."""

from inventory.models.adjustment import (
    BalanceSuggestion,
    ClearanceSuggestion,
    PlannedTransfer,
    TightenSuggestion,
)
from inventory.models.forecast import DemandForecast, ProductForecast
from inventory.models.orders import PurchaseOrder, PurchaseOrderLine
from inventory.models.policy import (
    Balancing,
    ClassServiceLevel,
    OrderMethod,
    RestockPolicy,
    StockRule,
)
from inventory.models.replay import StockReplay
from inventory.models.suggestion import RestockSuggestion

__all__ = [
    "BalanceSuggestion",
    "Balancing",
    "ClassServiceLevel",
    "ClearanceSuggestion",
    "DemandForecast",
    "OrderMethod",
    "PlannedTransfer",
    "ProductForecast",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "RestockPolicy",
    "RestockSuggestion",
    "StockReplay",
    "StockRule",
    "TightenSuggestion",
]
