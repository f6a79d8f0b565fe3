import numpy as np
import pandas as pd
import pytest

from forecasting import from_matrix
from forecasting.newcomers import Traits
from inventory.algorithms.coherence import coherent, hierarchy_of
from inventory.algorithms.demand_sums import demand_sums
from inventory.algorithms.outlook import Choice, choice_of, outlook

DAYS = 300
WEEK = np.array([1.0, 1, 1, 1, 2, 3, 2])


def shop(products=12, seed=1):
    rng = np.random.default_rng(seed)
    shape = np.resize(WEEK, DAYS) * (1 + 0.5 * np.sin(np.arange(DAYS) / 40))
    y = rng.poisson(2 * shape, (products, DAYS)).astype(float)
    return y, pd.date_range("2024-01-01", periods=DAYS)


def panel_of(y, dates):
    return from_matrix(y, ids=pd.Index(range(len(y))), dates=dates)


def traits_of(panel, launched=()):
    table = pd.DataFrame(
        {"category_id": 1, "price": 10.0, "is_launch": [pk in launched for pk in panel.ids]},
        index=panel.ids,
    )
    return Traits(table, kinds=["category_id"], amounts=["price"])


def test_a_dead_product_is_expected_to_sell_nothing():
    y, dates = shop()
    y[3, -150:] = 0
    found = outlook(panel_of(y, dates), 14, Choice())
    assert found.standing[3] == "dead"
    assert found.mean[3].tolist() == [0] * 14
    assert (found.standing.drop(3) == "seasoned").all()
    assert (found.mean[0] > 0).all()


def test_a_newcomer_is_expected_to_sell_like_its_likes():
    y, dates = shop()
    y[5, :-4] = 0
    y[6] = 0
    panel = panel_of(y, dates)
    found = outlook(panel, 14, Choice(), traits=traits_of(panel, launched=[6]))
    assert found.standing[[5, 6]].tolist() == ["new", "new"]
    others = found.mean[[0, 1, 2, 3]].mean()
    assert 0.5 * others < found.mean[6].mean() < 2 * others
    assert found.doubt[6] > found.doubt[5] > 0


def test_what_never_sold_and_was_not_launched_lately_is_no_newcomer():
    y, dates = shop()
    y[6] = 0
    panel = panel_of(y, dates)
    found = outlook(panel, 14, Choice(), traits=traits_of(panel))
    assert found.standing[6] == "dead"
    assert found.mean[6].sum() == 0


def tried(gain, classes):
    rng = np.random.default_rng(0)
    ids = list(range(len(classes)))
    base = rng.gamma(20, 0.05, len(ids))
    rival = np.where(np.array(classes) == "lumpy", base * (1 - gain), base * 1.2)
    parts = [
        pd.DataFrame({"unique_id": ids, "method": name, "rmsse": error})
        for name, error in (("ensemble", base), ("naive", rival))
    ]
    table = pd.concat(parts)
    means = table.groupby("method", as_index=False)["rmsse"].mean()
    scores = means.rename(columns={"rmsse": "value"}).assign(score="rmsse")
    return scores, table, pd.DataFrame({"unique_id": ids, "demand_class": classes})


def test_a_class_gets_another_method_only_past_the_margin():
    classes = ["lumpy"] * 30 + ["smooth"] * 90
    won = choice_of(*tried(0.1, classes))
    assert (won.shop, won.by_class) == ("ensemble", {"lumpy": "naive"})
    assert won.of(pd.Series(["lumpy", "smooth"])).tolist() == ["naive", "ensemble"]
    assert choice_of(*tried(0.01, classes)).by_class == {}


def test_the_shop_gets_another_method_only_past_the_margin():
    assert choice_of(*tried(0.1, ["lumpy"] * 40)).shop == "naive"
    assert choice_of(*tried(0.01, ["lumpy"] * 40)).shop == "ensemble"


