"""One night's orders taken together: within the merchant's budget and room."""

import math

import numpy as np
import pandas as pd

from inventory.algorithms.joint_order import Limits, Options, best_joint_order, quantity_steps
from inventory.algorithms.restock import DAYS_PER_YEAR, Demand, units_saved
from inventory.models import RestockPolicy


def limits_of(policy: RestockPolicy) -> Limits:
    """Return what all orders of a night may cost and bring together."""
    return Limits(
        budget=math.inf if policy.budget is None else float(policy.budget),
        capacity=math.inf if policy.capacity is None else float(policy.capacity),
    )


def within_limits(wanted: pd.DataFrame, demand: Demand, limits: Limits) -> pd.DataFrame:
    """Return the orders with the quantities that save most margin within the limits.

    ``wanted`` has a row per product worth ordering (``quantity``, ``cost``, ``price``,
    ``on_hand``, ``on_order``, ``minimum_quantity``, ``pack_size``, ``holding_share``,
    ``protection_days``) and ``demand`` the same rows. Adds ``full_quantity`` (NaN where nothing
    changed); a product that is left out keeps quantity 0.
    """
    full = wanted["quantity"].to_numpy(dtype=np.float64)
    out = wanted.assign(full_quantity=np.nan)
    cost = wanted["cost"].fillna(0).to_numpy(dtype=np.float64)
    if (full * cost).sum() <= limits.budget and full.sum() <= limits.capacity:
        return out
    options = _options(wanted, demand, full, cost)
    quantity = best_joint_order(options, limits).quantity
    changed = quantity != full
    return out.assign(quantity=quantity, full_quantity=np.where(changed, full, np.nan))


def _options(wanted: pd.DataFrame, demand: Demand, full: np.ndarray, cost: np.ndarray) -> Options:
    """Return quantities up to the whole need, worth the margin saved less the cost of holding."""
    names = ("minimum_quantity", "pack_size", "price", "holding_share", "protection_days")
    minimum, pack, price, share, days = (
        wanted[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    position = (wanted["on_hand"] + wanted["on_order"]).to_numpy(dtype=np.float64)
    steps = quantity_steps(full, minimum, pack)
    saved = np.stack([units_saved(position, column, demand) for column in steps.T], axis=1)
    margin = np.maximum(price - cost, 0.0)[:, None]
    held = steps * (cost * share * days / DAYS_PER_YEAR)[:, None]
    spent = steps * cost[:, None]
    return Options(steps, spent, saved * margin - np.minimum(held, 0.5 * saved * margin), steps)
