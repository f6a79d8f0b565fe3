import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommendations.algorithms.incremental import IncrementalCosine
from recommendations.algorithms.neighbours import count_neighbours


def exact(dense):
    shared = dense.T.astype(float) @ dense
    roots = np.sqrt(np.maximum(np.diag(shared), 1))
    found = shared / roots / roots[:, None]
    np.fill_diagonal(found, 0)
    return found


def assert_equals_refit(model, dense):
    ids, values = model.neighbours()
    refit = count_neighbours(sparse.csr_array(dense * 1.0), model.k)
    assert values == pytest.approx(refit[1], abs=1e-7)
    similarity = exact(dense)
    rows, places = np.nonzero(ids >= 0)
    assert values[rows, places] == pytest.approx(similarity[rows, ids[rows, places]], abs=1e-7)
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in ids)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 100_000),
    st.integers(2, 25),
    st.integers(2, 40),
    st.integers(1, 4),
    st.lists(st.integers(0, 30), min_size=1, max_size=5),
)
def test_days_of_updates_equal_a_full_refit(seed, rows, columns, k, days):
    rng = np.random.default_rng(seed)
    dense = rng.random((rows, columns)) < rng.uniform(0, 0.6)
    model = IncrementalCosine(k).fit(sparse.csr_array(dense * 1.0))
    assert_equals_refit(model, dense)
    for events in days:
        new_rows, new_columns = rng.integers(0, rows, events), rng.integers(0, columns, events)
        dense[new_rows, new_columns] = True
        model.update(new_rows, new_columns)
        assert_equals_refit(model, dense)


def test_known_pairs_change_nothing():
    dense = np.array([[1, 1, 0], [0, 1, 1]])
    model = IncrementalCosine(2).fit(sparse.csr_array(dense * 1.0))
    before = [part.copy() for part in model.neighbours()]
    model.update([0, 0, 1], [0, 1, 2])
    assert model.recounted_ == 0
    assert all(np.array_equal(a, b) for a, b in zip(before, model.neighbours(), strict=True))


def test_a_small_day_recounts_few_rows():
    rng = np.random.default_rng(0)
    share = 0.3 / np.arange(1, 301) ** 0.8
    dense = rng.random((3000, 300)) < share
    model = IncrementalCosine(10).fit(sparse.csr_array(dense * 1.0))
    rows, columns = rng.integers(0, 3000, 10), rng.choice(300, 10, p=share / share.sum())
    dense[rows, columns] = True
    model.update(rows, columns)
    assert_equals_refit(model, dense)
    assert model.recounted_ < 60


def test_index_types_of_the_matrix_do_not_matter():
    dense = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    wide = sparse.csr_array(dense * 1.0)
    wide.indptr, wide.indices = wide.indptr.astype(np.int64), wide.indices.astype(np.int64)
    model = IncrementalCosine(2).fit(wide).update([0], [2])
    dense[0, 2] = 1
    assert_equals_refit(model, dense)
