"""One night's orders taken together: within the merchant's budget and room."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from inventory.algorithms.joint_order import Limits, Options, best_joint_order, quantity_steps
from inventory.algorithms.price_breaks import Offers
from inventory.algorithms.restock import DAYS_PER_YEAR, Demand, units_saved
from inventory.models import RestockPolicy
from inventory.services.breaks import offers_of


def limits_of(policy: RestockPolicy, left: float) -> Limits:
    """Return what all orders of a night may cost and bring together; ``left`` of the budget."""
    return Limits(
        budget=left if policy.budget is None else min(float(policy.budget), left),
        capacity=math.inf if policy.capacity is None else float(policy.capacity),
    )


def within_limits(
    wanted: pd.DataFrame, demand: Demand, limits: Limits, by_supplier: Mapping[int, float]
) -> pd.DataFrame:
    """Return the orders with the quantities that save most margin within the limits.

    ``wanted`` has a row per product worth ordering (``supplier_id``, ``quantity``,
    ``plain_quantity``, ``cost``, ``price``, ``on_hand``, ``on_order``, ``minimum_quantity``,
    ``pack_size``, ``holding_share``, ``protection_days`` and what `breaks.offers_of` takes) and
    ``demand`` the same rows; ``by_supplier`` is what may be spent on some suppliers. Adds
    ``full_quantity`` (NaN where nothing changed); a product that is left out keeps
    quantity 0.
    """
    full = wanted["quantity"].to_numpy(dtype=np.float64)
    quantity = full.copy()
    for supplier, budget in by_supplier.items():
        rows = np.flatnonzero(wanted["supplier_id"] == supplier)
        if len(rows):
            part = wanted.iloc[rows]
            quantity[rows] = _cut(part, demand.of(rows), quantity[rows], Limits(budget=budget))
    quantity = _cut(wanted, demand, quantity, limits)
    fuller = np.where(quantity != full, full, np.nan)
    return wanted.assign(quantity=quantity.astype(np.int64), full_quantity=fuller)


def _cut(wanted: pd.DataFrame, demand: Demand, full: np.ndarray, limits: Limits) -> np.ndarray:
    offers = offers_of(wanted)
    if (full * offers.price(full)).sum() <= limits.budget and full.sum() <= limits.capacity:
        return full
    return best_joint_order(_options(wanted, demand, full, offers), limits).quantity


def _options(wanted: pd.DataFrame, demand: Demand, full: np.ndarray, offers: Offers) -> Options:
    """Return quantities up to the whole need, and up to the price break that pays.

    Each is worth the margin saved and what a break saves, less the cost of holding.
    """
    names = ("minimum_quantity", "pack_size", "price", "holding_share", "protection_days")
    minimum, pack, price, share, days = (
        wanted[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    position = (wanted["on_hand"] + wanted["on_order"]).to_numpy(dtype=np.float64)
    plain = np.minimum(full, wanted["plain_quantity"].to_numpy(dtype=np.float64))
    steps = np.column_stack([quantity_steps(plain, minimum, pack), full])
    saved = np.stack([units_saved(position, column, demand) for column in steps.T], axis=1)
    margin = np.maximum(price - offers.unit_cost, 0.0)[:, None]
    lasting = np.minimum(steps, plain[:, None])
    held = lasting * (offers.unit_cost * share * days / DAYS_PER_YEAR)[:, None]
    worth = saved * margin - np.minimum(held, 0.5 * saved * margin)
    cheaper = [offers.saved(column) - offers.held(column, plain) for column in steps.T]
    spent = np.stack([column * offers.price(column) for column in steps.T], axis=1)
    return Options(steps, spent, worth + np.stack(cheaper, axis=1), steps)
