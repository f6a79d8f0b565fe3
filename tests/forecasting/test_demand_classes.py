import numpy as np
import pandas as pd

from forecasting import from_matrix
from forecasting.demand_classes import demand_classes


def panel_of(rows):
    y = np.array(rows, dtype=float)
    dates = pd.date_range("2024-01-01", periods=y.shape[1])
    return from_matrix(y, ids=[f"p{i}" for i in range(len(y))], dates=dates)


def test_classes_by_interval_and_size():
    smooth, intermittent = [3] * 240, [3, 0] * 120
    erratic, lumpy = [1, 9, 1, 1] * 60, [1, 0, 9, 0] * 60
    table = demand_classes(panel_of([smooth, intermittent, erratic, lumpy, [0] * 240]))

    assert list(table["demand_class"]) == ["smooth", "intermittent", "erratic", "lumpy", "none"]
    assert table.loc[1, "adi"] == 2.0
    assert table.loc[2, "cv2"] == 12 / 9  # sizes 1, 9, 1, 1: mean 3, variance 12


def test_a_product_is_dead_when_its_silence_is_no_chance():
    fast = [1] * 140 + [0] * 100
    slow = ([1] + [0] * 59) * 4
    quiet_slow = ([1] + [0] * 39) * 4 + [0] * 80
    table = demand_classes(panel_of([fast, slow, quiet_slow, [0] * 240]))

    # four sales in 121 days: 119 silent ones have a chance of (1 - 4/121)^119 = 1.8 %
    assert list(table["is_dead"]) == [True, False, False, True]


def test_a_product_of_eight_weeks_is_new():
    table = demand_classes(panel_of([[0] * 184 + [1] * 56, [0] * 183 + [1] * 57]))

    assert list(table["is_new"]) == [True, False]
