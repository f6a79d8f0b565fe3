import numpy as np
import pytest

from recommendations.algorithms.health import list_health
from recommendations.algorithms.together import BoughtTogether, baskets, new_arrivals
from tests.recommendations.algorithms.frames import random_shop
from tests.recommendations.algorithms.test_interactions import shop

BAG, CUP, TEA = 0, 1, 2
ROWS = [
    *[
        (f"c{n}", product, f"2024-01-{1 + n:02d}", 1)
        for n in range(6)
        for product in ("cup", "tea")
    ],
    *[(f"c{n}", "bag", f"2024-01-{1 + n:02d}", 1) for n in range(12)],
    ("c0", "tea", "2024-02-20", 1),
]


def test_a_basket_is_one_customers_day():
    found = baskets(shop(ROWS))
    assert found.shape == (13, 3)
    assert found.toarray().sum(axis=0).tolist() == [12, 6, 7]
    assert baskets(shop(ROWS), window_days=5).shape == (1, 3)


def test_companions_share_baskets_and_the_ubiquitous_product_is_none():
    model = BoughtTogether().fit(shop(ROWS), "2024-03-01")
    items, scores = model.companions(np.array([CUP]), 2)
    assert items.tolist() == [TEA, BAG]
    taken = baskets(shop(ROWS)).toarray()
    assert scores[0] == pytest.approx(np.corrcoef(taken[:, CUP], taken[:, TEA])[0, 1])
    assert model.companions(np.array([CUP, TEA]), 2)[0].tolist() == [BAG, -1]
    assert model.companions(np.array([99]), 1)[0].tolist() == [-1]


def test_rare_products_have_no_companions():
    model = BoughtTogether(min_baskets=7).fit(shop(ROWS), "2024-03-01")
    assert model.companions(np.array([CUP]), 1)[0].tolist() == [-1]


def test_new_arrivals_are_ordered_by_their_customers():
    rows = [*ROWS, ("c1", "jam", "2024-02-19", 1), ("c2", "oil", "2024-02-20", 1)]
    found = shop([*rows, ("c3", "oil", "2024-02-20", 1)])
    codes = new_arrivals(found, "2024-03-01", within_days=10)
    assert found.product_ids[codes].tolist() == ["oil", "jam"]
    assert len(new_arrivals(shop([]), "2024-03-01")) == 0


def test_empty_shops_have_no_baskets():
    empty = random_shop(1, events=0)
    assert (
        BoughtTogether().fit(empty, "2024-03-01").companions(np.array([0]), 3)[0].tolist()
        == [-1] * 3
    )


def test_a_healthy_change_passes():
    old = np.arange(40, dtype=np.int32).reshape(10, 4)
    new = np.roll(old, 1, axis=1)
    found = list_health(new, old, 50)
    assert found.failed == ()
    assert (found.overlap, found.coverage, found.empty) == (1, 0.8, 0)


@pytest.mark.parametrize(
    ("new", "failed"),
    [
        (np.full((10, 4), -1), ("empty", "coverage", "overlap")),
        (np.tile([0, 1, 2, 3], (10, 1)), ("coverage", "dominance")),
        (np.arange(40, 80).reshape(10, 4), ("overlap",)),
    ],
)
def test_what_breaks_a_model_is_named(new, failed):
    old = np.arange(40, dtype=np.int32).reshape(10, 4)
    assert list_health(new.astype(np.int32), old, 100).failed == failed
