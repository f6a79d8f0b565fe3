import numpy as np
import pandas as pd

from forecasting import from_matrix
from forecasting.smoothing import LEVEL_ALPHAS, RATES, smooth

RNG = np.random.default_rng(7)


def flat_panel(y):
    """Weekly demand has no seasonal profile, so the states can be followed by hand."""
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.period_range("2020-01-06", periods=y.shape[1], freq="W").to_timestamp()
    return from_matrix(y, ids=list(range(len(y))), dates=dates, freq="W")


def ses_by_hand(y, warm_up=8):
    best = None
    for alpha in LEVEL_ALPHAS:
        level, error = y[:warm_up].mean(), 0.0
        for value in y[warm_up:]:
            error += (value - level) ** 2
            level += alpha * (value - level)
        if best is None or error < best[0]:
            best = (error, level)
    return best[1]


def tsb_by_hand(y, warm_up=13):
    best = None
    for beta in RATES:
        for alpha in RATES:
            first = y[:warm_up]
            p, d, error = (first > 0).mean(), first[first > 0].mean(), 0.0
            for value in y[warm_up:]:
                error += (value - p * d) ** 2
                p += beta * ((value > 0) - p)
                d += alpha * (value - d) * (value > 0)
            if best is None or error < best[0]:
                best = (error, p * d)
    return best[1]


def test_levels_equal_a_plain_loop():
    y = RNG.poisson(1.2, 80).astype(float)
    y[0] = 2
    level = smooth(flat_panel(y)).level[0, 0]

    np.testing.assert_allclose(level[0], ses_by_hand(y))
    np.testing.assert_allclose(level[1], tsb_by_hand(y))
    np.testing.assert_allclose(level[3:], [y[-8:].mean(), y[-26:].mean()])


def test_a_rising_series_is_damped_upwards():
    paths = smooth(flat_panel(np.arange(1.0, 80.0))).paths(10)[0]

    assert paths[2, -1] > paths[2, 0] > 75
    assert paths[2, -1] < 79 + 10


def test_states_at_an_earlier_origin_are_those_of_the_shorter_panel():
    panel = flat_panel(RNG.poisson(2, (5, 60)) + np.eye(5, 60))
    both = smooth(panel, np.array([40, 60]))

    np.testing.assert_allclose(both.level[:, 0], smooth(panel.until(40)).level[:, 0])
    np.testing.assert_allclose(both.slope[:, 0], smooth(panel.until(40)).slope[:, 0])


def test_unknown_periods_are_stepped_over():
    y = RNG.poisson(3, 60) + 1.0
    gap = np.concatenate([y[:30], [np.nan] * 5, y[30:]])

    states, expected = smooth(flat_panel(gap)), smooth(flat_panel(y))
    np.testing.assert_allclose(states.level[0, 0, :3], expected.level[0, 0, :3])
