import pytest

from inventory.algorithms.eoq import (
    PriceBreaks,
    all_units_discount,
    eoq,
    eoq_backorders,
    epq,
    incremental_discount,
)

PRINTED = 5.1e-11
ALL_UNITS = PriceBreaks(at=(0, 200, 500), price=(500, 475, 450))
INCREMENTAL = PriceBreaks(at=(0, 300, 600), price=(100, 90, 80))


@pytest.mark.parametrize(
    ("lot", "quantity", "cost", "region"),
    [
        (eoq(8, 0.225, 1300), 304.0467800264, 68.4105255059, 0),
        (eoq(8, 0.225, 1300, quantity=500), 500, 77.05, 0),
        (eoq_backorders(8, 0.225, 1300, shortage=5), 310.8125551590, 66.9213635510, 0),
        (epq(8, 0.225, 1300, production=1700), 626.8084945890, 33.1839791253, 0),
        (all_units_discount(200, 0.20, 1000, ALL_UNITS), 500, 472900, 2),
        (
            incremental_discount(150, 0.25, 2400, INCREMENTAL),
            1481.8906842274,
            222762.8136845483,
            2,
        ),
    ],
)
def test_textbook_answers_to_the_printed_digits(lot, quantity, cost, region):
    assert lot.quantity == pytest.approx(quantity, abs=PRINTED)
    assert lot.cost == pytest.approx(cost, abs=PRINTED)
    assert lot.region == region


def test_the_share_that_waits():
    lot = eoq_backorders(8, 0.225, 1300, shortage=5)
    assert lot.backordered == pytest.approx(0.0430622010, abs=PRINTED)


def test_production_slower_than_demand_is_refused():
    with pytest.raises(ValueError, match="faster than demand"):
        epq(8, 0.225, 1300, production=1300)
