"""Lead times learned from what deliveries took.

How late a supplier is against its own promise is shared by its products: each product's estimate is
drawn towards the supplier's by credibility weights (Bühlmann 1967), so that one delivery does not
move it far and twenty do. Orders that went astray are clipped at three robust deviations.
"""

import pandas as pd

LEAST_ORDERS = 3
PRIOR_ORDERS = 4.0  # how many deliveries of its own weigh as much as the supplier's habit
LEAST_SPREAD_DAYS = 2.0
LEAST_SD_DAYS = 0.5
ITEM = ["supplier_id", "product_id"]


def learn_lead_times(deliveries: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Lead time and spread per item of suppliers with at least three delivered orders.

    ``deliveries`` has supplier_id, product_id, ordered_on, received_on (datetime64), units;
    ``items`` supplier_id, product_id, promised_days. Columns of the result: supplier_id,
    product_id, learned_days, learned_sd (days, of a single delivery), deliveries (orders of the
    supplier), own_deliveries (those with the product).
    """
    lateness = _lateness(deliveries, items)
    habits = _habits(lateness)
    own = _own(lateness)
    table = items.merge(habits, on="supplier_id").merge(own, on=ITEM, how="left")
    count = table["own_deliveries"].fillna(0)
    weight = count / (count + PRIOR_ORDERS)
    late = weight * table["own_late"].fillna(0) + (1 - weight) * table["late"]
    degrees = (count - 1).clip(lower=0)
    variance = degrees * table["own_variance"].fillna(0) + PRIOR_ORDERS * table["variance"]
    variance = variance / (degrees + PRIOR_ORDERS) * (1 + 1 / table["deliveries"])
    return pd.DataFrame(
        {
            "supplier_id": table["supplier_id"],
            "product_id": table["product_id"],
            "learned_days": (table["promised_days"] + late).clip(lower=0),
            "learned_sd": (variance**0.5).clip(lower=LEAST_SD_DAYS),
            "deliveries": table["deliveries"].astype("int64"),
            "own_deliveries": count.astype("int64"),
        }
    )


def _lateness(deliveries: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """One row per item and order: days late; of several deliveries the mean by units."""
    days = (deliveries["received_on"] - deliveries["ordered_on"]).dt.days
    frame = deliveries.assign(weighed=days * deliveries["units"])
    orders = frame.groupby([*ITEM, "ordered_on"], as_index=False)[["weighed", "units"]].sum()
    orders = orders.merge(items, on=ITEM)
    late = orders["weighed"] / orders["units"] - orders["promised_days"]
    return orders[[*ITEM, "ordered_on"]].assign(late=late)


def _habits(lateness: pd.DataFrame) -> pd.DataFrame:
    """A supplier's lateness: what comes on one lorry is one observation."""
    orders: pd.DataFrame = (
        lateness.groupby(["supplier_id", "ordered_on"])["late"].mean().reset_index()
    )
    orders["late"] = _clipped(orders, ["supplier_id"])
    habits = orders.groupby("supplier_id")["late"].agg(["mean", "var", "count"])
    habits = habits[habits["count"] >= LEAST_ORDERS]
    names = {"mean": "late", "var": "variance", "count": "deliveries"}
    named: pd.DataFrame = habits.rename(columns=names).reset_index()
    return named


def _own(lateness: pd.DataFrame) -> pd.DataFrame:
    clipped = lateness.assign(late=_clipped(lateness, ITEM))
    own = clipped.groupby(ITEM)["late"].agg(["mean", "var", "count"])
    names = {"mean": "own_late", "var": "own_variance", "count": "own_deliveries"}
    named: pd.DataFrame = own.rename(columns=names).reset_index()
    return named


def _clipped(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """Lateness within three robust deviations (1.4826 times the median one) of the median."""
    middle = frame.groupby(by)["late"].transform("median")
    away = (frame["late"] - middle).abs()
    robust = 1.4826 * away.groupby([frame[name] for name in by]).transform("median")
    reach = 3 * robust.clip(lower=LEAST_SPREAD_DAYS)
    clipped: pd.Series = frame["late"].clip(middle - reach, middle + reach)
    return clipped
