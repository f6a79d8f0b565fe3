import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.moments import as_moments

SECONDS = 1_700_000_000
DAY = pd.Timestamp("2023-11-14", tz="UTC")
MOMENT = pd.Timestamp("2023-11-14 22:13:20", tz="UTC")


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        (SECONDS, MOMENT),
        (float(SECONDS), MOMENT),
        (str(SECONDS), MOMENT),
        (SECONDS * 1_000, MOMENT),
        (SECONDS * 1_000_000, MOMENT),
        (SECONDS * 1_000_000_000, MOMENT),
        (20231114, DAY),
        ("20231114", DAY),
        (SECONDS // 86_400, DAY),
        ("2023-11-14", DAY),
        ("2023-11-14 22:13:20", MOMENT),
        ("2023-11-15T06:13:20+08:00", MOMENT),
        (MOMENT, MOMENT),
        (MOMENT.tz_localize(None), MOMENT),
    ],
)
def test_a_time_is_read_however_a_file_tells_it(given, moment):
    assert as_moments(pd.Series([given, given])).tolist() == [moment, moment]


def test_one_bad_cell_spoils_no_other():
    read = as_moments(pd.Series([str(SECONDS), "yesterday", str(SECONDS), None]))
    assert read.isna().tolist() == [False, True, False, True]
    assert read[0] == MOMENT
    read = as_moments(pd.Series([20231114.0, np.inf, 20231115.0]))
    assert read.isna().tolist() == [False, True, False]


def test_seconds_that_look_like_days_are_seconds_where_days_cannot_be():
    read = as_moments(pd.Series(np.arange(20_239_900, 20_239_999)))
    assert read.dt.year.unique().tolist() == [1970]


def test_interactions_take_seconds_since_1970():
    frame = pd.DataFrame(
        {"customer_id": [1, 1], "product_id": [1, 2], "timestamp": [SECONDS, SECONDS + 86_400]}
    )
    assert np.diff(Interactions.from_frame(frame).days) == pytest.approx([1.0])
