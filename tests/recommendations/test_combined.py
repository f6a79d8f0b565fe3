"""Weighted ranks and the learned ranker: taught by the past alone, served as they were judged."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommendations import contest
from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.features import Context
from recommendations.algorithms.fusion import RankFusion, in_ranks
from recommendations.algorithms.interactions import as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.judging import Result
from recommendations.algorithms.listed import Listed
from recommendations.algorithms.panel import Candidates
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import best
from recommendations.algorithms.team import Member, Team, plain
from recommendations.algorithms.tournament import Entrant, Terms, play
from recommendations.combined import COMBINED, LEARNED, combined, merged
from recommendations.fitness import past_of
from recommendations.ranking import rank
from recommendations.refresh import widened
from tests.recommendations.algorithms.frames import random_shop

END = as_days("2024-08-28")
SHOP = random_shop(3, customers=80, products=25, events=7000, days=240)
SHOP = replace(SHOP, days=np.floor(SHOP.days))
TERMS = Terms(folds=2, lessons=2, budget_seconds=1000)
PARTS = {
    "popularity": Popularity(7),
    "personal frequency": PersonalFrequency(60),
    "item cosine": Listed(ItemKNN(k=8, half_life_days=60), 8),
}


def everybody():
    others = [Entrant("item pearson", Listed(ItemKNN("pearson", k=8), 8))]
    return [Entrant(name, model, is_part=True) for name, model in PARTS.items()] + others


def played(shop, end, terms=TERMS):
    return merged(play(combined(everybody()).entrants, shop, end, terms))


@pytest.fixture(scope="module")
def held():
    """Those who combine, and the contest as it went."""
    together = combined(everybody())
    return together, merged(play(together.entrants, SHOP, END, TERMS))


@pytest.fixture(scope="module")
def result(held):
    return held[1]


def fitting_of(held, shop=SHOP, end=END):
    fitting = contest._Fitting(everybody(), held[0], shop, date(2024, 8, 28), held[1])
    fitting.cut = end
    return fitting


def figures(result):
    table = result.table.set_index(["objective", "model", "fold", "metric"])["value"]
    return table.sort_index()


def test_both_are_judged_beside_everybody_on_the_same_customers(result):
    names = {*PARTS, "item pearson", "blend", *COMBINED}

    assert set(result.table["model"]) == names
    for objective in ("discover", "all"):
        sizes = [[len(fold) for fold in result.ndcg[objective, name]] for name in names]
        assert sizes == sizes[:1] * len(sizes)
    counts = result.table.groupby(["objective", "model"]).size().tolist()
    assert counts == counts[:1] * len(counts)


def test_neither_learns_from_what_came_later(result):
    stopped = played(SHOP.before(END - 30), END - 30, replace(TERMS, folds=1))

    older = figures(result).xs(0, level="fold")
    newer = figures(stopped).xs(0, level="fold")
    for name in COMBINED:
        pd.testing.assert_series_equal(older.xs(name, level="model"), newer.xs(name, level="model"))


def test_members_are_fitted_once_a_month(monkeypatch):
    fits = []
    fit = Popularity.fit
    monkeypatch.setattr(
        Popularity, "fit", lambda self, events, cut: (fits.append(cut), fit(self, events, cut))[1]
    )

    played(SHOP, END)

    assert sorted(fits) == sorted(set(fits))
    assert len(fits) == TERMS.folds + TERMS.lessons


@pytest.mark.parametrize("objective", ["discover", "all"])
@pytest.mark.parametrize("name", COMBINED)
def test_what_is_stored_ranks_as_what_was_judged(held, name, objective):
    winner = fitting_of(held).winner(name, objective)
    arrays = Artefact.load(winner.artefact.dump())
    model = next(one.model for one in held[0].entrants if one.name == f"{name}: {objective}")
    judged = model.fit(SHOP, END)
    if name == LEARNED:
        assert winner.recipe["fusion"] == "trees"
        assert judged.trees_ is not None

    for customer in range(0, 80, 7):
        past = past_of(SHOP, customer, END)
        seen = np.isin(np.arange(25), past.codes)
        hidden = seen if objective == "discover" else np.zeros(25, bool)
        expected = best(judged.scores(np.array([customer])), 5)
        found = rank(arrays, winner.recipe, past, hidden=hidden, places=5)
        assert [one.score for one in found] == pytest.approx(
            expected[1][0][expected[0][0] >= 0].tolist(), rel=1e-3
        )


def test_an_hour_later_the_trees_are_as_they_were(held):
    winner = fitting_of(held).winner(LEARNED, "all")
    past = past_of(SHOP, 3, END)
    ids = np.append(SHOP.product_ids, SHOP.product_ids[-1] + 1)
    wider = widened(winner.artefact, ids)

    before = rank(winner.artefact, winner.recipe, past, hidden=np.zeros(25, bool), places=9)
    after = rank(wider, winner.recipe, past, hidden=np.zeros(26, bool), places=9)

    assert [(one.code, one.reason) for one in after] == [(one.code, one.reason) for one in before]


def test_too_little_to_learn_from_is_no_error():
    thin = random_shop(1, customers=6, products=8, events=90, days=200)
    together = combined(everybody())
    end = as_days("2024-07-19")
    result = merged(play(together.entrants, thin, end, TERMS))

    winner = fitting_of((together, result), thin, end).winner(LEARNED, "discover")

    assert [part["kind"] for part in winner.recipe["parts"]] == ["popularity"]
    assert "fusion" not in winner.recipe


def test_ranks_within_a_lesson_by_hand():
    table = Candidates(
        customers=np.array([7, 9]),
        starts=np.array([0, 3, 5]),
        products=np.array([1, 4, 6, 0, 2], np.int32),
        scores=np.array([[0.5], [1.0], [0.5], [-np.inf], [0.2]], np.float32),
        taken=np.zeros(5, bool),
        relevant=np.array([1, 1]),
    )

    found = in_ranks(table, depth=2).scores[:, 0]

    assert found == pytest.approx([1 / 62, 1 / 61, 0, 0, 1 / 61])


def test_fused_ranks_by_hand():
    shop = random_shop(2)
    team = Team()
    for name, model in PARTS.items():
        Member(name, model, team).fit(shop, as_days("2024-04-01"))
    fusion = RankFusion(team, "all").fit(shop, 0.0)
    fusion.weights_ = {"popularity": 1.0, "personal frequency": 2.0, "item cosine": 0.0}
    customers = np.array([0, 5])

    found = fusion.scores(customers)

    expected = np.zeros_like(found)
    for name, weight in (("popularity", 1.0), ("personal frequency", 2.0)):
        scores = team.this_month().models[name].scores(customers)
        for row, one in enumerate(scores):
            order = [code for code in np.argsort(-one, kind="stable") if one[code] > 0]
            expected[row, order] += weight / (61 + np.arange(len(order)))
    assert found == pytest.approx(expected, rel=1e-5)


def test_one_customers_features_are_those_of_everybody():
    events = plain(SHOP)
    whole = Context.at(events, END, 30)
    products = np.arange(25)
    for customer in (0, 11, 42):
        past = past_of(SHOP, customer, END)
        alone = Context.of_one(whole.products, past.codes, past.ages + past.idle_days)

        found = alone.rows(np.zeros(25, np.int64), products)

        expected = whole.rows(np.full(25, customer), products)
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_who_combines_is_left_out_where_no_objective_had_the_time():
    columns = pd.DataFrame(columns=["objective", "model"])
    for one_left_out, expected in (((), ("slim",)), ((f"{LEARNED}: discover",), ("slim", LEARNED))):
        result = Result(columns, {}, {}, ("slim", f"{LEARNED}: all", *one_left_out))
        assert merged(result).left_out == expected
        assert merged(result).table.empty
