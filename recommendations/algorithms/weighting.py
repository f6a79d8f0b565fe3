"""Values for customers x products matrices before similarities are taken."""

import numpy as np
from scipy import sparse


def graded(matrix: sparse.csr_array) -> sparse.csr_array:
    """log(1 + value): counts as grades, so that co-rated measures have something to compare."""
    return _with(matrix, np.log1p(matrix.data))


def centred(matrix: sparse.csr_array) -> sparse.csr_array:
    """Each row minus its mean over the stored entries (stored zeros stay stored)."""
    sizes = np.diff(matrix.indptr)
    means = np.asarray(matrix.sum(axis=1), np.float64) / np.maximum(sizes, 1)
    return _with(matrix, matrix.data - np.repeat(means, sizes))


def unit_columns(matrix: sparse.csr_array) -> sparse.csr_array:
    """Columns scaled to length 1; zero columns stay zero."""
    squares = np.bincount(
        matrix.indices, weights=matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[1]
    )
    return _with(matrix, matrix.data / np.sqrt(np.maximum(squares, 1e-300))[matrix.indices])


def tfidf(matrix: sparse.csr_array) -> sparse.csr_array:
    """sqrt(value) * idf of the customer: a product in few baskets' company says more.

    Customers are the documents' words here: idf = log(1 + products / products of the customer).
    """
    sizes = np.diff(matrix.indptr)
    idf = np.log1p(matrix.shape[1] / np.maximum(sizes, 1))
    return _with(matrix, np.sqrt(matrix.data) * np.repeat(idf, sizes))


def bm25(matrix: sparse.csr_array, k1: float = 1.2, b: float = 0.75) -> sparse.csr_array:
    """Okapi BM25 (Robertson & Zaragoza 2009): products are documents, customers their words."""
    sizes = np.diff(matrix.indptr)
    products = matrix.shape[1]
    idf = np.log1p((products - sizes + 0.5) / (sizes + 0.5))
    lengths = np.asarray(matrix.sum(axis=0), np.float64)
    mean = float(lengths.sum()) / max(int((lengths > 0).sum()), 1)
    norm = 1 - b + b * lengths / max(mean, 1e-300)
    value = matrix.data * (k1 + 1) / (matrix.data + k1 * norm[matrix.indices])
    return _with(matrix, value * np.repeat(idf, sizes))


def _with(matrix: sparse.csr_array, data: np.ndarray) -> sparse.csr_array:
    parts = (np.asarray(data, np.float64), matrix.indices, matrix.indptr)
    return sparse.csr_array(parts, shape=matrix.shape)
