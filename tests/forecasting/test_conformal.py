import numpy as np

from forecasting.conformal import calibrated, calibration, conformal_factors

LEVELS = [0.5, 0.9]


def test_promises_that_cover_too_little_are_raised():
    rng = np.random.default_rng(0)
    actual = rng.poisson(50, 4000).astype(float)
    promised = np.tile([50.0, 50.0], (4000, 1))  # the second should be near 59
    factors = conformal_factors(actual, promised, LEVELS)
    bands = calibrated(promised, factors)

    assert abs((actual <= bands[:, 1]).mean() - 0.9) < 0.02
    assert 1.15 < factors[1] < 1.2


def test_rounding_up_is_allowed_for():
    rng = np.random.default_rng(1)
    actual = rng.poisson(1.0, 8000).astype(float)
    promised = np.tile([0.9, 2.4], (8000, 1)) * rng.uniform(0.8, 1.2, (8000, 1))
    factors = conformal_factors(actual, promised, LEVELS, rounded_up=True)
    whole = np.ceil(calibrated(promised, factors))

    assert abs((actual <= whole[:, 1]).mean() - 0.9) < 0.02


def test_few_outcomes_change_nothing():
    np.testing.assert_array_equal(
        conformal_factors(np.ones(10), np.ones((10, 2)), LEVELS), [1.0, 1.0]
    )


def test_calibrated_quantiles_do_not_cross_or_fall_below_zero():
    bands = calibrated(np.array([[0.0, 4.0]]), np.array([0.4, 0.05]))

    assert (bands >= 0).all()
    assert bands[0, 0] <= bands[0, 1]


def test_small_and_large_series_are_calibrated_apart():
    rng = np.random.default_rng(2)
    size = np.repeat([1.0, 10.0, 100.0], 3000)
    wrong = np.repeat([0.7, 1.0, 1.5], 3000)  # what was promised came out so many times larger
    actual = size * rng.exponential(1, 9000) * wrong
    promised = size[:, None] * -np.log(1 - np.array(LEVELS))
    found = calibration(actual, promised, size, LEVELS).apply(promised, size)

    for one in (1.0, 10.0, 100.0):
        rows = size == one
        covered = (actual[rows, None] <= found[rows]).mean(axis=0)
        np.testing.assert_allclose(covered, LEVELS, atol=0.03)
