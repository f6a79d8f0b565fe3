import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import from_matrix
from forecasting.hierarchy import Hierarchy, bottom_up, one_step_variance, reconcile, shared_error

TABLE = pd.DataFrame({"unique_id": ["a", "b", "c"], "category": ["tea", "tea", "cups"]})
SHOP = Hierarchy.of(TABLE, ["category"])


def test_totals_are_named_and_add_up():
    assert list(SHOP.totals) == [("total",), ("category", "cups"), ("category", "tea")]
    np.testing.assert_array_equal(
        bottom_up(SHOP, np.array([[1.0], [2], [4]])).totals, [[7], [4], [3]]
    )


def test_the_panel_of_totals():
    panel = from_matrix(
        np.array([[1.0, 2], [3, 4], [0, 5]]),
        ids=["a", "b", "c"],
        dates=pd.date_range("2024-01-01", periods=2),
    )

    np.testing.assert_array_equal(SHOP.totals_panel(panel).y, [[4, 11], [np.nan, 5], [4, 6]])


def test_two_products_and_a_sure_total_by_hand():
    # products say 4 + 4, the total is certain of 10; product b is three times as uncertain
    pair = Hierarchy.of(TABLE.iloc[:2], [])
    found = reconcile(
        pair,
        products=np.array([[4.0], [4.0]]),
        totals=np.array([[10.0]]),
        product_variance=np.array([1.0, 3.0]),
        total_variance=np.array([0.0]),
    )

    np.testing.assert_allclose(found.products, [[4.5], [5.5]])
    np.testing.assert_allclose(found.totals, [[10.0]])


@given(
    st.lists(st.floats(0, 100), min_size=3, max_size=3),
    st.lists(st.floats(0, 300), min_size=3, max_size=3),
)
def test_reconciled_forecasts_add_up_and_are_never_negative(products, totals):
    found = reconcile(
        SHOP,
        products=np.array(products)[:, None],
        totals=np.array(totals)[:, None],
        product_variance=np.ones(3),
        total_variance=np.array([2.0, 1.0, 0.5]),
    )

    assert (found.products >= 0).all()
    np.testing.assert_allclose(found.totals, SHOP.membership @ found.products)


def test_variance_of_past_errors():
    panel = from_matrix(
        np.array([[9.0, 1, 4]]), ids=["a"], dates=pd.date_range("2024-01-01", periods=3)
    )

    np.testing.assert_allclose(one_step_variance(panel, np.array([[2.0, 2.0]])), [(1 + 4) / 2])


def test_errors_that_products_share_are_seen_in_their_sums():
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"unique_id": range(40), "category": ["a"] * 20 + ["b"] * 20})
    shop = Hierarchy.of(table, ["category"])
    dates = pd.date_range("2024-01-01", periods=100)
    own, common = rng.normal(0, 1, (40, 100)), rng.normal(0, 1, 100)
    alone = from_matrix(50 + own, ids=range(40), dates=dates)
    together = from_matrix(50 + own + common, ids=range(40), dates=dates)
    fitted = np.full((40, 100), 50.0)

    assert shared_error(shop, alone, fitted) < 1e-4
    assert shared_error(shop, together, fitted) == pytest.approx(common.var() / 50**2, rel=0.3)


def test_what_products_miss_together_is_mended_in_proportion_to_their_size():
    pair = Hierarchy.of(TABLE.iloc[:2], [])
    found = reconcile(
        pair,
        products=np.array([[30.0], [10.0]]),
        totals=np.array([[44.0]]),
        product_variance=np.array([1e-6, 1e-6]),
        total_variance=np.array([0.0]),
        shared=0.1,
    )

    np.testing.assert_allclose(found.products, [[33], [11]], rtol=1e-4)
