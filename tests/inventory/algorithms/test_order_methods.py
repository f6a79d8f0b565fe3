import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.algorithms.classes import CLASS_LEVELS, abc_classes, xyz_classes
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.eoq import PriceBreaks, eoq
from inventory.algorithms.order_methods import RULES, OrderCase, levels_by_method
from inventory.algorithms.restock import Demand, lost_by_waiting


def case(n=1, *, pace=1.0, level=0.95, order_cost=10.0, breaks=None, supplier=None):
    ones = np.ones(n)
    return OrderCase(
        demand=Demand(
            DemandSum(15 * pace * ones, 30 * pace * ones),
            DemandSum(21 * pace * ones, 42 * pace * ones),
        ),
        daily=np.full((n, 56), float(pace)),
        position=0 * ones,
        lead_days=14 * ones,
        review_days=7 * ones,
        level=level * ones,
        unit_cost=6 * ones,
        price=10 * ones,
        holding_share=0.25 * ones,
        order_cost=order_cost * ones,
        supplier=np.zeros(n, np.int64) if supplier is None else np.asarray(supplier),
        breaks=breaks,
    )


def levels(name, **changes):
    found = levels_by_method(np.array([name]), case(**changes))
    return float(found.reorder_point[0]), float(found.order_up_to[0])


def test_the_default_is_what_lasts_until_and_through_the_next_delivery():
    assert levels("periodic_review") == (25, 32)


def test_base_stock_orders_whatever_was_sold():
    assert levels("base_stock") == (32, 32)


def test_the_newsvendor_weighs_margin_against_holding():
    low, high = levels("newsvendor", level=0.5)
    assert (low, high) == levels("periodic_review", level=0.99)


def test_the_economic_quantity_is_harris_s():
    assert levels("eoq", order_cost=1000.0) == (15, 15 + 180)  # half a year at most
    assert levels("eoq", order_cost=1.0)[1] == 15 + np.ceil(eoq(1, 6 * 0.25 / 365, 1).quantity)


def test_a_price_break_enlarges_the_lot():
    breaks = [PriceBreaks(at=(0, 100), price=(6.0, 5.0))]
    assert levels("eoq", order_cost=1.0, breaks=breaks) == (15, 115)


def test_reorder_point_and_minimum_differ_in_what_the_first_must_cover():
    assert levels("reorder_point", order_cost=1.0)[0] == 25
    assert levels("min_max", order_cost=1.0)[0] == 32


def test_known_weeks_are_joined_into_lots():
    dear = levels("wagner_whitin", order_cost=1000.0)
    cheap = levels("wagner_whitin", order_cost=0.0)
    assert dear == (25, 25 + 56)
    assert cheap == (25, 25 + 7)


def test_products_of_a_supplier_join_an_order_that_goes_out():
    both = case(2, order_cost=0.2, supplier=[4, 4])
    far = case(2, order_cost=0.2, supplier=[4, 5])
    position = np.array([0.0, 26.0])
    together, apart = (
        RULES["joint_replenishment"](OrderCase(**{**one.__dict__, "position": position}))
        for one in (both, far)
    )
    assert together.reorder_point[1] > 26  # joins: it would run low within the shared cycle
    assert apart.reorder_point[1] == 25


def test_an_unknown_method_is_refused_by_name():
    with pytest.raises(ValueError, match="known: periodic_review"):
        levels_by_method(np.array(["guess"]), case())


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(RULES)),
    pace=st.floats(0, 40),
    level=st.floats(0.5, 0.985),
    more=st.floats(0, 0.014),
    order_cost=st.floats(0, 500),
)
def test_levels_are_whole_never_negative_and_rise_with_the_service_level(
    name, pace, level, more, order_cost
):
    low, high = levels(name, pace=pace, level=level, order_cost=order_cost)
    lower, higher = levels(name, pace=pace, level=level + more, order_cost=order_cost)
    assert 0 <= low <= high
    assert low == np.floor(low)
    assert high == np.floor(high)
    assert lower >= low
    assert higher >= high


def test_classes_by_turnover_and_steadiness():
    assert abc_classes(np.array([10.0, 800.0, 100.0, 90.0])).tolist() == ["C", "A", "B", "B"]
    assert abc_classes(np.zeros(2)).tolist() == ["C", "C"]
    assert xyz_classes(np.array([10.0, 10, 10, 0]), np.array([9.0, 49, 400, 0])).tolist() == [
        "X", "Y", "Z", "X",
    ]  # fmt: skip
    assert all(CLASS_LEVELS[a + "X"] >= CLASS_LEVELS[a + "Z"] for a in "ABC")


def test_waiting_costs_what_runs_short_between_two_deliveries():
    demand = case().demand
    assert lost_by_waiting(np.array([100.0]), demand)[0] == pytest.approx(0, abs=1e-6)
    assert 4 < lost_by_waiting(np.array([10.0]), demand)[0] <= 6.1
