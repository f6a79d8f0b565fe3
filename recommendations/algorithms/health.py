"""Is a freshly trained model fit to go live? Its lists beside those of the model it replaces."""

from dataclasses import dataclass

import numpy as np

from recommendations.algorithms.metrics import coverage
from recommendations.algorithms.recommender import Codes


@dataclass(frozen=True)
class Tolerance:
    """Shares beyond which new lists are held back."""

    empty: float = 0.05
    coverage_loss: float = 0.5
    overlap: float = 0.1
    dominance: float = 0.9


DEFAULT = Tolerance()


@dataclass(frozen=True)
class Health:
    """Share of customers without a list, coverage old and new, mean overlap of the lists, share
    of lists that hold the most frequent product, and the names of the checks that failed."""

    empty: float
    coverage_before: float
    coverage: float
    overlap: float
    dominance: float
    failed: tuple[str, ...]


def list_health(new: Codes, old: Codes, products: int, tolerance: Tolerance = DEFAULT) -> Health:
    """Compare lists (the same customers x places, -1 for none) of two models.

    A change in the data that breaks training shows as empty lists, a collapse of coverage, lists
    without anything in common with the day before, or one product in nearly all of them.
    """
    empty = float((new < 0).all(axis=1).mean()) if len(new) else 1.0
    before, after = coverage(old, products), coverage(new, products)
    shared = [len(np.intersect1d(a[a >= 0], b[b >= 0])) for a, b in zip(new, old, strict=True)]
    sizes = np.maximum((old >= 0).sum(axis=1), 1)
    overlap = float(np.mean(np.array(shared) / sizes)) if len(new) else 0.0
    counts = np.bincount(new[new >= 0], minlength=1)
    dominance = float(counts.max() / max(len(new), 1))
    old_top = np.bincount(old[old >= 0], minlength=1).max() / max(len(old), 1)
    checks = {
        "empty": empty > tolerance.empty,
        "coverage": after < before * (1 - tolerance.coverage_loss),
        "overlap": bool((old >= 0).any()) and overlap < tolerance.overlap,
        "dominance": dominance > tolerance.dominance > old_top,
    }
    failed = tuple(name for name, wrong in checks.items() if wrong)
    return Health(empty, before, after, overlap, dominance, failed)
