import numpy as np
import pytest

from recommendations.algorithms.champion import BLEND, BOTH, RANKER, Champion, split, together
from recommendations.algorithms.interactions import as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.panel import Panel, candidates, flat_ndcg, past_questions
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.ranker import LearnedRanker
from tests.recommendations.algorithms.frames import random_shop
from tests.recommendations.algorithms.test_evaluation import paired_taste_shop

MODELS = {
    "popularity": Popularity(None),
    "personal": PersonalFrequency(None),
    "item_knn": ItemKNN(),
}
AS_OF = "2024-03-11"
SETTINGS = {"horizon_days": 7, "min_buyers": 1}


def lessons(shop, folds=2):
    return [
        (panel, candidates(panel, asked))
        for fold, asked in past_questions(shop, as_days(AS_OF), "discover", 7, folds, 1)
        for panel in [Panel.fit(MODELS, shop, fold.cut)]
    ]


def test_what_wins_on_the_latest_past_period_is_served():
    shop = paired_taste_shop()
    model = Champion(MODELS, **SETTINGS).fit(shop, AS_OF)
    assert set(model.judged_) == {*MODELS, BLEND, RANKER, BOTH}
    assert model.judged_[model.choice_] > model.judged_["popularity"]
    customers = np.arange(5)
    assert (model.scores(customers) == model.fit(shop, AS_OF).scores(customers)).all()


def test_where_taste_is_random_the_naive_model_is_served():
    shop = random_shop(3, customers=60, products=30, events=900)
    model = Champion(MODELS, **SETTINGS).fit(shop, AS_OF)
    assert model.choice_ in {"popularity", "personal"}
    customers = np.arange(5)
    naive = Panel.fit(MODELS, shop, as_days(AS_OF)).models[model.choice_]
    assert (model.scores(customers) == naive.scores(customers)).all()


def test_a_shop_without_a_past_gets_the_first_naive_model():
    model = Champion(MODELS).fit(random_shop(1, events=0), AS_OF)
    assert (model.choice_, model.judged_) == ("popularity", {})


def test_events_after_the_moment_change_nothing():
    shop = paired_taste_shop()
    early = as_days("2024-02-20")
    known, cut = (
        Champion(MODELS, **SETTINGS).fit(events, early) for events in (shop, shop.before(early))
    )
    assert known.choice_ == cut.choice_
    assert known.judged_ == cut.judged_


def test_a_single_period_is_split_by_customer():
    one = lessons(random_shop(5), folds=1)
    [(_, learnt)], (_, judged) = split(one)
    assert sorted([*learnt.customers, *judged.customers]) == one[0][1].customers.tolist()
    assert not set(learnt.customers) & set(judged.customers)
    assert len(learnt.scores) + len(judged.scores) == len(one[0][1].scores)


def test_chosen_customers_keep_their_rows():
    _, table = lessons(random_shop(5))[0]
    chosen = table.hits() > 0
    part = table.of(chosen)
    whole, less = (
        flat_ndcg(t.starts, t.scores[:, 2], t.taken, t.relevant, 10) for t in (table, part)
    )
    assert whole[chosen] == pytest.approx(less)
    assert (part.hits() == table.hits()[chosen]).all()


def test_flat_scores_rank_as_the_model_ranks():
    shop = paired_taste_shop()
    taught = lessons(shop)
    panel = Panel.fit(MODELS, shop, as_days(AS_OF))
    model = LearnedRanker(MODELS, horizon_days=7, min_buyers=1, min_hits=1)
    model.fit_lessons(taught, panel)
    shown, table = taught[0]
    flat = model.flat_scores(shown, table)
    there = LearnedRanker(MODELS, horizon_days=7, min_buyers=1, min_hits=1)
    there.fit_lessons(taught, shown)
    assert there.scores(table.rows())[np.arange(len(flat)), table.products] == pytest.approx(flat)


def test_scores_together_are_each_divided_by_their_best():
    starts = np.array([0, 2, 3])
    found = together(starts, [np.array([1, 4, 0], "f4"), np.array([-np.inf, 2, 5], "f4")])
    assert found.tolist() == [0.25, 2.0, 1.0]
