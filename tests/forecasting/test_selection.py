import numpy as np
import pandas as pd

from forecasting.selection import Margin, choose_methods


def scores(gain, series=60, seed=0):
    rng = np.random.default_rng(seed)
    base = rng.gamma(20, 0.05, series)
    ids = [f"p{i}" for i in range(series)]
    other = base * (1 - gain) + rng.normal(0, 0.01, series)
    table = pd.concat(
        [
            pd.DataFrame({"unique_id": ids, "method": "ensemble", "rmsse": base}),
            pd.DataFrame({"unique_id": ids, "method": "theta", "rmsse": other}),
        ]
    )
    return table, pd.DataFrame({"unique_id": ids, "demand_class": "smooth"})


def test_a_clear_winner_replaces_the_ensemble():
    chosen = choose_methods(*scores(0.1)).iloc[0]

    assert chosen["method"] == "theta"
    assert abs(chosen["gain"] - 0.1) < 0.01


def test_a_winner_within_the_margin_does_not():
    assert choose_methods(*scores(0.01)).loc[0, "method"] == "ensemble"


def test_a_class_of_few_series_keeps_the_ensemble():
    assert choose_methods(*scores(0.1, series=20)).loc[0, "method"] == "ensemble"
    few = choose_methods(*scores(0.1, series=20), Margin(fewest_series=10))
    assert few.loc[0, "method"] == "theta"
