"""What lies where: the newest count of a place, and all that came and went since."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

PLACE = ["product_id", "location_id"]
INSTANT = pd.Timedelta(microseconds=1)


def with_openings(
    counts: pd.DataFrame, movements: pd.DataFrame, *, begun: Collection[int] = ()
) -> pd.DataFrame:
    """Add a count of zero just before the first movement at places that had not been counted.

    Only for products counted elsewhere and for those in ``begun``, which came into the shop with
    their first movement: of others never counted, nothing is known. ``counts`` has product_id,
    location_id, at, on_hand, first_at; ``movements`` product_id, location_id, at.
    """
    first = movements.groupby(PLACE, as_index=False)["at"].min()
    is_known = first["product_id"].isin(counts["product_id"])
    first = first[is_known | first["product_id"].isin(list(begun))]
    counted = counts.groupby(PLACE)["first_at"].min().rename("counted").reset_index()
    first = first.merge(counted, on=PLACE, how="left")
    first = first[~(first["counted"] <= first["at"])]
    opened = first["at"] - INSTANT
    openings = first.assign(at=opened, first_at=opened, on_hand=0).drop(columns="counted")
    openings = openings.astype(counts.dtypes.to_dict())
    both: pd.DataFrame = pd.concat([counts, openings], ignore_index=True)
    return both


def leave_from(
    sales: pd.DataFrame, counts: pd.DataFrame, *, channels: Mapping[str, int], default: int
) -> pd.DataFrame:
    """The sales with the location they left from, as movements.

    It is the place of their channel, else the default, else the first place, among those that were
    known to hold the product by then; sales before that are left out. ``sales`` has product_id, at,
    channel, units (sold: positive); the result product_id, location_id, at, units (sold: negative).
    """
    places = counts.groupby(PLACE, as_index=False)["first_at"].min()
    rows = sales.assign(number=np.arange(len(sales))).merge(places, on="product_id")
    rows = rows[rows["first_at"] < rows["at"]]
    own = rows["channel"].map(channels).fillna(-1) == rows["location_id"]
    rank = np.where(own, 0, np.where(rows["location_id"] == default, 1, 2))
    rows = rows.assign(rank=rank, units=-rows["units"])
    rows = rows.sort_values(["number", "rank", "location_id"]).drop_duplicates("number")
    return rows[[*PLACE, "at", "units"]]


def balances(queries: pd.DataFrame, counts: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """``queries`` (product_id, location_id, at) with what lay there just before ``at``.

    Adds on_hand and counted_at (the count it rests on); rows without a count before are left out.
    ``counts`` has product_id, location_id, at, on_hand; ``flows`` product_id, location_id, at,
    units. A flow at the very moment of a count is part of what was counted.
    """
    counts = counts.assign(counted_at=counts["at"])[[*PLACE, "at", "on_hand", "counted_at"]]
    found = pd.merge_asof(
        queries.sort_values("at", kind="stable"),
        counts.sort_values("at", kind="stable"),
        on="at",
        by=PLACE,
        allow_exact_matches=False,
    )
    found = found[found["counted_at"].notna()]
    until = _sums(found[[*PLACE, "at"]], flows, is_inclusive=False)
    since = _sums(
        found[PLACE].assign(at=found["counted_at"]).sort_values("at", kind="stable"),
        flows,
        is_inclusive=True,
    )
    change = until - since.reindex(until.index)
    return found.assign(on_hand=(found["on_hand"] + change).astype("int64"))


def _sums(queries: pd.DataFrame, flows: pd.DataFrame, *, is_inclusive: bool) -> pd.Series:
    """All that came and went at a place up to a moment, by the index of ``queries``."""
    flows = flows.sort_values("at", kind="stable")
    flows = flows.assign(total=flows.groupby(PLACE)["units"].cumsum())
    sums = pd.merge_asof(
        queries,
        flows[[*PLACE, "at", "total"]],
        on="at",
        by=PLACE,
        allow_exact_matches=is_inclusive,
    )
    return pd.Series(sums["total"].fillna(0).to_numpy(), index=queries.index)
