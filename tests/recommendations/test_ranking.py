"""Serving scores as training judged: the same products in the same order."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations import contest
from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.blend import WeightedBlend
from recommendations.algorithms.content import ContentBased
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.graph import RP3Beta
from recommendations.algorithms.ials import IALS
from recommendations.algorithms.interactions import as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.listed import Listed
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import best
from recommendations.algorithms.session import LastVisits
from recommendations.algorithms.slim import SLIM
from recommendations.fitness import past_of
from recommendations.ranking import rank, visit
from tests.factories.recommendations import NEIGHBOURS, PERSONAL
from tests.recommendations.algorithms.frames import random_shop

AS_OF = "2024-04-01"


def served(shop, customer, arrays, recipe):
    hidden = np.zeros(len(arrays.product_ids), bool)
    return rank(arrays, recipe, past_of(shop, customer, as_days(AS_OF)), hidden=hidden, places=5)


@given(seed=st.integers(0, 10_000))
def test_neighbours_rank_as_the_judged_model(seed):
    shop = random_shop(seed)
    model = ItemKNN(k=4, half_life_days=60).fit(shop, AS_OF)
    arrays = Artefact(shop.product_ids, *model.neighbours_, np.zeros(shop.shape[1], np.float32))
    customer = int(shop.customers[0])
    newest = past_of(shop, customer, as_days(AS_OF))
    age = as_days(AS_OF) - shop.days[shop.customers == customer].max()

    expected = best(model.scores(np.array([customer])), 5)
    found = served(shop, customer, arrays, NEIGHBOURS)

    scale = 2 ** (age / 60)
    assert [one.score for one in found] == pytest.approx(
        (expected[1][0][expected[0][0] >= 0] * scale).tolist(), rel=1e-4
    )
    for one in found:
        sources, lists = arrays.ids[newest.codes], arrays.similarities[newest.codes]
        gains = np.where(sources == one.code, lists * np.exp2(-newest.ages / 60)[:, None], 0)
        by_source = np.bincount(newest.codes, gains.sum(axis=1))
        assert by_source[one.reason] == pytest.approx(by_source.max())


@given(seed=st.integers(0, 10_000))
def test_own_purchases_rank_as_the_judged_model(seed):
    shop = random_shop(seed)
    model = PersonalFrequency(half_life_days=180).fit(shop, AS_OF)
    none = np.zeros((shop.shape[1], 0))
    liked = np.asarray(model.history_.sum(axis=0), np.float32)
    arrays = Artefact(shop.product_ids, none.astype(np.int32), none.astype(np.float32), liked)
    customer = int(shop.customers[0])
    bought = np.unique(shop.products[shop.customers == customer])

    expected = best(model.scores(np.array([customer])), 5)[0][0].tolist()
    found = served(shop, customer, arrays, PERSONAL)

    assert [one.code for one in found if one.code in bought] == [
        code for code in expected if code in bought
    ]
    assert {one.kind for one in found if one.code in bought} == {"personal"}
    assert all(one.kind == "popularity" for one in found if one.code not in bought)


def team(products):
    """Every kind of model that serving knows."""
    return {
        "popularity": Popularity(half_life_days=7),
        "personal frequency": PersonalFrequency(half_life_days=180),
        "item cosine": Listed(ItemKNN(k=8, window_days=60, half_life_days=60), 8),
        "ease": Listed(EASE(20, None, 60), 6),
        "slim": Listed(SLIM(l1=0.5, l2=10, half_life_days=30), 6),
        "rp3beta": Listed(RP3Beta(half_life_days=60), 6),
        "content": Listed(ContentBased(products), 5),
        "last visits": LastVisits(6),
        "ials": IALS(factors=3, sweeps=2, half_life_days=60),
    }


def catalogue(shop):
    ids = shop.product_ids
    return pd.DataFrame(
        {
            "product_id": ids,
            "title": [f"thing {n % 3}" for n in range(len(ids))],
            "category": [["a"] if n % 2 else ["a", "b"] for n in range(len(ids))],
            "brand": [n % 3 for n in range(len(ids))],
            "price": np.arange(len(ids)) + 1.0,
        }
    )


def as_stored(name, fitted, shop):
    """Through bytes, as the database gives it back."""
    popularity = Popularity().fit(shop, AS_OF).popularity_
    winner = contest.stored(name, fitted, popularity, shop)
    recipe = json.loads(json.dumps(winner.recipe))
    return Artefact.load(winner.artefact.dump()), recipe


@pytest.mark.parametrize("name", list(team(catalogue(random_shop(1)))))
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_each_stored_model_scores_as_the_judged_one(name, seed):
    shop = random_shop(seed)
    model = team(catalogue(shop))[name].fit(shop, as_days(AS_OF))
    arrays, recipe = as_stored(name, {name: (model, 1.0)}, shop)
    customer = int(shop.customers[0])
    past = past_of(shop, customer, as_days(AS_OF))
    hidden = np.zeros(shop.shape[1], bool)

    expected = model.scores(np.array([customer]))[0]
    found = rank(arrays, recipe, past, hidden=hidden, places=shop.shape[1])

    scored = {one.code: one.score for one in found}
    assert set(scored) == set(np.flatnonzero(expected > 0).tolist())
    # Where only the order counts, ages count from the newest act: one factor for all scores.
    factors = [scored[code] / expected[code] for code in scored]
    assert factors == pytest.approx(factors[:1] * len(factors), rel=1e-3)
    if name in ("ials", "personal frequency", "popularity"):
        assert factors == pytest.approx([1.0] * len(factors), rel=1e-3)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20)
def test_a_stored_blend_ranks_as_the_judged_model(seed):
    shop = random_shop(seed)
    models = team(catalogue(shop))
    rng = np.random.default_rng(seed)
    weights = {name: float(rng.uniform(0.1, 1)) for name in models}
    blend = WeightedBlend(models, weights=weights).fit(shop, as_days(AS_OF))
    fitted = {name: (blend.panel_.models[name], weights[name]) for name in models}
    arrays, recipe = as_stored("blend", fitted, shop)
    customer = int(shop.customers[0])
    past = past_of(shop, customer, as_days(AS_OF))
    hidden = np.isin(np.arange(shop.shape[1]), past.codes)

    expected = best(blend.scores(np.array([customer])), 5)
    found = rank(arrays, recipe, past, hidden=hidden, places=5)

    assert [one.score for one in found] == pytest.approx(
        expected[1][0][expected[0][0] >= 0].tolist(), rel=1e-3
    )


def test_parts_are_evened_out_before_they_are_weighed():
    ids = np.array([[1], [0], [-1]], np.int32)
    arrays = Artefact(
        np.array([10, 20, 30]),
        ids,
        np.array([[0.5], [0.5], [0]], np.float32),
        np.array([4, 1, 8], np.float32),
    )
    recipe = {
        "parts": [
            {"kind": "neighbours", "weight": 1.0, "half_life_days": None},
            {"kind": "popularity", "weight": 0.6},
        ]
    }

    found = rank(arrays, recipe, visit([0]), hidden=np.zeros(3, bool), places=3)

    assert [(one.code, one.kind, one.reason) for one in found] == [
        (1, "neighbours", 0),
        (2, "popularity", -1),
        (0, "popularity", -1),
    ]
    assert [one.score for one in found] == pytest.approx([1 + 0.6 / 8, 0.6, 0.3])


def test_only_the_last_twenty_of_a_visit_count():
    assert visit(range(30)).codes.tolist() == list(range(29, 9, -1))
    assert visit([]).weights.tolist() == []
