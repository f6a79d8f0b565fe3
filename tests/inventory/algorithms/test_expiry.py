import pytest

from inventory.algorithms.expiry import batches_lying, units_spoiling


def test_the_newest_arrivals_are_what_still_lies():
    came = [(10.0, 2.0), (10.0, 9.0), (10.0, 30.0)]
    assert batches_lying(15, came) == [(10, 2), (5, 9)]
    assert batches_lying(34, came) == [*came, (4, 30)]
    assert batches_lying(4, []) == [(4, 0)]
    assert batches_lying(0, came) == []


@pytest.mark.parametrize(
    ("batches", "pace", "spoiling"),
    [
        ([(10.0, 0.0)], 1.0, 0.0),  # ten days' sales, ten days to live
        ([(15.0, 0.0)], 1.0, 5.0),
        ([(8.0, 4.0), (8.0, 0.0)], 1.0, 6.0),  # 6 of the old in 6 days, then 4 of the new
        ([(3.0, 12.0), (5.0, 0.0)], 1.0, 3.0),  # past it already
        ([(7.0, 0.0)], 0.0, 7.0),
    ],
)
def test_the_oldest_sell_first_and_what_is_left_at_its_end_spoils(batches, pace, spoiling):
    assert units_spoiling(batches, life_days=10, pace=pace) == spoiling
