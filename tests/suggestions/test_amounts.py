from decimal import Decimal

import pytest

from suggestions.amounts import MOST_MONEY, as_money


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (1.005, Decimal("1.00")),  # the float lies just below
        (-2.5, Decimal("-2.50")),
        (1e12, MOST_MONEY),
        (999_999_999_999.999, MOST_MONEY),
        (1e300, MOST_MONEY),
        (-1e300, -MOST_MONEY),
        (float("inf"), MOST_MONEY),
    ],
)
def test_an_amount_is_in_cents_and_fits_its_column(amount, written):
    assert as_money(amount) == written
