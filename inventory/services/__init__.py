"""What the stock room does: forecast demand, suggest orders, place and receive them, count."""

from inventory.services.adjust import suggest_adjustments
from inventory.services.adjusting import clear_stock, plan_transfer, set_stock_rule
from inventory.services.forecast import forecast_demand
from inventory.services.learning import learn_service_levels
from inventory.services.movements import post_movements
from inventory.services.orders import (
    cancel_purchase_order,
    cancel_rest,
    change_expected,
    order_suggested,
    receive_purchase_order,
    send_purchase_order,
)
from inventory.services.past import NoPastError
from inventory.services.receipts import Arrival, receive
from inventory.services.refusals import (
    ConflictError,
    PurchaseOrderStateError,
    RefusedError,
    TransferStateError,
)
from inventory.services.replay import Replayed, replay_stock
from inventory.services.replaying import queue_replay, run_replay
from inventory.services.reservations import Promise, release, reserve
from inventory.services.restock import NoForecastError, suggest_restock
from inventory.services.stocktakes import Counted, post_stocktake
from inventory.services.transfers import (
    cancel_transfer,
    open_transfer,
    receive_transfer,
    send_transfer,
)

__all__ = [
    "Arrival",
    "ConflictError",
    "Counted",
    "NoForecastError",
    "NoPastError",
    "Promise",
    "PurchaseOrderStateError",
    "RefusedError",
    "Replayed",
    "TransferStateError",
    "cancel_purchase_order",
    "cancel_rest",
    "cancel_transfer",
    "change_expected",
    "clear_stock",
    "forecast_demand",
    "learn_service_levels",
    "open_transfer",
    "order_suggested",
    "plan_transfer",
    "post_movements",
    "post_stocktake",
    "queue_replay",
    "receive",
    "receive_purchase_order",
    "receive_transfer",
    "release",
    "replay_stock",
    "reserve",
    "run_replay",
    "send_purchase_order",
    "send_transfer",
    "set_stock_rule",
    "suggest_adjustments",
    "suggest_restock",
]
