import numpy as np
import pytest

from pricing.algorithms.elasticity import ElasticityModel
from pricing.algorithms.holdout import (
    ANCHORED,
    MODEL,
    NAIVE,
    PRICED,
    expected_units,
    held_back_scores,
    recent_level,
)
from pricing.algorithms.panel import WeeklyPanel
from tests.factories.pricing import simulated_panel


def steady_panel(products: int = 40, weeks: int = 60, units: float = 8.0) -> WeeklyPanel:
    midpoints = simulated_panel(1, weeks=weeks).panel.midpoints
    shape = (products, weeks)
    return WeeklyPanel(np.arange(products), np.full(shape, units), np.full(shape, 10.0), midpoints)


def test_the_recent_level_is_the_mean_of_eight_known_weeks():
    panel = steady_panel(1, 10)
    panel.units[0] = [np.nan] * 4 + [1, 2, 3, 4, 5, 9]
    assert recent_level(panel).tolist() == [4.0]


def test_naive_error_by_hand():
    panel = steady_panel(2)
    panel.units[:, -4:] = [[6, 8, 8, 10], [8, 8, 8, 24]]
    scores = {score.method: score for score in held_back_scores(panel, np.array([-1, -1]))}
    assert scores[NAIVE].wape == pytest.approx((4 + 16) / 80)
    assert scores[NAIVE].products == 2
    assert set(scores) == {MODEL, ANCHORED, PRICED, NAIVE}


def test_the_demand_model_wins_where_prices_move_demand():
    panel = simulated_panel(300, rate=40, seed=11).panel
    units, price = panel.units.copy(), panel.price.copy()
    price[:, -4:] *= 0.8
    units[:, -4:] *= 0.8**-2.0
    moved = WeeklyPanel(panel.ids, units, price, panel.midpoints)
    scores = {s.method: s for s in held_back_scores(moved, np.full(300, -1))}
    assert scores[MODEL].high < scores[NAIVE].low
    assert scores[ANCHORED].high < scores[NAIVE].low
    assert scores[PRICED].wape < scores[NAIVE].wape


def test_nothing_is_scored_without_a_past():
    assert held_back_scores(steady_panel(3, 9), np.full(3, -1)) == []
    assert held_back_scores(steady_panel(0), np.full(0, -1)) == []


def test_steady_demand_is_expected_to_stay():
    panel = steady_panel()
    model = ElasticityModel().fit(panel, np.full(40, -1))
    ways = expected_units(model, panel, panel.price[:, -4:], panel.midpoints[-4:])
    for units in ways.values():
        assert units == pytest.approx(8.0, rel=0.1)
