"""What will be asked for, what to order, how much caution is wanted, and what is coming."""

from inventory.models.forecast import DemandForecast, ProductForecast
from inventory.models.orders import PurchaseOrder, PurchaseOrderLine
from inventory.models.policy import RestockPolicy
from inventory.models.suggestion import RestockSuggestion

__all__ = [
    "DemandForecast",
    "ProductForecast",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "RestockPolicy",
    "RestockSuggestion",
]
