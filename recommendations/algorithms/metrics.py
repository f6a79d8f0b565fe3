"""Ranking metrics per customer, for lists judged against what was taken later.

Definitions as in Järvelin & Kekäläinen (2002); the ideal DCG is cut at min(n, relevant).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.recommender import Codes

PerCustomer = NDArray[np.float64]


def hits(items: Codes, truth: sparse.csr_array) -> NDArray[np.bool_]:
    """Customers x places: is the product at that place among the true ones?"""
    columns = max(truth.shape[1], 1)
    rows = np.repeat(np.arange(truth.shape[0]), np.diff(truth.indptr))
    wanted = rows * columns + truth.indices
    offered = np.arange(len(items))[:, None] * columns + items
    return np.isin(offered, wanted) & (items >= 0)


def ranking_metrics(
    items: Codes, truth: sparse.csr_array, cutoffs: tuple[int, ...] = (10, 20)
) -> dict[str, PerCustomer]:
    """Recall, NDCG, MRR and hit rate at each cutoff, one value per customer.

    `items`: customers x places, -1 for none; `truth`: customers x products, each row non-empty.
    """
    relevant = np.diff(truth.indptr).astype(np.float64)
    hit = hits(items, truth)
    found: dict[str, PerCustomer] = {}
    for cutoff in cutoffs:
        top = hit[:, :cutoff]
        found[f"recall@{cutoff}"] = np.asarray(top.sum(axis=1) / relevant)
        found[f"ndcg@{cutoff}"] = _ndcg(top, relevant, cutoff)
        first = top.argmax(axis=1).astype(np.float64)
        found[f"mrr@{cutoff}"] = np.asarray(top.any(axis=1) / (1.0 + first))
        found[f"hit_rate@{cutoff}"] = np.asarray(top.any(axis=1), np.float64)
    return found


def _ndcg(hit: NDArray[np.bool_], relevant: PerCustomer, cutoff: int) -> PerCustomer:
    discounts = 1.0 / np.log2(np.arange(2, cutoff + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])
    best = ideal[np.minimum(relevant, cutoff).astype(np.int64)]
    return np.asarray(hit @ discounts[: hit.shape[1]] / best)


def revenue(items: Codes, truth: sparse.csr_array, money: sparse.csr_array) -> PerCustomer:
    """Money that each customer later spent on listed products that were in the truth."""
    rows, places = np.nonzero(hits(items, truth))
    spent = np.asarray(money[rows, items[rows, places]]).ravel() if len(rows) else np.empty(0)
    return np.bincount(rows, weights=spent, minlength=len(items)).astype(np.float64)


def coverage(items: Codes, candidates: int) -> float:
    """Share of the candidate products shown to anyone."""
    shown = np.unique(items[items >= 0])
    return len(shown) / max(candidates, 1)


def novelty(items: Codes, buyers: NDArray[np.int64], customers: int) -> PerCustomer:
    """Mean surprise in bits of each list, -log2 of the share of customers who have the product.

    Vargas & Castells (2011). A list without products has novelty 0.
    """
    bits = -np.log2(np.maximum(buyers, 0.5) / max(customers, 1))
    shown = items >= 0
    total = np.where(shown, bits[items], 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(shown.sum(axis=1), 1))


def bootstrap_interval(
    values: PerCustomer, rng: np.random.Generator, rounds: int = 500, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of the mean over customers drawn with replacement (Efron 1979)."""
    if len(values) == 0:
        return float("nan"), float("nan")
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(rounds)]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
