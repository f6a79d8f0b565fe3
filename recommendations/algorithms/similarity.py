"""The similarities a neighbour model can be asked for, by name, over columns of a matrix."""

from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms import weighting
from recommendations.algorithms.corated import Corated, corated_neighbours
from recommendations.algorithms.neighbours import Ids, Similarities, count_neighbours
from recommendations.algorithms.weighted import product_neighbours

COUNTED = ("cosine", "phi")
CORATED = ("pearson", "euclidean", "msd")
WEIGHTED = ("adjusted_cosine", "graded_cosine", "tfidf", "bm25")
NAMES = COUNTED + CORATED + WEIGHTED
MIN_SUPPORT = 3
SIGNIFICANCE = 50


def nearest_columns(
    matrix: sparse.csr_array,
    k: int,
    name: str = "cosine",
    shrinkage: float = 0.0,
    dtype: type[np.floating[Any]] = np.float32,
) -> tuple[Ids, Similarities]:
    """The k nearest columns of each column of a rows x columns matrix of purchase counts.

    `cosine` and `phi` (Pearson over the whole vector) look at 0/1 only. `pearson`, `euclidean`
    and `msd` compare log(1 + count) over shared rows with significance weighting.
    `adjusted_cosine` takes the row's mean away first (Sarwar et al. 2001), `tfidf` and `bm25`
    weigh rows, `graded_cosine` does not.
    """
    if name in COUNTED:
        return count_neighbours(matrix, k, name, dtype)
    grades = weighting.graded(matrix)
    if name in CORATED:
        measure = Corated(name, MIN_SUPPORT, SIGNIFICANCE, shrinkage)
        return corated_neighbours(grades, k, measure, dtype)
    if name == "adjusted_cosine":
        scaled = weighting.unit_columns(weighting.centred(grades))
    elif name == "graded_cosine":
        scaled = weighting.unit_columns(grades)
    elif name == "tfidf":
        scaled = weighting.unit_columns(weighting.tfidf(matrix))
    elif name == "bm25":
        return product_neighbours(weighting.bm25(matrix), _ones(matrix), k, dtype)
    else:
        raise ValueError(f"unknown similarity {name!r}; known: {', '.join(NAMES)}")
    return product_neighbours(scaled, scaled, k, dtype)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    ones = np.ones(matrix.nnz)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
