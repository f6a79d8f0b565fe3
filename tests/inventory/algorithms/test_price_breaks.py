import numpy as np
import pytest

from inventory.algorithms.eoq import PriceBreaks
from inventory.algorithms.price_breaks import Offers, breaks_of, sells_within

TEN_OFF = PriceBreaks(at=(0, 100, 500), price=(10.0, 9.0, 8.9))


def offers(breaks=TEN_OFF, *, pace=1.0, most=1e9, share=0.25):
    def one(value):
        return np.array([float(value)])

    return Offers(one(10.0), [breaks], one(share), one(pace), one(most))


def raised(plain, pack=1, **case):
    return offers(**case).raised(np.array([float(plain)]), np.array([float(pack)]))[0]


def test_a_break_is_taken_where_the_whole_line_saves_more_than_holding_costs():
    # 100 × 1.00 saved; 20 more units wait ten days each on average, at 9.00 and a quarter a year.
    assert raised(80) == 100
    case = offers()
    assert case.held(np.array([100.0]), np.array([80.0]))[0] == pytest.approx(
        9 * 0.25 * 20 / 2 * 20 / 365
    )
    assert case.saved(np.array([100.0]))[0] == pytest.approx(100)


def test_a_break_that_costs_more_to_hold_is_left():
    assert raised(20, pace=0.05) == 20  # 80 units for four years and more
    assert raised(20, share=0.0, pace=0.05, most=200) == 100


def test_each_further_break_must_pay_for_itself():
    steep = PriceBreaks(at=(0, 100, 120), price=(10.0, 9.9, 7.0))
    assert raised(80, breaks=steep, pace=5.0) == 120
    assert raised(110, breaks=TEN_OFF, pace=5.0) == 110  # ten cents off 500 do not pay


def test_whole_packs_and_what_sells_in_time_bound_the_raise():
    assert raised(80, pack=16, pace=5.0) == 112
    assert raised(80, pack=16, pace=5.0, most=111) == 80


def test_nothing_is_raised_without_a_need_a_break_or_a_sale():
    assert raised(0) == 0
    assert raised(80, breaks=None) == 80
    assert raised(80, pace=0.0) == 80


def test_prices_follow_the_quantity():
    case = offers()
    prices = [case.price(np.array([float(units)]))[0] for units in (1, 99, 100, 499, 500)]
    assert prices == [10, 10, 9, 9, 8.9]


def test_what_sells_in_some_days_of_arrival_comes_after_what_lies_there():
    found = sells_within(
        np.array([10.0, 10.0, np.inf]),
        np.array([40.0, 5.0, 0.0]),
        np.array([20.0] * 3),
        np.ones(3) * 3,
    )
    assert found.tolist() == [10, 30, np.inf]


def test_breaks_begin_with_the_plain_cost():
    assert breaks_of(10.0, [(500, 8.9), (100, 9.0)]) == PriceBreaks(
        (0.0, 100, 500), (10.0, 9.0, 8.9)
    )
    assert breaks_of(10.0, []) is None
    assert breaks_of(float("nan"), [(100, 9.0)]) is None
