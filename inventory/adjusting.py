"""Which products are to be balanced, tightened or cleared: tables of figures, nothing written."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.algorithms.adjustments import (
    Move,
    Worth,
    balance_fixed,
    balance_relative,
    surplus_units,
    tightened,
)
from inventory.algorithms.demand import DemandSum
from inventory.models import Balancing

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.99)
LEAST_MOVED = 1
LONGEST_DAYS = 730.0
NOTHING = 1e-9
RECOVERED = 0.5  # of the cost of what would spoil, when it is sold off in time
Row = Mapping[str, Any]
Array = npt.NDArray[np.float64]


def paced(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the needs with ``pace`` (expected units per day), ``margin`` and a known ``cost``."""
    pace = needs["protection_mean"] / needs["protection_days"].clip(lower=1)
    margin = (needs["price"].fillna(0) - needs["cost"].fillna(0)).clip(lower=0)
    return needs.assign(pace=pace, margin=margin, cost=needs["cost"].fillna(0))


def balances(
    needs: pd.DataFrame, stock: pd.DataFrame, shares: "pd.Series[float]", balancing: str
) -> pd.DataFrame:
    """Return the best move per product that lies at two places or more.

    ``stock`` has ``product_id``, ``location_id``, ``on_hand``; ``shares`` is the share of demand
    per location. Adds to the rows of ``needs``: ``source_id``, ``target_id``, ``quantity``,
    ``source_units``, ``target_units``, ``source_cover_days``, ``target_cover_days``,
    ``balancing`` and ``effect`` with bounds: the margin saved until a delivery could come.
    """
    places = stock.groupby("product_id").filter(lambda rows: len(rows) > 1)
    if balancing == Balancing.NONE or places.empty or needs.empty:
        return (
            paced(needs)
            .head(0)
            .assign(effect=0.0, source_id=0, target_id=0, source_name="", target_name="")
        )
    table = paced(needs).set_index("product_id", drop=False)
    rows = []
    for product_id, lying in places.groupby("product_id"):
        if product_id in table.index:
            row = cast("Row", table.loc[product_id].to_dict())
            found = _best_move(row, lying, shares, balancing)
            rows += [found] if found else []
    moved = pd.DataFrame(rows, columns=MOVE_COLUMNS)
    out = table.drop(columns=["quantity"]).merge(
        moved, left_index=True, right_on="moved_id", how="inner"
    )
    return out[out["effect"] >= out["least_effect"].clip(lower=0.01)].reset_index(drop=True)


MOVE_COLUMNS = [
    "moved_id", "source_id", "target_id", "quantity", "source_units", "target_units",
    "source_cover_days", "target_cover_days", "balancing", "effect", "effect_low", "effect_high",
]  # fmt: skip


def _best_move(
    row: Row, lying: pd.DataFrame, shares: "pd.Series[float]", balancing: str
) -> tuple[object, ...] | None:
    place = lying["location_id"].to_numpy()
    units = lying["on_hand"].clip(lower=0).to_numpy(dtype=np.float64)
    share = shares.reindex(place).fillna(0).to_numpy(dtype=np.float64)
    total = float(share.sum())
    share = np.asarray(share / total if total else np.full(len(place), 1 / len(place)))
    pace: Array = np.asarray(float(row["pace"]) * share, dtype=np.float64)
    protection = float(row["protection_days"])
    moves = (
        balance_relative(units, pace)
        if balancing == Balancing.RELATIVE
        else balance_fixed(units, pace, low_days=protection, keep_days=2 * protection)
    )
    worth = [_worth(row, units, share, move) for move in moves]
    if not worth or max(worth) <= 0:
        return None
    move = moves[int(np.argmax(worth))]
    cover = units / np.maximum(pace, NOTHING)
    gain = max(worth)
    return (
        row["product_id"], place[move.source], place[move.target], move.units,
        units[move.source], units[move.target], min(cover[move.source], LONGEST_DAYS),
        min(cover[move.target], LONGEST_DAYS), balancing, gain, 0.0, 2 * gain,
    )  # fmt: skip


def _worth(row: Row, units: np.ndarray, share: np.ndarray, move: Move) -> float:
    """Return the margin a move saves at its target, less what it puts at risk at its source."""
    mean, variance = float(row["lead_mean"]), float(row["lead_variance"])
    both = share[[move.target, move.source]]
    demand = DemandSum(mean * both, variance * both)
    before = demand.shortfall(units[[move.target, move.source]])
    after = demand.shortfall(
        np.maximum(units[[move.target, move.source]] + np.array([move.units, -move.units]), 0)
    )
    return float((before - after).sum()) * float(row["margin"])