def test_products_categories_and_shop_add_up():
    y, dates = shop(products=6)
    panel = panel_of(y, dates)
    paths = {0: [2, 1], 1: [2, 1], 2: [3, 1], 3: [3, 1], 4: [], 5: [9]}
    hierarchy = hierarchy_of(panel.ids, paths)
    assert hierarchy.totals.tolist() == [0, 1, 2, 3, 9]
    mean = outlook(panel, 14, Choice()).mean
    again = lambda past, horizon: outlook(past, horizon, Choice()).mean  # noqa: E731
    found = coherent(panel, mean, hierarchy, again).forecast
    products, totals = found.products, found.totals
    np.testing.assert_allclose(totals[0], products.sum(axis=0))
    np.testing.assert_allclose(totals[1], totals[2] + totals[3])
    np.testing.assert_allclose(totals[4], products[5])
    assert (products >= 0).all()


def test_totals_that_know_the_calendar_move_the_products():
    rng = np.random.default_rng(3)
    dates = pd.date_range("2022-01-01", periods=690)  # the last four weeks hold a first
    lift = np.where(dates.day <= 3, 6.0, 1.0)
    y = rng.poisson(0.4 * lift, (60, 690)).astype(float)
    panel = panel_of(y, dates)
    level = Choice("moving_average_28")  # it knows no calendar
    mean = outlook(panel, 31, level).mean
    again = lambda past, horizon: outlook(past, horizon, level).mean  # noqa: E731
    found = coherent(panel, mean, hierarchy_of(panel.ids, {pk: [] for pk in panel.ids}), again)
    assert found.from_totals
    first = panel.future_dates(31).day <= 3
    before, after = mean.sum(axis=0), found.forecast.totals[0]
    np.testing.assert_allclose(before, before[0])
    assert after[first].min() > after[~first].max()


def test_with_a_short_past_the_products_are_added_up():
    y, dates = shop(products=3)
    panel = panel_of(y[:, :70], dates[:70])
    mean = np.ones((3, 7))
    found = coherent(panel, mean, hierarchy_of(panel.ids, {0: [], 1: [], 2: []}), None)
    assert not found.from_totals
    assert found.forecast.totals.tolist() == [[3.0] * 7]


def sums_of(panel, expected, daily, days=21, *, is_learned=True):
    return demand_sums(
        panel,
        pd.Series(days, index=panel.ids),
        expected=expected,
        daily=daily,
        lead_variance=pd.Series(0.0, index=panel.ids),
        is_learned=is_learned,
    )


@pytest.mark.parametrize("is_learned", [False, True])
def test_sums_move_as_the_days_were_moved(is_learned):
    y, dates = shop()
    panel = panel_of(y, dates)
    expected = outlook(panel, 56, Choice())
    still, twice = (
        sums_of(panel, expected, expected.mean * factor, is_learned=is_learned) for factor in (1, 2)
    )
    np.testing.assert_allclose(twice.mean, 2 * still.mean)
    np.testing.assert_allclose(twice.variance, 4 * still.variance)
    np.testing.assert_allclose(twice.bands, 2 * still.bands)


def test_a_chosen_method_centres_its_sums():
    y, dates = shop()
    panel = panel_of(y, dates)
    expected = outlook(panel, 56, Choice("naive"))
    found = sums_of(panel, expected, expected.mean)
    np.testing.assert_allclose(found.mean, expected.mean[:, :21].sum(axis=1))


def test_a_newcomer_has_a_wide_sum_and_a_dead_product_none():
    y, dates = shop()
    y[3, -150:] = 0
    y[6] = 0
    panel = panel_of(y, dates)
    expected = outlook(panel, 56, Choice(), traits=traits_of(panel, launched=[6]))
    found = sums_of(panel, expected, expected.mean)
    relative = np.sqrt(found.variance) / np.maximum(found.mean, 1e-9)
    assert relative[6] > 1.2 * relative[[0, 1, 2]].max()
    assert found.bands[6, 0] < found.mean[6] < found.bands[6, 2]
    assert (found.mean[3], found.variance[3]) == (0, 0)


def test_sums_beyond_the_horizon_are_carried_on():
    y, dates = shop()
    panel = panel_of(y, dates)
    expected = outlook(panel, 56, Choice("naive"))
    found = sums_of(panel, expected, expected.mean, days=112)
    np.testing.assert_allclose(found.mean, 2 * expected.mean.sum(axis=1))
