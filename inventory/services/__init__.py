"""What the stock room does: forecast demand, suggest orders, place and receive them."""

from inventory.services.forecast import forecast_demand
from inventory.services.orders import (
    PurchaseOrderStateError,
    cancel_purchase_order,
    order_suggested,
    receive_purchase_order,
    send_purchase_order,
)
from inventory.services.replay import NoPastError, Replayed, replay_stock
from inventory.services.restock import NoForecastError, suggest_restock

__all__ = [
    "NoForecastError",
    "NoPastError",
    "PurchaseOrderStateError",
    "Replayed",
    "cancel_purchase_order",
    "forecast_demand",
    "order_suggested",
    "receive_purchase_order",
    "replay_stock",
    "send_purchase_order",
    "suggest_restock",
]
