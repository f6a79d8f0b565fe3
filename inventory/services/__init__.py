"""What the stock room does: forecast demand, suggest orders, place and receive them."""

from inventory.services.adjust import suggest_adjustments
from inventory.services.adjusting import (
    TransferStateError,
    clear_stock,
    end_transfer,
    plan_transfer,
    set_stock_rule,
)
from inventory.services.forecast import forecast_demand
from inventory.services.orders import (
    PurchaseOrderStateError,
    cancel_purchase_order,
    order_suggested,
    receive_purchase_order,
    send_purchase_order,
)
from inventory.services.replay import NoPastError, Replayed, replay_stock
from inventory.services.replaying import queue_replay, run_replay
from inventory.services.restock import NoForecastError, suggest_restock

__all__ = [
    "NoForecastError",
    "NoPastError",
    "PurchaseOrderStateError",
    "Replayed",
    "TransferStateError",
    "cancel_purchase_order",
    "clear_stock",
    "end_transfer",
    "forecast_demand",
    "order_suggested",
    "plan_transfer",
    "queue_replay",
    "receive_purchase_order",
    "replay_stock",
    "run_replay",
    "send_purchase_order",
    "set_stock_rule",
    "suggest_adjustments",
    "suggest_restock",
]
