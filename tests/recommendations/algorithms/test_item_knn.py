import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN, neighbour_matrix
from recommendations.algorithms.neighbours import count_neighbours
from tests.recommendations.algorithms.frames import random_events, random_shop


def naive_cosine(matrix):
    taken = [set(np.flatnonzero(column)) for column in matrix.T]
    found = np.zeros((len(taken), len(taken)))
    for one, customers in enumerate(taken):
        for other, others in enumerate(taken):
            if one != other and customers and others:
                shared = len(customers & others)
                found[one, other] = shared / np.sqrt(len(customers) * len(others))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 300), st.floats(0.02, 0.9))
def test_neighbours_equal_the_plain_loop(seed, rows, columns, density):
    matrix = np.random.default_rng(seed).random((rows, columns)) < density
    taken = sparse.csr_array(matrix.astype(np.float32))
    ids, similarities = count_neighbours(taken, 7, dtype=np.float64)
    expected = np.zeros((columns, 7))
    ordered = -np.sort(-naive_cosine(matrix), axis=1)[:, :7]
    expected[:, : ordered.shape[1]] = ordered
    assert similarities == pytest.approx(expected, abs=1e-9)
    full = naive_cosine(matrix)
    rows_of, _ = np.nonzero(ids >= 0)
    assert similarities[ids >= 0] == pytest.approx(full[rows_of, ids[ids >= 0]], abs=1e-9)
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in ids)


def test_a_case_worked_by_hand():
    # tea: 3 buyers, cup: 2 buyers, both of whom have tea; jam: 1 buyer, with tea.
    pairs = [("a", "tea"), ("b", "tea"), ("c", "tea"), ("a", "cup"), ("b", "cup"), ("c", "jam")]
    frame = pd.DataFrame(pairs, columns=["customer_id", "product_id"])
    frame["timestamp"] = "2024-01-01"
    model = ItemKNN(k=2).fit(Interactions.from_frame(frame), "2024-02-01")
    cup, jam, tea = 0, 1, 2
    items, similarities = model.similar_items(np.array([tea]), 2)
    assert items.tolist() == [[cup, jam]]
    assert similarities[0] == pytest.approx([2 / np.sqrt(6), 1 / np.sqrt(3)])
    offered, scores = model.recommend(np.array([2]), 2)
    assert offered.tolist() == [[cup, -1]]
    assert scores[0] == pytest.approx([2 / np.sqrt(6), 0])
    again, _ = model.recommend(np.array([2]), 3, exclude_seen=False)
    assert sorted(again[0].tolist()) == [cup, jam, tea]


def test_scores_are_the_decayed_history_times_the_similarities():
    shop = random_shop(5)
    model = ItemKNN(k=9, half_life_days=20).fit(shop, "2024-03-15")
    history = shop.matrix(None, 20, as_of="2024-03-15").toarray()
    expected = history @ naive_cosine(shop.matrix(as_of="2024-03-15").toarray())
    assert model.scores(np.arange(shop.shape[0])) == pytest.approx(expected, rel=1e-5)


def test_later_events_do_not_reach_the_model():
    events = random_events(6)
    early = ItemKNN().fit(
        Interactions.from_frame(events[events["timestamp"] < "2024-02-01"]), "2024-02-01"
    )
    late = ItemKNN().fit(Interactions.from_frame(events), "2024-02-01")
    assert np.array_equal(early.neighbours_[0], late.neighbours_[0])
    assert np.array_equal(early.neighbours_[1], late.neighbours_[1])


def test_seen_products_come_back_only_when_asked_for():
    shop = random_shop(7, events=40)
    model = ItemKNN(half_life_days=30).fit(shop, "2024-04-15")
    rows = np.arange(shop.shape[0])
    owned = shop.matrix(as_of="2024-04-15").toarray() > 0
    items, _ = model.recommend(rows, 5)
    assert not any(owned[row, item] for row in rows for item in items[row] if item >= 0)


def test_an_unknown_similarity_is_refused():
    with pytest.raises(ValueError, match="unknown similarity"):
        ItemKNN(similarity="nearest").fit(random_shop(1), "2024-04-15")


def test_empty_places_carry_no_weight():
    ids = np.array([[1, -1], [0, -1]], np.int32)
    matrix = neighbour_matrix(ids, np.array([[0.5, 0], [0.5, 0]], np.float32))
    assert matrix.toarray().tolist() == [[0, 0.5], [0.5, 0]]
