"""Pick the moves worth proposing: within the guardrails, for a gain that is worth it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pandas as pd

from catalog.selectors import price_history
from pricing.algorithms.endings import ENDINGS, Endings, common_endings
from pricing.algorithms.optimise import Guardrails, Move, Outlook, PriceOptimiser, Worth
from pricing.models import PricePolicy
from pricing.selectors import Policies, policies

LEAST_WEEKS = 8
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Proposal:
    """One product's move with the facts and the guardrails that shaped it."""

    facts: Row
    outlook: Outlook
    guardrails: Guardrails
    move: Move


def propose(table: pd.DataFrame, *, as_of: date) -> tuple[list[Proposal], int]:
    """Return the moves of the greatest gain, and how many worthwhile ones were left out.

    ``table`` has `product_facts` and `outlooks` by product id. Left alone: products hardly
    known, not selling now, or whose price moved a short while ago.
    """
    rules = policies()
    endings = common_endings(table["price"].tolist())
    ready = table[(table["observations"] >= LEAST_WEEKS) & (table["recent_units"] > 0)]
    ready = ready.assign(rested_days=_rested_days(ready.index, as_of)).reset_index()
    found = []
    for row in cast("list[Row]", ready.to_dict("records")):
        policy = _policy(rules, row)
        if row["rested_days"] >= policy.days_between_changes:
            found.append(_proposal(row, policy, endings))
    worthwhile = [proposal for proposal in found if proposal is not None]
    worthwhile.sort(key=lambda proposal: (-proposal.move.gain, proposal.facts["product_id"]))
    most = rules.default.most_suggestions
    return worthwhile[:most], max(0, len(worthwhile) - most)


def _rested_days(product_ids: pd.Index, as_of: date) -> "pd.Series[float]":
    """Return days since each product's price last moved; infinite where it never did."""
    moved = price_history(before=as_of).groupby("product_id")["effective_on"].max()
    days: pd.Series[float] = (pd.Timestamp(as_of) - moved.reindex(product_ids)).dt.days
    return days.astype("float64").fillna(float("inf"))


def _policy(rules: Policies, row: Row) -> PricePolicy:
    category_id = int(row["category_id"])
    return rules.of(category_id if category_id >= 0 else None)


def _proposal(row: Row, policy: PricePolicy, endings: Endings) -> Proposal | None:
    outlook = Outlook(
        price=row["price"],
        cost=row["cost"],
        units=row["units"],
        units_sd=row["units_sd"],
        elasticity=row["elasticity"],
        elasticity_se=row["elasticity_se"],
    )
    rails = Guardrails(
        margin=float(policy.minimum_margin),
        step=float(policy.largest_step),
        endings=ENDINGS.get(policy.ending, endings),
    )
    worth = Worth(money=float(policy.least_effect))
    move = PriceOptimiser().worthwhile(outlook, rails, worth)
    return None if move is None else Proposal(row, outlook, rails, move)
