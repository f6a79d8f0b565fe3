"""A sample of a shop's products in which every ABC/XYZ class is heard.

Each class sends as many products as the others, all it has where these are fewer, evenly chosen by
turnover; a weight says how many products of its class each stands for.
Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 5 (stratified sampling).
"""

import numpy as np
import numpy.typing as npt

from forecasting.ensemble import spread_rows
from inventory.algorithms.classes import Array, classes_of

Whole = npt.NDArray[np.int64]


def stratified(
    turnover: Array, mean: Array, variance: Array, most: int
) -> tuple[npt.NDArray[np.intp], Array]:
    """Return the rows of at most ``most`` products, ascending, and their weights (both k).

    ``turnover``, ``mean`` and ``variance`` (n) as in `classes_of`. The weights add up to n.
    """
    classes = classes_of(turnover, mean, variance)
    names, sizes = np.unique(classes, return_counts=True)
    rows, weights = np.zeros(0, np.intp), np.zeros(0)
    for name, size, quota in zip(names, sizes, quotas(sizes, most), strict=True):
        ranked = np.argsort(-np.where(classes == name, turnover, -np.inf), kind="stable")[:size]
        rows = np.append(rows, ranked[spread_rows(int(size), int(quota))])
        weights = np.append(weights, np.full(quota, size / max(quota, 1)))
    order = np.argsort(rows)
    return rows[order], weights[order]


def quotas(sizes: Whole, most: int) -> Whole:
    """Return how many of each class are taken, as alike as their ``sizes`` allow (both k)."""
    out = np.zeros(len(sizes), np.int64)
    left = most
    for done, row in enumerate(np.argsort(sizes, kind="stable").tolist()):
        out[row] = min(int(sizes[row]), left // (len(sizes) - done))
        left -= int(out[row])
    return out
