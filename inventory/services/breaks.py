"""What suppliers ask for more units, as the night's orders take it."""

import numpy as np
import pandas as pd

from catalog.selectors import price_breaks
from inventory.algorithms.price_breaks import Offers, breaks_of, sells_within


def price_steps(table: pd.DataFrame) -> "np.ndarray":
    """Return the price breaks of each row's supplier (None: none), as objects.

    ``table`` has ``product_id``, ``supplier_id`` and ``cost``.
    """
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for product, supplier, units, cost in price_breaks().itertuples(index=False):
        found.setdefault((int(product), int(supplier)), []).append((float(units), float(cost)))
    out = np.empty(len(table), dtype=np.object_)
    keys = zip(table["product_id"], table["supplier_id"], table["cost"], strict=True)
    for row, (product, supplier, cost) in enumerate(keys):
        out[row] = breaks_of(float(cost), found.get((int(product), int(supplier)), []))
    return out


def offers_of(table: pd.DataFrame) -> Offers:
    """Return what more units cost each row of a table of needs.

    No more than sells within the days of stock worth keeping and within the shelf life, and no
    more than there is room for, is worth a break.
    """
    cost, share, keep = _arrays(table, "cost", "holding_share", "keep_days")
    most = np.minimum(_within(table, keep), np.minimum(sells_in_time(table), room(table)))
    return Offers(cost, table["price_breaks"].tolist(), share, _pace(table), most)


def sells_in_time(table: pd.DataFrame) -> "np.ndarray":
    """Return how many units of an order sell before they spoil; infinite where nothing spoils."""
    return _within(table, table["shelf_life_days"].fillna(np.inf).to_numpy(dtype=np.float64))


def room(table: pd.DataFrame) -> "np.ndarray":
    """Return for how many units there is a place when an order arrives; infinite: no limit."""
    on_hand, on_order, lead = _arrays(table, "on_hand", "on_order", "lead_mean")
    places = table["storage_units"].fillna(np.inf).to_numpy(dtype=np.float64)
    return np.asarray(np.maximum(places - np.maximum(on_hand + on_order - lead, 0.0), 0.0))


def _within(table: pd.DataFrame, days: "np.ndarray") -> "np.ndarray":
    on_hand, on_order, lead = _arrays(table, "on_hand", "on_order", "lead_mean")
    return sells_within(days, on_hand + on_order, lead, _pace(table))


def _pace(table: pd.DataFrame) -> "np.ndarray":
    mean, days = _arrays(table, "protection_mean", "protection_days")
    return np.asarray(mean / np.maximum(days, 1.0))


def _arrays(table: pd.DataFrame, *names: str) -> "list[np.ndarray]":
    return [table[name].fillna(0).to_numpy(dtype=np.float64) for name in names]


def paid(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with what they cost at the quantity they came to.

    Adds ``unit_cost``, and where an order was raised to a price break ``break_saving`` on the whole
    line and ``break_holding`` of the units beyond the need, in money (else 0).
    """
    offers = offers_of(orders)
    quantity, plain = (
        orders[name].to_numpy(dtype=np.float64) for name in ("quantity", "plain_quantity")
    )
    unit_cost = offers.price(quantity)
    is_raised = quantity > plain
    saving = quantity * (offers.price(plain) - unit_cost)
    return orders.assign(
        unit_cost=unit_cost,
        break_saving=np.where(is_raised, saving, 0.0),
        break_holding=np.where(is_raised, offers.held(quantity, plain), 0.0),
    )
