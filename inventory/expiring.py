"""Stock that will spoil before it sells, product by product, told from what came in when."""

from datetime import date

import numpy as np
import pandas as pd

from inventory.algorithms.expiry import Batch, batches_lying, units_spoiling


def expiring(stock: pd.DataFrame, *, came: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return what of the stock will spoil: ``expiring`` (whole units) and ``spoils_in`` (days).

    ``stock`` has ``product_id``, ``on_hand``, ``pace`` (units per day) and ``shelf_life_days``
    (NaN: it does not spoil); ``came`` is `selectors.receipts` before the day. Same index as
    ``stock``; ``spoils_in`` is when the oldest of it spoils, NaN where nothing does.
    """
    found = pd.DataFrame({"expiring": 0, "spoils_in": np.nan}, index=stock.index)
    perishable = stock[stock["shelf_life_days"].notna() & (stock["on_hand"] > 0)]
    arrivals = _arrivals(came[came["product_id"].isin(perishable["product_id"])], as_of)
    columns = perishable[["product_id", "on_hand", "pace", "shelf_life_days"]].to_numpy(np.float64)
    for index, (product, on_hand, pace, life) in zip(
        perishable.index, columns.tolist(), strict=True
    ):
        batches = batches_lying(on_hand, arrivals.get(int(product), []))
        units = int(units_spoiling(batches, life_days=life, pace=pace))
        if units:
            oldest = max(age for _units, age in batches)
            found.loc[index, ["expiring", "spoils_in"]] = units, max(life - oldest, 0.0)
    return found


def _arrivals(came: pd.DataFrame, as_of: date) -> dict[int, list[Batch]]:
    """Return (units, age in days) by product, the newest first."""
    ages = (pd.Timestamp(as_of) - came["day"]).dt.days
    found: dict[int, list[Batch]] = {}
    rows = came.assign(age=ages).sort_values("age", kind="stable")
    for product, units, age in rows[["product_id", "units", "age"]].itertuples(index=False):
        found.setdefault(int(product), []).append((float(units), float(age)))
    return found
