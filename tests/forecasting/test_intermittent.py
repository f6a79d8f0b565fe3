import numpy as np
import pandas as pd
import pytest

from forecasting import METHODS, from_matrix
from forecasting.intermittent import adida, croston, croston_sba, imapa, tsb


def panel_of(y, freq="W"):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.period_range("2020-01-06", periods=y.shape[1], freq=freq).to_timestamp()
    return from_matrix(y, ids=list(range(len(y))), dates=dates, freq=freq)


def test_croston_by_hand():
    # sales of 4, 2, 6 at intervals 1, 2, 3; with α = .5: size 4 → 3 → 4.5, interval 1 → 1.5 → 2.25
    level = croston(panel_of([4, 0, 2, 0, 0, 6, 0]), 2, alpha=0.5)

    np.testing.assert_allclose(level, [[2.0, 2.0]])
    np.testing.assert_allclose(croston_sba(panel_of([4, 0, 2, 0, 0, 6, 0]), 1, alpha=0.5), [[1.5]])


def test_tsb_by_hand():
    # rate .5: probability 1 → .5 → .75 → .375, size 4 → 4 → 3 → 3
    np.testing.assert_allclose(tsb(panel_of([4, 0, 2, 0]), 1, rate=0.5), [[0.375 * 3]])


def test_aggregation_by_the_mean_interval():
    # a sale every second week: buckets of two hold 6 each
    every_other = panel_of([6, 0] * 10)

    np.testing.assert_allclose(adida(every_other, 1), [[3.0]])
    assert imapa(every_other, 1)[0, 0] == pytest.approx(3.0, abs=0.7)


def test_a_product_that_stopped_selling_fades_under_tsb_but_not_under_croston():
    stopped = panel_of([5] * 20 + [0] * 30)

    assert tsb(stopped, 1)[0, 0] < 0.01
    assert croston(stopped, 1)[0, 0] == pytest.approx(5.0)


def test_theta_follows_half_the_trend():
    path = METHODS["theta"](panel_of(np.arange(1.0, 101.0)), 11)[0]

    assert path[0] == pytest.approx(100.5, abs=0.2)
    assert path[10] - path[0] == pytest.approx(5.0)
