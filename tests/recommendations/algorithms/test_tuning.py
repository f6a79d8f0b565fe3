import itertools

from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.tuning import Search, tune
from tests.recommendations.algorithms.frames import random_shop
from tests.recommendations.algorithms.test_interactions import shop


def seasons():
    """A product that everyone buys each week changes every fortnight."""
    rows = []
    for week in range(12):
        name = f"p{week // 2}"
        rows += [(f"c{c}", name, f"2024-01-{1 + c % 3:02d}", 1) for c in range(8) if week < 2]
        day = 1 + 7 * week
        stamp = f"2024-{1 + day // 31:02d}-{1 + day % 28:02d}"
        rows += [(f"c{c}", name, stamp, 1) for c in range(8)]
    return shop(rows)


def test_a_short_half_life_is_found_where_taste_moves_fast():
    search = Search(grid={"half_life_days": (None, 7)}, objective="all", horizon_days=10, folds=3)
    found = tune(Popularity(None), seasons(), "2024-03-20", search)
    assert found.parameters == {"half_life_days": 7}
    assert found.complete
    assert found.value == max(value for _, value in found.trials)


def test_the_budget_ends_the_search_with_the_best_so_far():
    ticks = itertools.count(step=10)
    search = Search(budget_seconds=25, clock=lambda: next(ticks), horizon_days=10)
    found = tune(ItemKNN(), random_shop(1, events=400), "2024-03-30", search)
    assert not found.complete
    assert 1 <= len(found.trials) <= 4


def test_parameters_that_a_model_does_not_have_are_left_alone():
    search = Search(grid={"history_cap": (5, 10), "half_life_days": (7,)}, horizon_days=10)
    found = tune(Popularity(30), random_shop(1, events=400), "2024-03-30", search)
    assert found.parameters == {"half_life_days": 7}


def test_a_shop_without_past_keeps_the_first_setting():
    found = tune(Popularity(30), random_shop(1, events=0), "2024-03-30", Search())
    assert found.parameters == {"window_days": 60, "half_life_days": 60}
    assert len(found.trials) == 1


def test_a_trial_that_is_cut_off_does_not_count():
    ticks = itertools.count(step=10)
    search = Search(budget_seconds=35, clock=lambda: next(ticks), horizon_days=10, folds=2)

    found = tune(ItemKNN(), random_shop(1, events=400), "2024-03-30", search)

    assert len(found.trials) == 1
    assert found.parameters == found.trials[0][0]


def test_without_a_second_the_first_setting_stays():
    search = Search(budget_seconds=0, horizon_days=10)

    found = tune(ItemKNN(), random_shop(1, events=400), "2024-03-30", search)

    assert found.parameters == {"window_days": 60, "half_life_days": 60, "history_cap": None}
    assert (found.trials, found.complete) == ((), False)
