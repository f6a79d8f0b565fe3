import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.ease import EASE, ease_memory, ease_weights
from recommendations.algorithms.graph import RP3Beta
from recommendations.algorithms.ials import IALS
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.sequence import SequentialRules
from recommendations.algorithms.session import session_scores
from recommendations.algorithms.similarity import NAMES
from recommendations.algorithms.slim import SLIM
from recommendations.algorithms.user_knn import UserKNN
from tests.recommendations.algorithms.frames import random_events, random_shop

AS_OF = "2024-03-15"
MODELS = {
    "ease": EASE(window_days=60),
    "rp3beta": RP3Beta(window_days=60, half_life_days=30),
    "slim": SLIM(l1=0.1, l2=1, window_days=60),
    "sequential rules": SequentialRules(steps=3, window_days=60),
    "ials": IALS(factors=4, sweeps=3),
    **{f"item.{name}": ItemKNN(name, k=5) for name in NAMES},
    **{f"user.{name}": UserKNN(name, k=5) for name in NAMES},
}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_facts_of_the_future_change_no_score(name):
    events = random_events(11, customers=20, events=250)
    past = events[events["timestamp"] < AS_OF]
    early = MODELS[name].fit(Interactions.from_frame(past), AS_OF).scores(np.arange(20))
    late = MODELS[name].fit(Interactions.from_frame(events), AS_OF).scores(np.arange(20))
    assert np.array_equal(early, late)
    assert np.isfinite(early).all()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_empty_and_tiny_shops_get_a_sensible_answer(name):
    empty = MODELS[name].fit(random_shop(1, events=0), AS_OF)
    assert empty.scores(np.arange(0)).shape == (0, 0)
    tiny = MODELS[name].fit(random_shop(1, customers=1, events=3), AS_OF)
    items, _ = tiny.recommend(np.array([0]), 5)
    assert items.tolist() == [[-1] * 5]


def test_ease_equals_the_closed_form():
    shop = random_shop(2, customers=30, events=200)
    model = EASE(l2=3.0, window_days=None, half_life_days=None).fit(shop, AS_OF)
    taken = (shop.matrix(as_of=AS_OF).toarray() > 0).astype(float)
    inverse = np.linalg.inv(taken.T @ taken + 3 * np.eye(taken.shape[1]))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    assert model.weights_ == pytest.approx(expected, abs=1e-6)
    assert np.diag(ease_weights(np.eye(2), 1.0)).tolist() == [0, 0]


def test_ease_keeps_to_its_memory_by_leaving_out_rare_products():
    shop = random_shop(2, customers=30, events=200)
    model = EASE(window_days=None, max_bytes=ease_memory(4)).fit(shop, AS_OF)
    buyers = (shop.matrix(as_of=AS_OF).toarray() > 0).sum(axis=0)
    assert len(model.products_) == 4
    assert model.left_out_ == shop.shape[1] - 4
    assert buyers[model.products_].min() >= np.sort(buyers)[-4]
    rest = np.setdiff1d(np.arange(shop.shape[1]), model.products_)
    assert not model.scores(np.arange(5))[:, rest].any()


def test_slim_finds_the_minimum_that_small_steps_find():
    shop = random_shop(3, customers=40, products=6, events=150)
    model = SLIM(l1=0.5, l2=2.0, candidates=6, sweeps=200, half_life_days=None).fit(shop, AS_OF)
    taken = (shop.matrix(as_of=AS_OF).toarray() > 0).astype(float)
    gram = taken.T @ taken
    found = model.weights_.toarray()
    for product in range(6):
        weights = np.zeros(6)
        for _ in range(20_000):
            slope = gram @ weights - gram[:, product] + 2.0 * weights + 0.5
            weights = np.maximum(weights - 0.01 * slope, 0)
            weights[product] = 0
        assert found[:, product] == pytest.approx(weights, abs=1e-3)


