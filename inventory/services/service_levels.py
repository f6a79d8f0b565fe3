"""The service level of each product: its own rule's, its class's, or the policy's."""

from datetime import date

import numpy as np
import pandas as pd

from inventory.algorithms.restock import weighed_service_level
from inventory.models import RestockPolicy
from inventory.selectors import class_levels, learned_levels, own_levels


def service_levels(table: pd.DataFrame) -> np.ndarray:
    """Return each product's chance of lasting: the policy's, else margin against holding cost.

    ``table`` has price, cost, holding_share, review_days and service_level (NaN: weigh it).
    """
    weighed = weighed_service_level(
        (table["price"] - table["cost"]).to_numpy(dtype=np.float64),
        table["cost"].to_numpy(dtype=np.float64),
        table["holding_share"].to_numpy(),
        table["review_days"].to_numpy(),
    )
    return table["service_level"].fillna(pd.Series(weighed, index=table.index)).to_numpy()


def chosen_levels(table: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return each product's chance of lasting: its own rule's, its class's, or the policy's.

    ``table`` is as for `service_levels`, with level_by, product_id and stock_class, the class as
    the forecast step stored it. Columns ``service_level``, and ``learned_class``: the class whose
    level was learned from the shop's past ("": it was not).
    """
    stated = service_levels(table)
    classes = table["stock_class"]
    learned = learned_levels(as_of=as_of)
    by_class = (table["level_by"] == RestockPolicy.LevelBy.CLASS).to_numpy()
    by_past = (table["level_by"] == RestockPolicy.LevelBy.LEARNED).to_numpy()
    known = class_levels() if by_class.any() else {}
    levels = np.where(by_class, classes.map(known).fillna(pd.Series(stated, table.index)), stated)
    by_past = by_past & classes.isin(learned).to_numpy()
    levels = np.where(by_past, classes.map(learned), levels)
    own = table["product_id"].map(own_levels(as_of=as_of)).to_numpy(dtype=np.float64)
    is_own = ~np.isnan(own)
    named = np.where(by_past & ~is_own, classes, "")
    chosen = np.where(is_own, own, levels)
    return pd.DataFrame({"service_level": chosen, "learned_class": named}, index=table.index)
