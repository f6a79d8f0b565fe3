"""Lead times learned from what deliveries took.

How late a supplier is against its own promise is shared by its products: each product's estimate is
drawn towards the supplier's by credibility weights (Bühlmann 1967), so that one delivery does not
move it far and twenty do. Orders that went astray are clipped at three robust deviations.

An order still open took at least as long as it has been waited for: such days are right-censored
and weighed as Kaplan and Meier (1958) do, what is waited for longest counting as arriving today
(Efron 1967). So a supplier that has not delivered does not look punctual. What is overdue by three
months was forgotten, not late, and what is left open of an order that mostly came in says nothing.
"""

from datetime import date

import numpy as np
import pandas as pd

LEAST_ORDERS = 3
PRIOR_ORDERS = 4.0  # how many deliveries of its own weigh as much as the supplier's habit
LEAST_SPREAD_DAYS = 2.0
LEAST_SD_DAYS = 0.5
FORGOTTEN_DAYS = 90
MOST_OPEN = 0.5  # of an order, up to which what came in speaks for it
ITEM = ["supplier_id", "product_id"]


def learn_lead_times(deliveries: pd.DataFrame, items: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Lead time and spread per item of suppliers with three orders that came in.

    ``deliveries`` has supplier_id, product_id, ordered_on, received_on (datetime64; NaT: still open
    on ``as_of``), units; ``items`` supplier_id, product_id, promised_days. A supplier that
    delivered fewer teaches nothing: its receipts may not be written down. Columns of the result:
    supplier_id, product_id, learned_days, learned_sd (days, of a single delivery), deliveries
    (orders of the supplier, come in or overdue), own_deliveries (those with the product).
    """
    lateness = _lateness(deliveries, items, as_of)
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


def _lateness(deliveries: pd.DataFrame, items: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per item and order: days late (of parts the mean by units), or so far if open."""
    parts = deliveries.merge(items, on=ITEM)
    until = parts["received_on"].fillna(pd.Timestamp(as_of))
    late = (until - parts["ordered_on"]).dt.days - parts["promised_days"]
    parts = parts.assign(is_open=parts["received_on"].isna(), late=late)
    is_forgotten = parts["is_open"] & (late > FORGOTTEN_DAYS)
    return _of_orders(parts[~is_forgotten], [*ITEM, "ordered_on"])


def _of_orders(parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean lateness by units of the orders' parts; of what is mostly open that of the open ones."""
    open_units = parts["units"].where(parts["is_open"], 0)
    sums = parts.assign(open_units=open_units).groupby(by)[["open_units", "units"]]
    totals = sums.transform("sum")
    is_open = totals["open_units"] > MOST_OPEN * totals["units"]
    spoken = parts.assign(whole=is_open)[parts["is_open"] == is_open]
    orders = (
        spoken.assign(weighed=spoken["late"] * spoken["units"])
        .groupby(by, as_index=False)
        .agg(weighed=("weighed", "sum"), units=("units", "sum"), is_open=("whole", "first"))
    )
    return orders.assign(late=orders.pop("weighed") / orders["units"])


def _habits(lateness: pd.DataFrame) -> pd.DataFrame:
    """A supplier's lateness: what comes on one lorry is one observation."""
    orders = _of_orders(lateness.assign(units=1), ["supplier_id", "ordered_on"])
    came = orders.loc[~orders["is_open"], "supplier_id"].value_counts()
    known = came.index[came >= LEAST_ORDERS]
    habits = _moments(orders[orders["supplier_id"].isin(known)], ["supplier_id"])
    names = {"mean": "late", "var": "variance", "count": "deliveries"}
    return habits.rename(columns=names).reset_index()


def _own(lateness: pd.DataFrame) -> pd.DataFrame:
    """An item's lateness, where any order of it came in."""
    did_come = (~lateness["is_open"]).groupby([lateness[name] for name in ITEM]).transform("any")
    names = {"mean": "own_late", "var": "own_variance", "count": "own_deliveries"}
    return _moments(lateness[did_come], ITEM).rename(columns=names).reset_index()


def _moments(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean and variance of lateness per group, and how many orders came in or are overdue."""
    is_known = ~frame["is_open"] | (frame["late"] > 0)
    frame = frame.assign(late=_clipped(frame, by), known=is_known)
    frame = frame.assign(share=_shares(frame, by))
    frame = frame.assign(first=frame["share"] * frame["late"])
    keys = [frame[name] for name in by]
    mean = frame.groupby(by)["first"].transform("sum")
    spread = frame["share"] * (frame["late"] - mean) ** 2
    frame = frame.assign(second=spread, held=frame["share"] * frame["is_open"])
    sums = frame[["first", "second", "held", "known"]].groupby(keys).sum()
    heads = (frame["share"] > 0).groupby(keys).sum()
    sample = sums["second"] * heads / (heads - 1).clip(lower=1)
    unsure = sums["held"] * LEAST_SPREAD_DAYS**2  # how late those will be nobody knows
    variance = (sample + unsure).where(sums["known"] > 1)
    return pd.DataFrame({"mean": sums["first"], "var": variance, "count": sums["known"]})


def _shares(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """What each order counts for in its group: an open one hands its share to the later ones."""
    rows = frame.sort_values([*by, "late", "is_open"])
    keys = [rows[name] for name in by]
    waiting = rows.groupby(by).cumcount(ascending=False) + 1
    stays = pd.Series(np.where(rows["is_open"], 1.0, 1 - 1 / waiting), index=rows.index)
    before = stays.groupby(keys).cumprod().groupby(keys).shift(fill_value=1.0)
    share = (before / waiting).where(~rows["is_open"] | (waiting == 1), 0.0)
    return share.reindex(frame.index)


def _clipped(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """Lateness within three robust deviations (1.4826 times the median one) of the median of what
    came in.

    Of an open order only what is too much is cut: that it is young says nothing.
    """
    keys = [frame[name] for name in by]
    came = frame["late"].where(~frame["is_open"])
    middle = came.groupby(keys).transform("median")
    reach = 3 * 1.4826 * (came - middle).abs().groupby(keys).transform("median")
    reach = reach.clip(lower=3 * LEAST_SPREAD_DAYS)
    low = (middle - reach).where(~frame["is_open"])
    clipped: pd.Series = frame["late"].clip(low, middle + reach)
    return clipped
