"""Classes that do not flip at their borders."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import from_matrix
from forecasting.demand_classes import demand_classes
from inventory.algorithms.classes import abc_classes, abc_of, classes_of
from inventory.algorithms.outlook import Choice, outlook
from inventory.algorithms.steady_classes import LEEWAY, steady_classes, steady_demand_classes

SHOP = np.array([50.0, 20, 10, 6, 5, 4, 3, 2])  # A: 50 20 10, B: 6 5 4, C: 3 2
NONE = np.full(8, "", dtype="<U2")


def kept(turnover, before, *, spread=0.4):
    mean = np.full(len(turnover), 10.0)
    return steady_classes(turnover, mean, (spread * mean) ** 2, np.asarray(before, dtype="<U2"))


def test_without_a_night_before_classes_are_the_usual_ones():
    mean, variance = np.full(8, 10.0), np.full(8, 16.0)
    assert list(steady_classes(SHOP, mean, variance, NONE)) == list(
        classes_of(SHOP, mean, variance)
    )


@pytest.mark.parametrize(
    ("turnover", "expected"),
    [
        pytest.param(10.0, "AX", id="where it was"),
        pytest.param(5.5, "AX", id="a little below the border: it stays"),
        pytest.param(4.0, "BX", id="clearly below"),
        pytest.param(1.0, "CX", id="two classes down at once"),
    ],
)
def test_a_product_leaves_its_class_only_past_the_border_by_a_fifth(turnover, expected):
    now = SHOP.copy()
    now[2] = turnover
    before = kept(SHOP, NONE)
    assert before[2] == "AX"
    assert kept(now, before)[2] == expected


@pytest.mark.parametrize(("spread", "expected"), [(0.55, "X"), (0.59, "X"), (0.61, "Y"), (2, "Z")])
def test_steadiness_too_has_to_be_past_its_border(spread, expected):
    assert {name[1] for name in kept(SHOP, kept(SHOP, NONE), spread=spread)} == {expected}


def test_a_figure_that_swings_around_a_border_changes_its_class_once():
    draw = np.random.default_rng(4)
    before, free, steady = NONE, [], []
    for _night in range(60):
        spread = 0.5 * np.exp(draw.normal(0, 0.06))
        free.append(str(kept(SHOP, NONE, spread=spread)[0]))
        before = kept(SHOP, before, spread=spread)
        steady.append(str(before[0]))
    changes = [sum(a != b for a, b in itertools.pairwise(x)) for x in (free, steady)]
    assert changes[0] > 15
    assert changes[1] <= 1


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=30))
def test_the_class_of_the_same_turnover_is_the_class(turnover):
    worth = np.unique(np.array(turnover))  # products alike share a border
    if worth.sum() < 1e-3:
        return
    assert list(abc_of(worth, worth)) == list(abc_classes(worth))


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e12)), min_size=1),
    st.integers(0, 2**32 - 1),
)
def test_the_same_figures_again_change_no_class(figures, seed):
    turnover, mean, variance = (np.array(column) for column in zip(*figures, strict=True))
    names = [a + b for a in "ABC" for b in "XYZ"] + [""]
    before = np.random.default_rng(seed).choice(np.array(names, dtype="<U2"), len(mean))
    once = steady_classes(turnover, mean, variance, before)
    assert list(steady_classes(turnover, mean, variance, once)) == list(once)
    assert set(once) <= set(names[:-1])


def selling(days_between):
    row = np.zeros(240)
    row[::days_between] = 3.0
    return row


def test_a_product_keeps_its_class_of_demand_near_the_limits():
    table = pd.DataFrame(
        {
            "unique_id": [1, 2, 3, 4, 5, 6],
            "demand_class": ["intermittent", "intermittent", "erratic", "smooth", "none", "lumpy"],
            "adi": [1.4, 1.32 * LEEWAY, 1.0, 1.2, np.inf, 2.0],
            "cv2": [0.1, 0.1, 0.5, 0.45, 0.0, 0.5],
        }
    )
    before = pd.Series({1: "smooth", 2: "smooth", 3: "smooth", 4: "lumpy", 5: "smooth", 6: "none"})
    assert steady_demand_classes(table, before).tolist() == [
        "smooth",
        "intermittent",
        "smooth",
        "lumpy",
        "none",
        "lumpy",
    ]


def test_the_method_of_a_class_follows_the_class_that_is_kept():
    y = np.stack([np.resize([3.0, 3, 3, 0], 240), selling(3)])
    panel = from_matrix(y, ids=[7, 8], dates=pd.date_range("2024-01-01", periods=240), freq="D")
    assert demand_classes(panel)["demand_class"].tolist() == ["intermittent", "intermittent"]
    choice = Choice(by_class={"smooth": "naive"}, before=pd.Series({7: "smooth", 8: "smooth"}))
    found = outlook(panel, 14, choice)
    assert found.demand_class.tolist() == ["smooth", "intermittent"]
    assert found.method.tolist() == ["naive", "ensemble"]
