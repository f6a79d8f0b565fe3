import numpy as np
import pytest

from forecasting.year_ago import YearAgo


def shop(years, autumns):
    """A daily shop that sells ``autumns[k]`` times as much in the last twelve weeks of year k."""
    parts = [np.where(np.arange(364) < 280, 1.0, lift) for lift in autumns]
    return np.concatenate(parts)[: int(years * 364)]


def test_a_move_that_came_back_is_expected_again():
    total = shop(2 + 280 / 364, [2.0, 2.0, 2.0])
    year_ago = YearAgo(total, "D")

    assert year_ago.belief(len(total), 28) > 0.9
    assert year_ago.expected(np.array([len(total)]), 28)[0] == pytest.approx(np.log(2), rel=0.1)


def test_a_move_that_did_not_come_back_is_believed_less():
    total = shop(2 + 280 / 364, [2.0, 1.0, 1.0])

    assert YearAgo(total, "D").belief(len(total), 28) < 0.4


def test_without_last_year_nothing_is_expected():
    assert np.isnan(YearAgo(np.ones(300), "D").expected(np.array([300]), 28)).all()
    assert np.isnan(YearAgo(np.zeros(800), "D").expected(np.array([800]), 28)).all()


def test_belief_knows_nothing_after_its_origin():
    total = np.random.default_rng(0).poisson(50, 900).astype(float)
    changed = np.concatenate([total[:700], 9 * total[700:]])

    assert YearAgo(changed, "D").belief(700, 28) == YearAgo(total, "D").belief(700, 28)
    assert YearAgo(changed, "D").belief(800, 28) != YearAgo(total, "D").belief(800, 28)
