import numpy as np
import pytest

from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from tests.recommendations.algorithms.frames import random_shop
from tests.recommendations.algorithms.test_interactions import shop

ROWS = [
    ("a", "old", "2024-01-01", 1),
    ("b", "old", "2024-01-01", 1),
    ("c", "old", "2024-01-01", 1),
    ("a", "new", "2024-01-29", 1),
    ("b", "new", "2024-01-29", 1),
]


def test_recent_purchases_outweigh_old_ones():
    model = Popularity(half_life_days=7).fit(shop(ROWS), "2024-01-29T12:00")
    new, old = 0, 1
    items, scores = model.recommend(np.array([2]), 2, exclude_seen=False)
    assert items.tolist() == [[new, old]]
    assert scores[0] == pytest.approx([2 * 0.5 ** (0.5 / 7), 3 * 0.5 ** (28.5 / 7)])
    whole = Popularity(half_life_days=None).fit(shop(ROWS), "2024-02-01")
    assert whole.recommend(np.array([2]), 2, exclude_seen=False)[0].tolist() == [[old, new]]


def test_discover_leaves_out_what_is_owned():
    model = Popularity().fit(shop(ROWS), "2024-02-01")
    assert model.recommend(np.array([0, 2]), 2)[0].tolist() == [[-1, -1], [0, -1]]


def test_personal_frequency_puts_the_customers_own_products_first():
    found = random_shop(8)
    model = PersonalFrequency(half_life_days=30).fit(found, "2024-04-15")
    own = found.matrix(None, 30, as_of="2024-04-15").toarray()
    items, scores = model.recommend(np.arange(found.shape[0]), 1, exclude_seen=False)
    assert scores[:, 0] == pytest.approx(own.max(axis=1), abs=2e-3)
    assert [own[row, item] for row, item in enumerate(items[:, 0])] == pytest.approx(
        own.max(axis=1), abs=1e-3
    )


def test_popularity_breaks_the_ties_of_personal_frequency():
    found = shop([*ROWS, ("d", "new", "2024-01-29", 1), ("d", "old", "2024-01-29", 1)])
    model = PersonalFrequency(half_life_days=None).fit(found, "2024-02-01")
    items, _ = model.recommend(np.array([3]), 2, exclude_seen=False)
    assert items.tolist() == [[1, 0]]
