"""Small random shops for the tests."""

import numpy as np
import pandas as pd

from recommendations.algorithms.interactions import Interactions


def random_events(seed, *, customers=12, products=9, events=120, days=90):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": rng.integers(1, customers + 1, events),
            "product_id": rng.integers(1, products + 1, events),
            "timestamp": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.uniform(0, days, events), unit="D"),
            "quantity": rng.integers(1, 5, events),
        }
    )


def random_shop(seed, **sizes):
    return Interactions.from_frame(random_events(seed, **sizes))
