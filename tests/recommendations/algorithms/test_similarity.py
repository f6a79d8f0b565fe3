"""Each similarity against a loop written from its textbook formula."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommendations.algorithms import weighting, whole_grades
from recommendations.algorithms.corated import Corated, corated_neighbours
from recommendations.algorithms.neighbours import count_neighbours
from recommendations.algorithms.similarity import NAMES, nearest_columns
from recommendations.algorithms.weighted import product_neighbours


def random_counts(seed, rows, columns, density):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 6, (rows, columns)) * (rng.random((rows, columns)) < density)


def loop(dense, of_pair):
    found = np.zeros((dense.shape[1], dense.shape[1]))
    for x in range(dense.shape[1]):
        for y in range(dense.shape[1]):
            if x != y:
                found[x, y] = of_pair(dense[:, x], dense[:, y])
    return found


def assert_lists_equal(lists, expected):
    ids, values = lists
    k = ids.shape[1]
    best = np.zeros((len(ids), k))
    ordered = -np.sort(-np.maximum(expected, 0), axis=1)[:, :k]
    best[:, : ordered.shape[1]] = ordered
    assert values == pytest.approx(best, abs=1e-9)
    rows, places = np.nonzero(ids >= 0)
    assert values[rows, places] == pytest.approx(expected[rows, ids[rows, places]], abs=1e-9)
    assert (values[ids < 0] == 0).all()


def shared(x, y):
    both = (x > 0) & (y > 0)
    return x[both].astype(float), y[both].astype(float)


def pearson(x, y):
    a, b = shared(x, y)
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.mean((a - a.mean()) * (b - b.mean())) / (a.std() * b.std()))


def euclidean(x, y):
    a, b = shared(x, y)
    return 1 / (1 + np.sqrt(sum((a - b) ** 2))) if len(a) else 0.0


def msd(x, y):
    a, b = shared(x, y)
    return 1 / (1 + np.mean((a - b) ** 2)) if len(a) else 0.0


def corated_cosine(x, y):
    a, b = shared(x, y)
    return float(a @ b / np.sqrt((a @ a) * (b @ b))) if len(a) else 0.0


CORATED = {"pearson": pearson, "euclidean": euclidean, "msd": msd, "cosine": corated_cosine}
shapes = (st.integers(0, 10_000), st.integers(1, 14), st.integers(1, 30), st.floats(0.05, 0.95))


@pytest.mark.parametrize("kind", sorted(CORATED))
@settings(max_examples=25, deadline=None)
@given(*shapes, st.sampled_from([(1.0, 8), (0.5, 8), (1.0, whole_grades.BLOCK), (0.3, 8)]))
def test_corated_similarities_equal_the_loop(kind, seed, rows, columns, density, way):
    """Grades by whole and half steps and by others, columns in one block and in several."""
    step, block = way
    dense = random_counts(seed, rows, columns, density) * step
    with patch.object(whole_grades, "BLOCK", block):
        lists = corated_neighbours(sparse.csr_array(dense), 5, Corated(kind), np.float64)
    assert_lists_equal(lists, loop(dense, CORATED[kind]))


@settings(max_examples=25, deadline=None)
@given(*shapes)
def test_support_significance_and_shrinkage(seed, rows, columns, density):
    """In blocks of eight columns, where the neighbours found set a bar for the next block."""
    dense = random_counts(seed, rows, columns, density)

    def of_pair(x, y):
        n = len(shared(x, y)[0])
        return 0 if n < 2 else euclidean(x, y) * min(n, 4) / 4 * (n - 1) / (n - 1 + 10)

    measure = Corated("euclidean", min_support=2, significance=4, shrinkage=10)
    with patch.object(whole_grades, "BLOCK", 8):
        lists = corated_neighbours(sparse.csr_array(dense * 1.0), 2, measure, np.float64)
    assert_lists_equal(lists, loop(dense, of_pair))


@settings(max_examples=25, deadline=None)
@given(*shapes)
def test_phi_is_pearsons_correlation_of_the_whole_vectors(seed, rows, columns, density):
    dense = random_counts(seed, rows, columns, density) > 0

    def of_pair(x, y):
        if not (x & y).any() or x.std() == 0 or y.std() == 0:
            return 0.0
        return np.corrcoef(x, y)[0, 1]

    lists = count_neighbours(sparse.csr_array(dense * 1.0), 5, "phi", np.float64)
    expected = np.where(loop(dense, of_pair) > 1e-12, loop(dense, of_pair), 0)
    assert lists[1] == pytest.approx(assert_shape(expected, 5), abs=1e-9)


def assert_shape(expected, k):
    best = np.zeros((len(expected), k))
    ordered = -np.sort(-expected, axis=1)[:, :k]
    best[:, : ordered.shape[1]] = ordered
    return best


@settings(max_examples=25, deadline=None)
@given(*shapes)
def test_adjusted_cosine_equals_the_loop(seed, rows, columns, density):
    dense = random_counts(seed, rows, columns, density)
    grades = np.log1p(dense)
    means = np.array([row[row > 0].mean() if (row > 0).any() else 0 for row in grades])
    left = np.where(dense > 0, grades - means[:, None], 0)

    def of_pair(x, y):
        length = np.linalg.norm(x) * np.linalg.norm(y)
        return x @ y / length if length > 1e-12 else 0.0

    lists = nearest_columns(sparse.csr_array(dense * 1.0), 5, "adjusted_cosine", dtype=np.float64)
    expected = loop(left, of_pair)
    assert lists[1] == pytest.approx(assert_shape(np.maximum(expected, 0), 5), abs=1e-9)


@pytest.mark.parametrize("name", ["tfidf", "bm25", "graded_cosine"])
def test_weighted_similarities_equal_the_dense_algebra(name):
    matrix = sparse.csr_array(random_counts(3, 20, 12, 0.4) * 1.0)
    if name == "bm25":
        left, right = weighting.bm25(matrix).toarray(), matrix.toarray() > 0
    else:
        graded = weighting.tfidf(matrix) if name == "tfidf" else weighting.graded(matrix)
        left = graded.toarray() / np.linalg.norm(graded.toarray(), axis=0)
        right = left
    expected = left.T @ right
    np.fill_diagonal(expected, 0)
    assert_lists_equal(nearest_columns(matrix, 4, name, dtype=np.float64), expected)


def test_bm25_of_a_case_worked_by_hand():
    matrix = sparse.csr_array(np.array([[2.0, 1.0], [0.0, 1.0]]))
    idf = np.log(1 + (2 - 2 + 0.5) / (2 + 0.5)), np.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    value = 2 * 2.2 / (2 + 1.2), 1 * 2.2 / (1 + 1.2)
    assert weighting.bm25(matrix).toarray() == pytest.approx(
        np.array([[value[0] * idf[0], value[1] * idf[0]], [0, value[1] * idf[1]]])
    )


def test_a_textbook_pearson():
    # Grades of two customers on four products: deviations (-2, -1, 1, 2) and (-1, -2, 2, 1).
    grades = np.array([[1, 2], [2, 1], [4, 5], [5, 4]], float)
    _, values = corated_neighbours(sparse.csr_array(grades), 1, Corated("pearson"), np.float64)
    assert values[:, 0] == pytest.approx([8 / 10, 8 / 10])
    _, values = corated_neighbours(sparse.csr_array(grades), 1, Corated("euclidean"), np.float64)
    assert values[:, 0] == pytest.approx([1 / 3, 1 / 3])


def test_equal_grades_have_no_correlation():
    grades = sparse.csr_array(np.full((6, 3), 1.1))
    assert corated_neighbours(grades, 2, Corated("pearson"))[1].max() == 0


def test_ties_go_to_the_more_popular_column():
    taken = np.array([[1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]], float)
    ids, _ = count_neighbours(sparse.csr_array(taken), 1)
    assert ids[:, 0].tolist() == [1, 0, 0, -1]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_wide_matrices_take_both_counting_paths_to_the_same_lists(seed):
    rng = np.random.default_rng(seed)
    share = 0.5 / np.arange(1, 1501) ** 0.7
    dense = rng.random((60, 1500)) < share
    matrix = sparse.csr_array(dense * 1.0)
    unit = weighting.unit_columns(matrix)
    counted = count_neighbours(matrix, 10, "cosine", np.float64)
    assert counted[1] == pytest.approx(product_neighbours(unit, unit, 10, np.float64)[1], abs=1e-9)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="unknown similarity 'nearest'"):
        nearest_columns(sparse.csr_array((2, 2)), 1, "nearest")
    with pytest.raises(ValueError, match="unknown kind"):
        Corated("manhattan")


@pytest.mark.parametrize("name", NAMES)
def test_empty_matrices_have_no_neighbours(name):
    ids, values = nearest_columns(sparse.csr_array((4, 3)), 2, name)
    assert ids.tolist() == [[-1, -1]] * 3
    assert not values.any()
