"""Team-draft interleaving: two rankers share one list, and clicks say who is better.

Radlinski, Kurup & Joachims (2008), "How does clickthrough data reflect retrieval quality?".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Draft:
    """The list shown and, place by place, the team (0 or 1) that put the product there."""

    products: list[int]
    teams: list[int]


def team_draft(
    first: Sequence[int], second: Sequence[int], n: int, rng: np.random.Generator
) -> Draft:
    """Each round a coin says who picks first; each picks its best product not yet placed."""
    queues = (list(first), list(second))
    products: list[int] = []
    teams: list[int] = []
    while len(products) < n and any(set(queue) - set(products) for queue in queues):
        start = int(rng.integers(2))
        for team in (start, 1 - start):
            pick = next((code for code in queues[team] if code not in products), None)
            if pick is not None and len(products) < n:
                products.append(pick)
                teams.append(team)
    return Draft(products, teams)


@dataclass(frozen=True)
class Preference:
    """Visitors whose credit leaned to each ranker, their share for the second, and its p-value."""

    first: int
    second: int
    ties: int
    share_second: float
    p_value: float


def preference(credited: Sequence[tuple[float, float]]) -> Preference:
    """Sign test over visitors, each given as the credit (clicks, money) of both teams."""
    first = sum(one > other for one, other in credited)
    second = sum(other > one for one, other in credited)
    decided = first + second
    p_value = float(stats.binomtest(second, decided).pvalue) if decided else 1.0
    share = second / decided if decided else 0.5
    return Preference(first, second, len(credited) - decided, share, p_value)
