import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.evaluation import (
    Fold,
    choose,
    compare,
    question,
    rolling_folds,
)
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from tests.recommendations.algorithms.frames import random_events, random_shop


def paired_taste_shop():
    """Two camps of customers; each buys the camp's products in turn, a new one each week."""
    rng = np.random.default_rng(0)
    rows = []
    for customer in range(60):
        own = rng.permutation(12) + 12 * (customer % 2)
        start = pd.Timestamp("2024-01-01") + pd.Timedelta(hours=customer)
        rows += [(customer, p, start + pd.Timedelta(weeks=w)) for w, p in enumerate(own)]
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "timestamp"])
    return Interactions.from_frame(frame)


def test_folds_follow_each_other_up_to_as_of():
    folds = rolling_folds("2024-03-01", fold_days=7, folds=3)
    end = as_days("2024-03-01")
    assert folds == [Fold(end - 21, end - 14), Fold(end - 14, end - 7), Fold(end - 7, end)]


def test_discover_asks_only_for_products_not_bought_before():
    shop = random_shop(1, products=30)
    fold = Fold(as_days("2024-02-20"), as_days("2024-03-20"))
    new, repeats = (question(shop, fold, name, min_buyers=1) for name in ("discover", "all"))
    bought = shop.matrix(as_of=fold.cut).toarray() > 0
    assert not (new.truth.toarray()[:, :] * bought[new.customers]).any()
    assert repeats.truth.nnz > new.truth.nnz
    items = new.answer(Popularity().fit(shop, fold.cut))
    assert not any(
        bought[row, item]
        for row, line in zip(new.customers, items, strict=True)
        for item in line
        if item >= 0
    )


def test_rare_products_and_new_customers_are_not_asked_for():
    shop = random_shop(2, customers=40, products=30, events=80)
    fold = Fold(as_days("2024-02-20"), as_days("2024-03-20"))
    asked = question(shop, fold, "all", min_buyers=3)
    past = shop.matrix(as_of=fold.cut).toarray() > 0
    assert (past.sum(axis=0)[asked.truth.indices] >= 3).all()
    assert past[asked.customers].any(axis=1).all()


def test_item_knn_is_chosen_where_tastes_differ_and_popularity_where_they_do_not():
    models = {
        "popularity": Popularity(half_life_days=None),
        "item_knn": ItemKNN(),
        "personal": PersonalFrequency(),
    }
    table = compare(models, paired_taste_shop(), "2024-03-18", fold_days=7, folds=4)
    assert set(table.columns) == {"objective", "model", "fold", "metric", "value", "low", "high"}
    assert choose(table)["discover"] == "item_knn"
    noise = random_shop(9, customers=60, products=40, events=900)
    table = compare(models, noise, "2024-03-30", fold_days=10, folds=4)
    assert choose(table)["discover"] == "popularity"


def test_intervals_hold_the_value_and_lift_is_against_popularity():
    models = {"popularity": Popularity(), "item_knn": ItemKNN()}
    table = compare(models, random_shop(3, events=400), "2024-03-30", fold_days=10, folds=2)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    wide = table.set_index(["objective", "fold", "model", "metric"])["value"].sort_index()
    for objective, fold in {(o, f) for o, f, _, _ in wide.index}:
        own, base = (wide[objective, fold, name] for name in ("item_knn", "popularity"))
        assert own["ndcg@10.lift"] == pytest.approx(own["ndcg@10"] - base["ndcg@10"])


def test_what_happens_after_as_of_changes_no_figure():
    events = random_events(5, events=400)
    models = {"popularity": Popularity(), "item_knn": ItemKNN()}
    early, late = (
        compare(models, Interactions.from_frame(frame), "2024-03-01", fold_days=10, folds=2)
        for frame in (events[events["timestamp"] < "2024-03-01"], events)
    )
    pd.testing.assert_frame_equal(early, late)


def test_an_empty_shop_gives_an_empty_table():
    empty = Interactions.from_frame(random_events(1).iloc[:0])
    table = compare({"popularity": Popularity()}, empty, "2024-03-01")
    assert table.empty
    assert choose(table) == {}
