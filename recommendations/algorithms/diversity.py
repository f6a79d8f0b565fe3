"""From a ranking to the list shown: hard filters, merchant rules, diversity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.recommender import Codes, Scores


def maximal_marginal_relevance(
    items: Codes, scores: Scores, vectors: sparse.csr_array, n: int, relevance: float = 0.7
) -> Codes:
    """Pick n items one by one: relevance * score - (1 - relevance) * likeness to those picked.

    Carbonell & Goldstein (1998). Scores are scaled to the best; likeness is the highest cosine of
    `vectors` (rows of length 1 per product) to an item picked before.
    """
    kept = items >= 0
    pool, value = items[kept], scores[kept] / max(float(scores[kept].max(initial=0)), 1e-12)
    likeness = np.asarray((vectors[pool] @ vectors[pool].T).toarray())
    closest = np.zeros(len(pool))
    free = np.ones(len(pool), bool)
    picked: list[int] = []
    for _ in range(min(n, len(pool))):
        gain = np.where(free, relevance * value - (1 - relevance) * closest, -np.inf)
        best = int(gain.argmax())
        picked.append(best)
        free[best] = False
        closest = np.maximum(closest, likeness[best])
    return np.asarray(pool[picked], np.int32)


@dataclass(frozen=True)
class Filters:
    """Which products may be shown; None of a mask means no such condition.

    Masks are one flag per product code; `bought` are codes of the customer at hand.
    """

    in_stock: NDArray[np.bool_] | None = None
    active: NDArray[np.bool_] | None = None
    categories: frozenset[Any] | None = None
    price_range: tuple[float, float] | None = None
    bought: NDArray[np.integer[Any]] | None = None
    blocked: NDArray[np.integer[Any]] | None = None

    def reasons(
        self,
        products: int,
        *,
        category: NDArray[Any] | None = None,
        price: NDArray[np.float64] | None = None,
    ) -> dict[str, NDArray[np.bool_]]:
        """Name of each condition -> mask of the products it removes."""
        removed: dict[str, NDArray[np.bool_]] = {}
        if self.in_stock is not None:
            removed["out_of_stock"] = ~self.in_stock
        if self.active is not None:
            removed["inactive"] = ~self.active
        if self.categories is not None and category is not None:
            removed["category"] = ~np.isin(category, list(self.categories))
        if self.price_range is not None and price is not None:
            low, high = self.price_range
            removed["price"] = ~((price >= low) & (price <= high))
        for name, codes in (("bought", self.bought), ("blocked", self.blocked)):
            if codes is not None:
                removed[name] = np.isin(np.arange(products), codes)
        return removed


@dataclass(frozen=True)
class Rules:
    """The merchant's wishes: `pins` place -> product code, `boosts` code -> factor, a cap."""

    pins: Mapping[int, int] = field(default_factory=dict)
    boosts: Mapping[int, float] = field(default_factory=dict)
    category_cap: int | None = None


def boosted(scores: Scores, rules: Rules) -> Scores:
    """Scores (one per product) times the merchant's factors; a factor of 0 buries a product."""
    found = scores.copy()
    for product, factor in rules.boosts.items():
        if 0 <= product < len(found) and found[product] > 0:
            found[product] *= factor
    return found


def arrange(
    ranking: Codes, n: int, rules: Rules, category: NDArray[Any] | None = None
) -> list[int]:
    """The first n of a ranking under the category cap, pins put at their places (0 = first).

    Pins count towards the cap but are never removed by it. Codes below 0 are skipped.
    """
    pinned = {place: code for place, code in rules.pins.items() if 0 <= place < n}
    used: dict[Any, int] = {}
    if category is not None:
        for code in pinned.values():
            used[category[code]] = used.get(category[code], 0) + 1
    chosen: list[int] = []
    for code in ranking.tolist():
        if code < 0 or code in pinned.values() or len(chosen) >= n - len(pinned):
            continue
        if category is not None and rules.category_cap is not None:
            if used.get(category[code], 0) >= rules.category_cap:
                continue
            used[category[code]] = used.get(category[code], 0) + 1
        chosen.append(code)
    for place, code in sorted(pinned.items()):
        chosen.insert(place, code)
    return chosen
