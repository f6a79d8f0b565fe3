from hypothesis import given
from hypothesis import strategies as st

from pricing.algorithms.endings import ENDINGS, Endings, candidate_prices, common_endings


def test_prices_within_the_range_with_the_wanted_endings():
    assert candidate_prices(9.50, 11.2, ENDINGS["99"]).tolist() == [999, 1099]
    assert candidate_prices(0.81, 0.99, ENDINGS["5"]).tolist() == [85, 90, 95]
    assert candidate_prices(0.81, 0.9, ENDINGS["99"]).tolist() == []
    assert candidate_prices(5, 4, ENDINGS["any"]).tolist() == []


def test_the_ends_of_the_range_belong_to_it():
    assert candidate_prices(2.3, 2.3, ENDINGS["any"]).tolist() == [230]
    assert candidate_prices(10 * 1.1, 10 * 1.1, ENDINGS["00"]).tolist() == [1100]


def test_the_shop_s_own_endings():
    prices = [2.55] * 50 + [1.25] * 30 + [0.85] * 15 + [7.13] * 5
    assert common_endings(prices, share=0.8).below_ten == (25, 55)
    assert common_endings(prices, share=0.9).below_ten == (25, 55, 85)
    assert common_endings([]) == ENDINGS["any"]


def test_larger_prices_keep_the_shop_s_last_digit():
    endings = common_endings([138.0, 268.0, 18.0, 88.0] * 10 + [39.9] * 20 + [5.5] * 2)
    assert endings.from_ten == (800, 990)
    assert candidate_prices(124.2, 151.8, endings).tolist() == [
        12800,
        12990,
        13800,
        13990,
        14800,
        14990,
    ]


def test_a_few_large_prices_do_not_set_a_habit():
    endings = common_endings([2.95] * 30 + [12.95] * 3)
    assert candidate_prices(11, 14, endings).tolist() == [1195, 1295, 1395]


@given(st.floats(0.01, 1e6), st.floats(0.0, 1.0), st.sets(st.integers(0, 99), min_size=1))
def test_candidates_keep_to_range_and_endings(low, width, cents):
    high = low * (1 + width)
    found = candidate_prices(low, high, Endings.of_cents(cents))
    assert len(found) <= 400
    assert all(low * 100 - 1e-4 <= c <= high * 100 + 1e-4 and c % 100 in cents for c in found)
