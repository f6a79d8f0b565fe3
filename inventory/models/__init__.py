"""What will be asked for, what to order, how much caution is wanted, and what is coming."""

from inventory.models.adjustment import BalanceSuggestion, ClearanceSuggestion, TightenSuggestion
from inventory.models.forecast import DemandForecast, ProductForecast, TotalForecast
from inventory.models.orders import ExpectedChange, PurchaseOrder, PurchaseOrderLine
from inventory.models.override import ForecastOverride
from inventory.models.policy import (
    Balancing,
    ClassServiceLevel,
    LearnedLevels,
    OrderMethod,
    RestockPolicy,
    StockRule,
)
from inventory.models.receipts import PurchaseReceipt, PurchaseReceiptLine
from inventory.models.replay import StockReplay
from inventory.models.stocktakes import Stocktake, StocktakeLine
from inventory.models.suggestion import RestockSuggestion
from inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "BalanceSuggestion",
    "Balancing",
    "ClassServiceLevel",
    "ClearanceSuggestion",
    "DemandForecast",
    "ExpectedChange",
    "ForecastOverride",
    "LearnedLevels",
    "OrderMethod",
    "ProductForecast",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "PurchaseReceiptLine",
    "RestockPolicy",
    "RestockSuggestion",
    "StockReplay",
    "StockRule",
    "Stocktake",
    "StocktakeLine",
    "TightenSuggestion",
    "TotalForecast",
    "Transfer",
    "TransferLine",
]
