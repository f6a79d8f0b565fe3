import pytest

from inventory.algorithms.newsvendor import (
    Plan,
    critical_ratio,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_poisson,
    newsvendor_profit,
)

PRINTED = 5.1e-11


def normal(**changes):
    return newsvendor_normal(50, 8, holding=0.18, shortage=0.70, **changes)


@pytest.mark.parametrize(
    ("plan", "quantity", "value"),
    [
        (normal(), 56.6039559274, 1.9976051932),
        (normal(quantity=60), 60, 2.1561315529),
        (normal(lead_periods=4), 264.7668943742, 4.4667810041),
        (
            newsvendor_profit(50, 8, price=1, cost=0.3, salvage=0.12),
            56.6039559274,
            33.0023948068,
        ),
        (newsvendor_poisson(50, holding=0.18, shortage=0.7), 56, 1.7972352118),
        (newsvendor_poisson(6, holding=1, shortage=4), 8, 3.5701069458),
        (newsvendor_poisson(6, holding=1, shortage=4, quantity=5), 5, 6.5902960246),
        (newsvendor_lognormal(6, 0.3, holding=1, shortage=0.1765), 295.6266448071, 29.4425435821),
    ],
)
def test_textbook_answers_to_the_printed_digits(plan: Plan, quantity, value):
    assert plan.quantity == pytest.approx(quantity, abs=PRINTED)
    assert plan.value == pytest.approx(value, abs=PRINTED)


def test_no_cost_at_all_is_refused():
    with pytest.raises(ValueError, match="nor both zero"):
        critical_ratio(0, 0)
