import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.roster import NAMES, make, team
from tests.recommendations.algorithms.frames import random_shop

PRODUCTS = pd.DataFrame(
    {"product_id": range(1, 10), "title": [f"cup {n}" for n in range(9)], "category": "tea"}
)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_makes_a_model_that_answers(name):
    shop = random_shop(1)
    model = make(name, PRODUCTS).fit(shop, "2024-03-01")
    items, scores = model.recommend(np.arange(shop.shape[0]), 3, exclude_seen=False)
    assert items.shape == scores.shape == (shop.shape[0], 3)
    assert (scores[items >= 0] > 0).all()


def test_unknown_names_and_missing_products_are_refused():
    with pytest.raises(ValueError, match="unknown recommender"):
        make("oracle")
    with pytest.raises(ValueError, match="needs the table of products"):
        make("content")


def test_the_team_starts_with_the_naive_model_and_uses_what_is_known():
    assert next(iter(team())) == "popularity"
    assert {"description", "content"} <= set(team(PRODUCTS))
    assert "description" not in team(PRODUCTS.drop(columns="title"))
