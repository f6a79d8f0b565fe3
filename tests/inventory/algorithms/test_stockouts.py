import numpy as np

from inventory.algorithms.stockouts import LONGEST, dry_days

NAN = np.nan


def dry(opening, sold, received=None):
    received = [0.0] * len(sold) if received is None else received
    figures = (np.array([row], dtype=float) for row in (opening, sold, received))
    return dry_days(*figures)[0].astype(int).tolist()


def test_the_day_it_ran_out_and_the_days_after_are_dry():
    assert dry([5, NAN, NAN, NAN, NAN], [2, 3, 0, 0, 0]) == [0, 1, 1, 1, 1]


def test_a_delivery_or_a_count_ends_it():
    assert dry([2, NAN, NAN, NAN], [2, 0, 1, 0], [0, 0, 9, 0]) == [1, 1, 0, 0]
    assert dry([2, NAN, 7, NAN], [2, 0, 0, 0]) == [1, 1, 0, 0]


def test_sales_from_an_empty_shelf_show_that_the_count_was_wrong():
    assert dry([1, NAN, NAN, NAN], [1, 3, 0, 0]) == [1, 0, 0, 0]


def test_without_a_count_nothing_is_claimed():
    assert dry([NAN] * 4, [3, 0, 0, 0]) == [0, 0, 0, 0]


def test_a_quarter_of_silence_is_a_product_dropped():
    found = dry([0] + [NAN] * 120, [0] * 121)
    assert sum(found) == LONGEST
    assert found[LONGEST:] == [0] * (121 - LONGEST)
