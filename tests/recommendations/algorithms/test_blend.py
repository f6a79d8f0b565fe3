import numpy as np
import pytest

from recommendations.algorithms.blend import (
    ReciprocalRank,
    WeightedBlend,
    coordinate_ascent,
    grid_search,
    mean_ndcg,
    shrink,
)
from recommendations.algorithms.features import (
    CUSTOMER_NAMES,
    PAIR_NAMES,
    PRODUCT_NAMES,
    Context,
)
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.panel import (
    Panel,
    candidates,
    flat_ndcg,
    max_normalised,
    past_questions,
)
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.ranker import LearnedRanker
from recommendations.algorithms.recommender import Recommender
from tests.recommendations.algorithms.frames import random_events, random_shop
from tests.recommendations.algorithms.test_evaluation import paired_taste_shop

MODELS = {
    "popularity": Popularity(None),
    "personal": PersonalFrequency(None),
    "item_knn": ItemKNN(),
}
AS_OF = "2024-03-11"


class Fixed(Recommender):
    """Scores given by the test."""

    def __init__(self, rows):
        self.rows = np.array(rows, np.float32)

    def fit(self, interactions, as_of):
        self.seen_ = interactions.matrix(as_of=as_of)
        return self

    def scores(self, customers):
        return self.rows[customers].copy()


def tables(shop, objective="discover"):
    cut = as_days(AS_OF)
    return [
        candidates(Panel.fit(MODELS, shop, fold.cut), asked)
        for fold, asked in past_questions(shop, cut, objective, 7, 2, 1)
    ]


def test_scores_are_divided_by_the_customers_best():
    found = max_normalised(np.array([[2, -np.inf, 4], [0, 0, 0]], np.float32))
    assert found.tolist() == [[0.5, -np.inf, 1], [0, 0, 0]]


def test_given_weights_make_a_weighted_sum():
    shop = random_shop(1, customers=1, products=3, events=60)
    models = {"a": Fixed([[4, 2, 0]]), "b": Fixed([[0, 1, 2]])}
    blend = WeightedBlend(models, "all", weights={"a": 1.0, "b": 0.5}).fit(shop, AS_OF)
    assert blend.scores(np.array([0]))[0] == pytest.approx([1, 0.5 + 0.25, 0.5])


def test_reciprocal_ranks_are_added():
    shop = random_shop(1, customers=1, products=3, events=60)
    models = {"a": Fixed([[4, 2, 0]]), "b": Fixed([[0, 1, 2]])}
    fused = ReciprocalRank(models).fit(shop, AS_OF).scores(np.array([0]))[0]
    assert fused == pytest.approx([1 / 61, 2 / 62, 1 / 61])


def test_weights_go_to_the_model_that_served_the_past():
    blend = WeightedBlend(MODELS, "discover", horizon_days=7, min_buyers=1)
    blend.fit(paired_taste_shop(), AS_OF)
    assert max(blend.weights_, key=blend.weights_.get) == "item_knn"
    assert sum(blend.weights_.values()) == pytest.approx(1)
    single = mean_ndcg(tables(paired_taste_shop()), np.array([1.0, 0, 0]))
    assert blend.validated_ > single


def test_coordinate_search_climbs_and_the_whole_grid_is_no_worse():
    asked = tables(paired_taste_shop())
    start = np.array([1.0, 0, 0])
    climbed = mean_ndcg(asked, coordinate_ascent(asked, start))
    assert mean_ndcg(asked, start) < climbed <= mean_ndcg(asked, grid_search(asked, start)) + 1e-12
    with pytest.raises(ValueError, match="three models"):
        grid_search(asked, np.ones(4))


def test_few_customers_pull_the_weights_to_the_anchor():
    fitted, anchor = np.array([0.0, 2.0]), np.array([1.0, 0.0])
    assert shrink(fitted, anchor, 50, thin=50).tolist() == [0.5, 0.5]
    assert shrink(fitted, anchor, 0).tolist() == [1, 0]


