"""One pair's similarity from its sums over shared rows: n, sum x, sum y, sum xx, sum yy, sum xy.

`pearson` as in Surprise (Hug 2020), `significance` as in Herlocker et al. (1999), `shrinkage`
as in Bell & Koren (2007): similarity * (n - 1) / (n - 1 + shrinkage).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import njit

Ids = NDArray[np.int32]
Values = NDArray[Any]
Measure = tuple[int, int, int, float]  # kind, least support, significance, shrinkage
KINDS = {"pearson": 0, "euclidean": 1, "msd": 2, "cosine": 3}


@njit
def similarity(sums: Values, measure: Measure) -> float:
    """One pair's similarity from its six sums n, x, y, xx, yy, xy."""
    kind, support, significance, shrinkage = measure
    n = sums[0]
    if n < support:
        return 0.0
    if kind == 0:
        value = _pearson(sums)
    elif kind == 3:
        product = sums[3] * sums[4]
        value = sums[5] / np.sqrt(product) if product > 0 else 0.0
    else:
        squared = max(sums[3] + sums[4] - 2 * sums[5], 0.0)
        value = 1 / (1 + np.sqrt(squared)) if kind == 1 else 1 / (1 + squared / n)
    if significance > 0:
        value *= min(n, significance) / significance
    if shrinkage > 0:
        value *= (n - 1) / (n - 1 + shrinkage)
    return value


@njit
def _pearson(sums: Values) -> float:
    n = sums[0]
    one, other = n * sums[3] - sums[1] ** 2, n * sums[4] - sums[2] ** 2
    # Equal grades leave only rounding: they have no correlation, not a random one.
    if one <= 1e-9 * n * sums[3] or other <= 1e-9 * n * sums[4]:
        return 0.0
    return np.float64((n * sums[5] - sums[1] * sums[2]) / np.sqrt(one * other))
