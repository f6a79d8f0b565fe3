import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.ascent import climb
from recommendations.algorithms.blend import coordinate_ascent
from recommendations.algorithms.evaluation import Judging, compare
from recommendations.algorithms.interactions import as_days
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.judging import Result, intervals, lift
from recommendations.algorithms.listed import Listed
from recommendations.algorithms.panel import Panel, candidates, past_questions
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.tournament import BLEND, Entrant, Terms, play
from recommendations.algorithms.user_knn import UserKNN
from tests.recommendations.algorithms.frames import random_shop

END = "2024-07-19"
SHOP = random_shop(3, customers=60, products=20, events=3000, days=200)
TERMS = Terms(folds=2, lessons=2, budget_seconds=1000)


def entrants():
    return [
        Entrant("popularity", Popularity(7), is_part=True, is_needed=True),
        Entrant("personal", PersonalFrequency(60), is_part=True, is_needed=True),
        Entrant("item cosine", Listed(ItemKNN(k=8), 8), is_part=True),
        Entrant("user phi", UserKNN(k=5), is_served=False),
    ]


def means(result):
    table = result.table[result.table["metric"] != "ndcg@10.lift"]
    return table.set_index(["objective", "model", "fold", "metric"])["value"].sort_index()


def test_figures_equal_those_of_the_plain_evaluation():
    found = means(play(entrants(), SHOP, as_days(END), TERMS))

    models = {one.name: one.model for one in entrants()}
    plain = compare(models, SHOP, END, folds=2, judging=Judging(min_buyers=5))
    plain = plain[plain["metric"] != "ndcg@10.lift"]
    plain = plain.set_index(["objective", "model", "fold", "metric"])["value"].sort_index()
    assert len(plain) > 100
    pd.testing.assert_series_equal(found[plain.index], plain, rtol=1e-9)


def test_no_fold_sees_what_came_after_it():
    whole = means(play(entrants(), SHOP, as_days(END), TERMS))
    known = SHOP.before(as_days(END) - 30)
    shifted = play(entrants(), known, as_days(END) - 30, TERMS)

    # The older fold of the whole is the newer one of the shop as it stood a month before.
    older = whole.xs(0, level="fold")
    newer = means(shifted).xs(1, level="fold")
    pd.testing.assert_series_equal(older.sort_index(), newer.sort_index(), rtol=1e-9)


def test_without_time_only_the_simple_rules_remain():
    clock = iter(range(10_000))
    terms = Terms(folds=2, lessons=1, budget_seconds=3, clock=lambda: float(next(clock)))

    result = play(entrants(), SHOP, as_days(END), terms)

    assert set(result.table["model"]) == {"popularity", "personal", BLEND}
    assert set(result.left_out) == {"item cosine", "user phi"}
    assert set(result.weights["all"]) == {"popularity", "personal"}


def test_nobody_to_judge_is_no_error():
    result = play(entrants(), SHOP.before(-np.inf), as_days(END), TERMS)

    assert result.table.empty
    assert result.weights == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_quick_climb_ends_where_the_plain_one_does(seed):
    shop = random_shop(seed, customers=40, products=15, events=900, days=120)
    models = {"popularity": Popularity(7), "personal": PersonalFrequency(30), "knn": ItemKNN(k=5)}
    end = as_days("2024-04-30")
    tables = [
        candidates(Panel.fit(models, shop, fold.cut), asked)
        for fold, asked in past_questions(shop, end, "all", 30, 2)
    ]
    start = np.array([1.0, 0.0, 0.0])

    assert climb(tables, start).tolist() == coordinate_ascent(tables, start).tolist()


def result_of(**arrays):
    ndcg = {("discover", name): [np.array(one) for one in folds] for name, folds in arrays.items()}
    return Result(pd.DataFrame(), ndcg, {})


def test_a_lift_is_clear_only_beyond_noise():
    rng = np.random.default_rng(0)
    base = [rng.uniform(0, 0.2, 400) for _fold in range(4)]
    better = [fold + rng.normal(0.02, 0.05, 400) for fold in base]
    alike = [fold + rng.normal(0.0, 0.05, 400) for fold in base]
    found = result_of(base=base, better=better, alike=alike)

    assert lift(found, "discover", "better", "base").is_clear
    assert lift(found, "discover", "better", "base").value == pytest.approx(0.02, abs=0.005)
    assert not lift(found, "discover", "alike", "base").is_clear
    assert not lift(found, "discover", "base", "better").is_clear
    assert not lift(found, "discover", "base", "base").is_clear
    assert not lift(found, "discover", "base", "unknown").is_clear


def test_bootstrap_intervals_hold_the_mean():
    columns = np.random.default_rng(1).normal([1.0, 5.0], 1.0, (500, 2))

    low, high = intervals(columns, np.random.default_rng(2))

    assert (low < columns.mean(axis=0)).all()
    assert (columns.mean(axis=0) < high).all()
    assert (high - low) == pytest.approx(2 * 1.96 / np.sqrt(500), rel=0.15)
