import numpy as np
import pandas as pd
import pytest

from forecasting import from_matrix
from forecasting.sum_blend import MeanBlend, SumBlend, shares
from forecasting.sum_features import sum_features
from forecasting.sum_history import SumHistory


def panel_of(y):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.date_range("2022-01-03", periods=y.shape[1])
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates)


def test_the_source_nearer_the_truth_gets_the_larger_share():
    rng = np.random.default_rng(0)
    outcome, unit = rng.exponential(10, 5000), np.ones(5000)
    right = np.full((5000, 1), -10 * np.log(0.1))

    assert shares(outcome, 2 * right, right, unit, [0.9])[0] > 0.8
    assert shares(outcome, right, 2 * right, unit, [0.9])[0] < 0.2


@pytest.mark.parametrize(
    ("truth", "drawn"),
    [
        pytest.param("model", 1.0, id="the model was right"),
        pytest.param("both", 0.5, id="half way"),
        pytest.param("smoothed", 0.0, id="the smoothed mean was right"),
    ],
)
def test_the_mean_goes_as_far_towards_the_model_as_it_was_right(truth, drawn):
    smoothed, learned = np.full((2, 8), 10.0), np.tile([[6.0], [14.0]], 8)
    came = {"model": learned, "both": (smoothed + learned) / 2, "smoothed": smoothed}[truth]
    held = SumHistory(smoothed, came, smoothed[:, -1], np.arange(8), span=2)
    blend = MeanBlend.judged(held, learned, overlap=2.0)

    # eight windows two deep count as four, as many as the prior's
    assert blend.share == pytest.approx((0.5 + drawn) / 2)
    assert blend.left == pytest.approx(((blend.share - drawn) / drawn) ** 2 if drawn else 1.0)
    mean, variance = blend.apply(smoothed[:, 0], learned[:, 0], np.array([21.0, 21.0]))
    np.testing.assert_allclose(mean, [10 - 4 * blend.share, 10 + 4 * blend.share])
    np.testing.assert_allclose(variance, blend.left * 21 * (mean + 0.5) / 10.5)


def test_the_total_of_a_model_is_believed_by_half():
    smoothed, learned = np.full((2, 8), 10.0), np.full((2, 8), 40.0)
    held = SumHistory(smoothed, learned, smoothed[:, -1], np.arange(8), span=1)
    blend = MeanBlend.judged(held, learned, overlap=1.0)

    mean, _ = blend.apply(smoothed[:, 0], learned[:, 0], smoothed[:, 0])
    np.testing.assert_allclose(mean, 10 + 10 * blend.share)


def test_columns_of_own_sums_are_quantiles_of_the_past_year():
    y = np.tile([0.0, 0, 0, 0, 0, 0, 7], 40)
    y[-1] = 700  # within the latest sum alone
    table = sum_features(panel_of(y), np.array([280]), np.array([[20.5]]), 21)

    median, quartile, decile, largest = table[0, 0, -5:-1]
    assert (median, quartile, decile) == (1, 1, 1)
    assert largest == pytest.approx(714 / 21)


def test_columns_at_an_origin_know_nothing_later():
    y = np.random.default_rng(1).poisson(2, (6, 300)).astype(float)
    later = y.copy()
    later[:, 200:] = 99
    origins, forecast = np.array([150, 200]), np.full((6, 2), 40.0)
    own, changed = (
        sum_features(panel_of(values[:, :length]), origins, forecast, 21)[:, :, -7:]
        for values, length in ((y, 200), (later, 300))
    )

    np.testing.assert_array_equal(own, changed)


def test_the_blend_learns_from_all_that_has_happened():
    """Demand doubled within the windows the judged model was not told of."""
    rng = np.random.default_rng(5)
    rate = np.where(np.arange(500) < 420, 2.0, 4.0)
    panel = panel_of(rng.poisson(rate, (300, 500)))
    blend = SumBlend([0.5, 0.9]).fit(panel, 14)
    mean = np.full(300, 56.0)
    found, bands = blend.predict(panel, mean, mean)

    assert found.mean() == pytest.approx(56, rel=0.1)
    assert (bands[:, 1] >= bands[:, 0]).all()
