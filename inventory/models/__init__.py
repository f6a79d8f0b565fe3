"""What will be asked for, what to order, how much caution is wanted, and what is coming."""

from inventory.models.forecast import DemandForecast, ProductForecast, TotalForecast
from inventory.models.orders import ExpectedChange, PurchaseOrder, PurchaseOrderLine
from inventory.models.override import ForecastOverride
from inventory.models.policy import RestockPolicy
from inventory.models.receipts import PurchaseReceipt, PurchaseReceiptLine
from inventory.models.stocktakes import Stocktake, StocktakeLine
from inventory.models.suggestion import RestockSuggestion
from inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "DemandForecast",
    "ExpectedChange",
    "ForecastOverride",
    "ProductForecast",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "PurchaseReceiptLine",
    "RestockPolicy",
    "RestockSuggestion",
    "Stocktake",
    "StocktakeLine",
    "TotalForecast",
    "Transfer",
    "TransferLine",
]
