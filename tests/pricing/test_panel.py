from datetime import date, timedelta

import numpy as np
import pandas as pd

from pricing.algorithms.panel import weekly_panel

AS_OF = date(2025, 6, 2)


def sold(rows: list[tuple[int, int, int, float]]) -> pd.DataFrame:
    """Rows of product, days before AS_OF, units, price."""
    return pd.DataFrame(
        {
            "product_id": [row[0] for row in rows],
            "day": pd.to_datetime([AS_OF - timedelta(days=row[1]) for row in rows]),
            "units": [row[2] for row in rows],
            "price": [row[3] for row in rows],
        }
    )


def laid_out(rows, current=None, weeks=4):
    return weekly_panel(sold(rows), pd.Series(current or {1: 10.0}), as_of=AS_OF, weeks=weeks)


def test_units_are_summed_by_week_and_unknown_before_the_first_sale():
    panel = laid_out([(1, 21, 3, 9.0), (1, 15, 2, 9.0), (1, 1, 4, 10.0), (1, 7, 1, 10.0)])
    assert np.isnan(panel.units[0, 0])
    assert panel.units[0, 1:].tolist() == [5, 0, 5]


def test_a_bulk_order_at_a_special_price_does_not_move_the_week_s_price():
    panel = laid_out([(1, 1, 2, 10.0), (1, 2, 900, 6.0), (1, 3, 2, 10.0)])
    assert panel.price[0].tolist() == [10.0] * 4


def test_weeks_without_a_sale_carry_the_price_before_them():
    panel = laid_out([(1, 22, 2, 8.0), (1, 8, 2, 9.0)])
    assert panel.price[0].tolist() == [8, 8, 9, 9]


def test_a_giant_week_is_capped():
    weeks = [(1, 7 * back, 10, 10.0) for back in range(2, 13)]
    panel = laid_out([*weeks, (1, 1, 70_000, 10.0)], weeks=12)
    assert panel.units[0, -1] == 50


def test_products_not_asked_for_are_left_out():
    panel = laid_out([(1, 1, 2, 10.0), (2, 1, 5, 3.0)])
    assert panel.ids.tolist() == [1]
    assert np.nansum(panel.units) == 2


def test_weeks_end_the_day_before():
    panel = laid_out([(1, 1, 2, 10.0)])
    assert panel.midpoints[-1].date() == AS_OF - timedelta(days=4)
    assert len(panel.midpoints) == 4
