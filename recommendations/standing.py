"""Lists that hold for every visitor and are counted, not chosen by a contest.

Bought together by shared baskets, trending by this week beside the weeks before, new arrivals by
their first customers.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.together import BoughtTogether, new_arrivals
from recommendations.contest import NEIGHBOURS, Recipe, Winner
from recommendations.models import RecommenderVersion

Placement = RecommenderVersion.Placement
NEW_DAYS = 60
WEEK = 7
WEEKS_BEFORE = 4
BY_BASKETS: Recipe = {"parts": [{"kind": "neighbours", "weight": 1.0, "half_life_days": None}]}
BY_SCORE: Recipe = {"parts": [{"kind": "popularity", "weight": 1.0}]}


def standing_lists(
    interactions: Interactions, *, launched_before: Collection[int] = ()
) -> dict[str, Winner]:
    """The three lists by placement.

    ``launched_before``: products known to be older than their first sale says.
    """
    baskets = BoughtTogether(k=NEIGHBOURS).fit(interactions, np.inf).neighbours_
    fresh = newness(interactions, launched_before)
    ids = interactions.product_ids
    return {
        Placement.TOGETHER: Winner(
            "shared baskets", BY_BASKETS, Artefact(ids, *baskets, np.zeros(len(ids), np.float32))
        ),
        Placement.TRENDING: _scored("this week beside the month before", ids, trend(interactions)),
        Placement.NEW: _scored("first customers", ids, fresh),
    }


def trend(interactions: Interactions) -> NDArray[np.float32]:
    """How far this week's customers of each product lie above what four weeks let expect.

    (seen - expected) / sqrt(expected + 1), at least 0: the distance in standard deviations of a
    Poisson count; the 1 keeps single sales of slow products down. The week ends with the newest
    event.
    """
    end = float(np.floor(interactions.days[-1])) + 1 if len(interactions) else 0.0
    starts = end - WEEK * np.arange(1, WEEKS_BEFORE + 2)
    weeks = [_customers(interactions.between(start, start + WEEK)) for start in starts]
    seen, expected = weeks[0], np.mean(weeks[1:], axis=0)
    distance: NDArray[np.float64] = (seen - expected) / np.sqrt(expected + 1)
    return np.maximum(distance, 0).astype(np.float32)


def newness(
    interactions: Interactions, launched_before: Collection[int] = ()
) -> NDArray[np.float32]:
    """Rank of the new products by customers, 1 for the first, falling; 0 for the others."""
    products = interactions.shape[1]
    codes = new_arrivals(interactions, np.inf, n=products, within_days=NEW_DAYS)
    codes = codes[~np.isin(interactions.product_ids[codes], list(launched_before))]
    scores = np.zeros(products, np.float32)
    scores[codes] = 1 - np.arange(len(codes)) / max(len(codes), 1)
    return scores


def _customers(events: Interactions) -> NDArray[np.float64]:
    """Different customers of each product."""
    pairs = np.unique(events.customers.astype(np.int64) * events.shape[1] + events.products)
    counts = np.bincount(pairs % max(events.shape[1], 1), minlength=events.shape[1])
    return counts.astype(np.float64)


def _scored(model: str, ids: NDArray[np.int64], scores: NDArray[np.float32]) -> Winner:
    none = np.zeros((len(ids), 0))
    return Winner(
        model, BY_SCORE, Artefact(ids, none.astype(np.int32), none.astype(np.float32), scores)
    )