def test_a_shop_without_past_falls_back_to_the_anchor():
    blend = WeightedBlend(MODELS).fit(random_shop(1, events=5, days=2), "2024-01-04")
    assert blend.weights_ == {"popularity": 1, "personal": 0, "item_knn": 0}


def test_flat_ndcg_of_a_case_worked_by_hand():
    starts = np.array([0, 3, 4])
    scores = np.array([0.1, 0.9, 0.5, 1.0], np.float32)
    taken = np.array([True, False, True, False])
    found = flat_ndcg(starts, scores, taken, np.array([2, 1]), 2)
    gain, ideal = 1 / np.log2(3), 1 + 1 / np.log2(3)
    assert found == pytest.approx([gain / ideal, 0])


def test_the_ranker_learns_what_popularity_cannot_know():
    shop = paired_taste_shop()
    ranker = LearnedRanker(
        MODELS, horizon_days=7, folds=4, min_buyers=1, rounds=40, min_hits=50, threads=1
    )
    ranker.fit(shop, AS_OF)
    assert ranker.trees_ is not None
    rows = np.arange(20)
    items, _ = ranker.recommend(rows, 1)
    camp = (items >= 12).astype(int)
    assert (camp[items >= 0] == (rows % 2)[:, None][items >= 0]).mean() > 0.95
    again = LearnedRanker(
        **{
            name: getattr(ranker, name)
            for name in ("models", "horizon_days", "folds", "min_buyers", "rounds", "min_hits")
        },
        threads=1,
    ).fit(shop, AS_OF)
    assert np.array_equal(again.scores(rows), ranker.scores(rows))


def test_with_too_little_to_learn_from_the_first_model_ranks():
    shop = random_shop(1, events=40)
    ranker = LearnedRanker(MODELS).fit(shop, AS_OF)
    assert ranker.trees_ is None
    popular = Popularity(None).fit(shop, AS_OF)
    rows = np.arange(shop.shape[0])
    assert np.array_equal(ranker.recommend(rows, 3)[0], popular.recommend(rows, 3)[0])


def test_facts_of_the_future_reach_neither_context_nor_blend():
    events = random_events(2, customers=20, events=500)
    past = Interactions.from_frame(events[events["timestamp"] < AS_OF])
    whole = Interactions.from_frame(events)
    cut = as_days(AS_OF)
    rows, products = np.repeat(np.arange(20), 9), np.tile(np.arange(9), 20)
    early, late = (Context.at(shop, cut, 30).rows(rows, products) for shop in (past, whole))
    assert np.array_equal(early, late, equal_nan=True)
    blends = [WeightedBlend(MODELS, horizon_days=7).fit(shop, AS_OF) for shop in (past, whole)]
    assert blends[0].weights_ == blends[1].weights_


def test_context_of_a_case_worked_by_hand():
    shop = Interactions.from_frame(random_events(3).assign(price=2.0))
    cut = as_days(AS_OF)
    known = shop.before(cut)
    table = Context.at(shop, cut, 30).rows(known.customers[-1:], known.products[-1:])[0]
    names = dict(zip(PRODUCT_NAMES + CUSTOMER_NAMES + PAIR_NAMES, table, strict=True))
    own = known.customers == known.customers[-1]
    both = own & (known.products == known.products[-1])
    assert names["times_taken"] == both.sum()
    assert names["taken_ago"] == pytest.approx(cut - known.days[-1], rel=1e-4)
    assert names["customer_age"] == pytest.approx(cut - known.days[own].min(), rel=1e-4)
    assert names["log_price"] == pytest.approx(np.log(2), rel=1e-5)
    assert names["price_distance"] == pytest.approx(0, abs=1e-5)
    assert names["visits"] == len(np.unique(np.floor(known.days[own])))
    lately = known.between(cut - 30, cut).products == known.products[-1]
    assert names["sold_30"] == pytest.approx(np.log1p(lately.sum()))
