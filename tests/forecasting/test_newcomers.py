import numpy as np
import pandas as pd
import pytest

from forecasting import from_matrix
from forecasting.newcomers import Traits, forecast_newcomer

NAMES = [f"tea{i}" for i in range(6)] + [f"cup{i}" for i in range(6)]
TRAITS = Traits(
    pd.DataFrame(
        {"category": ["tea"] * 6 + ["cup"] * 6 + ["tea"], "price": [5.0] * 6 + [20.0] * 6 + [5.0]},
        index=[*NAMES, "new"],
    ),
    kinds=["category"],
    amounts=["price"],
)


def panel_of(own=()):
    y = np.vstack([np.full((6, 200), 10.0), np.full((6, 200), 1.0)])
    ids = list(NAMES)
    if len(own):
        y = np.vstack([y, np.concatenate([np.zeros(200 - len(own)), own])])
        ids.append("new")
    return from_matrix(y, ids=ids, dates=pd.date_range("2024-01-01", periods=200))


def test_a_product_without_sales_is_forecast_like_its_likes():
    ahead = forecast_newcomer(panel_of(), "new", TRAITS, horizon=14)

    # likeness 1 to six teas, ½·¼ to six cups: (6·10 + 6·⅛·1) / (6 + 6·⅛) = 9
    np.testing.assert_allclose(ahead, 9.0)


def test_own_sales_outweigh_the_likes():
    ahead = forecast_newcomer(panel_of(np.full(28, 40.0)), "new", TRAITS, horizon=7)

    assert 36 < ahead.mean() < 40.5


def test_too_few_likes_is_said():
    with pytest.raises(ValueError, match="old enough to lend 'new'"):
        forecast_newcomer(panel_of(), "new", TRAITS, horizon=500)