def tightenable(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the products of which less is better: what is freed, saved and risked per year.

    The level is the one of a grid at which holding saved, less the margin put at risk, is
    greatest. Only counted stock counts. Adds ``level_now``, ``level_then``, ``up_to_now``,
    ``up_to_then``, ``cover_now_days``, ``cover_then_days``, ``money_freed``, ``holding_saved``,
    ``risk_taken`` and ``effect`` with bounds.
    """
    table = paced(needs)
    table = table[~table["on_hand_is_assumed"] & (table["pace"] > NOTHING)].reset_index(drop=True)
    if table.empty:
        return table.assign(effect=0.0)
    now = table["service_level"].to_numpy(dtype=np.float64)
    demand = DemandSum(*_arrays(table, "protection_mean", "protection_variance"))
    until = DemandSum(*_arrays(table, "lead_mean", "lead_variance"))
    terms = Worth(*_arrays(table, "cost", "margin", "holding_share"))
    (review,) = _arrays(table, "review_days")
    tried = [
        tightened(demand, until, (now, np.minimum(now, level)), terms, review) for level in LEVELS
    ]
    best = np.stack([one.gain for one in tried]).argmax(axis=0)
    rows = np.arange(len(table))

    def chosen(name: str) -> np.ndarray:
        return np.asarray(np.stack([getattr(one, name) for one in tried])[best, rows])

    saved, risk = chosen("holding_saved"), chosen("risk_taken")
    pace = table["pace"].to_numpy(dtype=np.float64)
    out = table.assign(
        level_now=now,
        level_then=np.minimum(now, np.array(LEVELS)[best]),
        up_to_now=chosen("up_to_now"),
        up_to_then=chosen("up_to_then"),
        cover_now_days=np.minimum(chosen("up_to_now") / pace, LONGEST_DAYS),
        cover_then_days=np.minimum(chosen("up_to_then") / pace, LONGEST_DAYS),
        money_freed=chosen("money_freed"),
        holding_saved=saved,
        risk_taken=risk,
        effect=saved - risk,
        effect_low=saved - 2 * risk,
        effect_high=saved,
    )
    worth = (out["effect"] >= out["least_effect"].clip(lower=0.01)) & (
        out["up_to_then"] < out["up_to_now"]
    )
    return out[worth].reset_index(drop=True)


def clearable(needs: pd.DataFrame) -> pd.DataFrame:
    """Return counted stock beyond what will be asked for in the days worth keeping, or spoils.

    ``needs`` has also what `expiring.expiring` adds. No day beyond the shelf life is worth keeping
    for. Adds ``surplus``, ``money_tied``, ``expiring_cost``, ``idle_days`` (until the last of it
    would sell or spoil) and ``effect``, with bounds: the holding cost saved, and half the cost of
    what would spoil.
    """
    table = paced(needs)
    keep_days = np.fmin(table["keep_days"], table["shelf_life_days"])
    table = table.assign(keep_days=keep_days)[~table["on_hand_is_assumed"]].reset_index(drop=True)
    if table.empty:
        return table.assign(effect=0.0)
    stock, pace, keep, cost, share = _arrays(
        table, "on_hand", "pace", "keep_days", "cost", "holding_share"
    )
    spoiling = table["expiring"].to_numpy(dtype=np.int64)
    surplus = np.maximum(surplus_units(stock, pace, keep), spoiling)
    longest = table["shelf_life_days"].fillna(LONGEST_DAYS).clip(upper=LONGEST_DAYS)
    idle = np.minimum(stock / np.maximum(pace, NOTHING), longest.to_numpy(dtype=np.float64))
    saved = surplus * cost * share * idle / 2 / 365
    lost = spoiling * cost
    out = table.assign(
        surplus=surplus,
        money_tied=surplus * cost,
        expiring_cost=lost,
        holding_saved=saved,
        idle_days=idle,
        effect=saved + lost * RECOVERED,
        effect_low=saved / 2,
        effect_high=saved * 2 + lost,
    )
    worth = (out["surplus"] > 0) & (out["effect"] >= out["least_effect"].clip(lower=0.01))
    return out[worth].reset_index(drop=True)


def _arrays(table: pd.DataFrame, *names: str) -> list[np.ndarray]:
    return [table[name].to_numpy(dtype=np.float64) for name in names]
