"""Pages of the stock room: purchase orders, the ledger, stocktakes, transfers."""

from inventory.pages.ledger import ReservationAdmin, StockMovementAdmin
from inventory.pages.orders import PurchaseOrderAdmin
from inventory.pages.stocktakes import StocktakeAdmin
from inventory.pages.transfers import TransferAdmin

__all__ = [
    "PurchaseOrderAdmin",
    "ReservationAdmin",
    "StockMovementAdmin",
    "StocktakeAdmin",
    "TransferAdmin",
]
