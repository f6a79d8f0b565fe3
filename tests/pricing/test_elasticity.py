from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pricing.algorithms.elasticity import ElasticityModel
from pricing.algorithms.panel import season
from pricing.algorithms.poisson import Design, Prior, fit_poisson, starting_coefficients
from tests.factories.pricing import simulated_panel

NONE = -1


def groups(panel, group: int = NONE) -> np.ndarray:
    return np.full(len(panel.ids), group)


def design_of(panel) -> Design:
    known = ~np.isnan(panel.units)
    years = np.arange(panel.weeks) / 52
    return Design(
        units=np.nan_to_num(panel.units),
        price=np.log(panel.price / 10),
        shared=np.column_stack([np.ones(panel.weeks), season(panel.midpoints), years]),
        weight=known.astype(float),
    )


def test_without_a_prior_each_fit_equals_statsmodels():
    design = design_of(simulated_panel(5, seed=3).panel)
    flat = Prior(np.zeros((5, 5)), np.zeros((5, 5)))
    fit = fit_poisson(
        design, flat, dispersion=np.ones(5), start=starting_coefficients(design), steps=30
    )
    for row in range(5):
        known = design.weight[row] > 0
        X = np.column_stack([design.shared, design.price[row]])[known]
        peer = sm.GLM(design.units[row][known], X, family=sm.families.Poisson()).fit(
            tol=1e-12, scale="X2"
        )
        assert fit.coef[row] == pytest.approx(peer.params, abs=1e-8)
        assert fit.dispersion[row] == pytest.approx(peer.scale, rel=1e-8)
        se = np.sqrt(np.diag(fit.covariance[row]) * fit.dispersion[row])
        assert se == pytest.approx(peer.bse, rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_true_elasticities_are_found_and_their_intervals_cover(seed):
    truth = simulated_panel(600, seed=seed)
    found = ElasticityModel().fit(truth.panel, groups(truth.panel)).elasticities_
    covered = (found.low <= truth.elasticity) & (truth.elasticity <= found.high)
    error = np.abs(found.value - truth.elasticity).mean()
    always_the_mean = np.abs(truth.elasticity.mean() - truth.elasticity).mean()
    assert 0.92 <= covered.mean() <= 0.98
    assert error < 0.85 * always_the_mean
    assert (found.value < 0).mean() > 0.995
    assert found.value.mean() == pytest.approx(truth.elasticity.mean(), abs=0.15)


def test_shrinking_beats_fitting_each_product_alone():
    truth = simulated_panel(400, weeks=30, rate=4, seed=4)
    design = design_of(truth.panel)
    flat = Prior(np.zeros((400, 5)), np.full((400, 5), 1e-3))
    alone = fit_poisson(
        design, flat, dispersion=np.ones(400), start=starting_coefficients(design), steps=20
    )
    pooled = ElasticityModel().fit(truth.panel, groups(truth.panel)).elasticities_
    error_alone = np.abs(alone.coef[:, -1] - truth.elasticity).mean()
    assert np.abs(pooled.value - truth.elasticity).mean() < 0.5 * error_alone


def test_a_price_that_never_moved_takes_the_mean_of_its_category():
    truth = simulated_panel(200, seed=5)
    panel, group = truth.panel, np.repeat([7, 8], 100)
    units = panel.units.copy()
    units[100:] *= (panel.price[100:] / 10) ** -2  # the second category answers twice as much
    price = panel.price.copy()
    price[[0, 100]] = 10.0
    found = ElasticityModel().fit(replace(panel, units=units, price=price), group).elasticities_
    assert found.own_weight[[0, 100]] == pytest.approx(0, abs=0.02)
    assert found.value[0] == pytest.approx(-2, abs=0.4)
    assert found.value[100] == pytest.approx(-4, abs=0.5)
    assert found.own_weight[1:100].mean() > 0.15


def test_more_evidence_leans_less_on_others():
    short = simulated_panel(300, weeks=26, seed=6)
    long = simulated_panel(300, weeks=104, seed=6)
    own = [
        ElasticityModel().fit(t.panel, groups(t.panel)).elasticities_.own_weight.mean()
        for t in (short, long)
    ]
    assert own[0] < own[1]


def test_expected_units_follow_price_and_season():
    truth = simulated_panel(50, seed=7)
    model = ElasticityModel().fit(truth.panel, groups(truth.panel))
    price = truth.panel.price[:, -1:]
    week = pd.DatetimeIndex([truth.panel.midpoints[-1]])
    ratio = model.predict(price * 1.1, week) / model.predict(price, week)
    assert ratio[:, 0] == pytest.approx(1.1**model.elasticities_.value)


@pytest.mark.parametrize("products", [0, 1, 2])
def test_tiny_shops_get_an_answer(products):
    panel = simulated_panel(2, seed=8).panel.take(np.arange(products))
    found = ElasticityModel().fit(panel, groups(panel)).elasticities_
    assert len(found.value) == products
    assert np.isfinite(found.value).all()
    assert np.isfinite(found.se).all()


def test_a_billion_units_and_a_product_that_sold_once_are_survived():
    panel = simulated_panel(30, seed=9).panel
    units = panel.units.copy()
    units[0] = 1e9
    units[1] = 0.0
    units[1, -1] = 1.0
    found = ElasticityModel().fit(replace(panel, units=units), groups(panel)).elasticities_
    assert np.isfinite(found.value).all()
    assert found.value[1] == pytest.approx(-2, abs=0.6)