def test_ials_minimises_its_objective():
    shop = random_shop(4, customers=15, events=150)
    taken = (shop.matrix(as_of=AS_OF).toarray() > 0).astype(float)

    def loss(sweeps):
        model = IALS(factors=3, l2=0.05, unobserved=0.2, nu=0, sweeps=sweeps).fit(shop, AS_OF)
        scores = model.customer_factors_ @ model.product_factors_.T
        size = (model.customer_factors_**2).sum() + (model.product_factors_**2).sum()
        return (taken * (1 - scores) ** 2).sum() + 0.2 * (scores**2).sum() + 0.05 * size

    assert loss(8) < loss(2) < loss(1)


def test_rp3beta_equals_the_dense_walk():
    shop = random_shop(5, customers=25, events=200)
    model = RP3Beta(alpha=0.8, beta=0.4, k=9).fit(shop, AS_OF)
    taken = (shop.matrix(as_of=AS_OF).toarray() > 0).astype(float)
    buyers, sizes = taken.sum(axis=0), np.maximum(taken.sum(axis=1), 1)
    to_customer = (taken / buyers) ** 0.8
    to_product = (taken / sizes[:, None]) ** 0.8
    walk = to_customer.T @ to_product / buyers**0.4
    np.fill_diagonal(walk, 0)
    expected = shop.matrix(as_of=AS_OF).toarray() @ walk
    assert model.scores(np.arange(shop.shape[0])) == pytest.approx(expected, rel=1e-5)


def test_user_knn_adds_up_the_neighbours_purchases():
    rows = [("a", "tea"), ("a", "cup"), ("b", "tea"), ("b", "cup"), ("b", "jam"), ("c", "oil")]
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id"]).assign(timestamp="2024-01-01")
    model = UserKNN("cosine", k=1).fit(Interactions.from_frame(frame), "2024-02-01")
    items, scores = model.recommend(np.array([0, 2]), 2)
    assert items.tolist() == [[1, -1], [-1, -1]]  # products in order: cup, jam, oil, tea
    assert scores[0, 0] == pytest.approx(2 / np.sqrt(2 * 3))


def test_the_last_product_of_a_visit_counts_most_and_is_the_reason():
    ids = np.array([[2, -1], [2, 3], [0, -1], [1, -1]], np.int32)
    likeness = np.array([[0.5, 0], [0.4, 0.3], [0.5, 0], [0.3, 0]], np.float32)
    products, scores, reasons = session_scores(np.array([0, 1]), (ids, likeness), decay=0.5)
    assert products.tolist() == [2, 3]
    assert scores == pytest.approx([0.4 + 0.25, 0.3])
    assert reasons.tolist() == [1, 1]


def test_a_visit_of_unknown_products_has_no_answer():
    ids, likeness = np.array([[-1]], np.int32), np.zeros((1, 1), np.float32)
    assert len(session_scores(np.array([7, -3]), (ids, likeness))[0]) == 0


def test_sequential_rules_by_hand():
    events = pd.DataFrame(
        {
            "customer_id": [1, 1, 1, 2, 2],
            "product_id": [10, 20, 30, 10, 20],
            "timestamp": pd.to_datetime(
                ["2024-01-01", "2024-01-02", "2024-01-03", "2024-02-01", "2024-02-01"]
            ),
        }
    )
    model = SequentialRules(damping=0.5).fit(Interactions.from_frame(events), AS_OF)
    # 10 then 20: once after it, once with it; 10 then 30: two events later.
    assert model.weights_.toarray() == pytest.approx(
        np.array(
            [
                [0, 2 / 2, 0.5 / np.sqrt(2)],
                [1.5 / 2, 0, 1 / np.sqrt(2)],
                [0.25 / np.sqrt(2), 0.5 / np.sqrt(2), 0],
            ]
        )
    )
    lately = SequentialRules(window_days=60).fit(Interactions.from_frame(events), AS_OF)
    assert lately.weights_.nnz == 2
