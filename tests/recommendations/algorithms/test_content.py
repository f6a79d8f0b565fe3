import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.content import ContentBased, DescriptionBased, one_hot, price_bands
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.text import Segmenter, character_vectors, word_vectors

CATALOG = pd.DataFrame(
    [
        ("a", "red tea cup", "kitchen", "Ming", 10.0),
        ("b", "blue tea cup", "kitchen", "Ming", 11.0),
        ("c", "garden spade", "garden", "Han", 30.0),
        ("d", "red tea pot", "kitchen", "Han", 25.0),
        ("e", "steel spade", "garden", None, None),
    ],
    columns=["product_id", "title", "category", "brand", "price"],
)


def shop(*pairs):
    frame = pd.DataFrame(pairs, columns=["customer_id", "product_id", "timestamp"])
    everything = pd.DataFrame({"customer_id": "all", "product_id": list("abcde")})
    everything["timestamp"] = "2023-01-01"
    return Interactions.from_frame(pd.concat([frame, everything]))


ONE = shop(("zoe", "a", "2024-01-01"))


@pytest.mark.parametrize("analyzer", ["words", "characters", "both"])
def test_products_with_like_titles_come_first(analyzer):
    model = DescriptionBased(CATALOG, analyzer=analyzer).fit(ONE, "2024-01-02")
    items, scores = model.recommend(np.array([1]), 3)
    assert sorted(items[0, :2].tolist()) == [1, 3]
    assert scores[0, 0] >= scores[0, 1] > scores[0, 2]
    assert model.similar_items(np.array([2]), 1)[0].tolist() == [[4]]


def test_category_brand_and_price_make_products_alike():
    model = ContentBased(CATALOG, price_bands=3).fit(ONE, "2024-01-02")
    items, _ = model.recommend(np.array([1]), 4)
    assert items[0, 0] == 1  # same category, brand and price band
    assert items[0, 1] == 3  # same category
    assert (model.vectors_.multiply(model.vectors_).sum(axis=1)) == pytest.approx(np.ones(5))


def test_the_profile_follows_the_latest_purchases():
    both = shop(("zoe", "c", "2023-06-01"), ("zoe", "a", "2024-01-01"))
    model = ContentBased(CATALOG, half_life_days=30).fit(both, "2024-01-02")
    assert model.recommend(np.array([1]), 1)[0].tolist() == [[1]]
    long_ago = shop(("zoe", "a", "2023-06-01"), ("zoe", "c", "2024-01-01"))
    model = ContentBased(CATALOG, half_life_days=30).fit(long_ago, "2024-01-02")
    assert model.recommend(np.array([1]), 1)[0].tolist() == [[4]]


def test_products_without_description_score_nothing():
    blank = CATALOG.assign(title="")
    model = DescriptionBased(blank).fit(ONE, "2024-01-02")
    assert not model.scores(np.array([0, 1])).any()
    unlisted = DescriptionBased(CATALOG.iloc[:2]).fit(ONE, "2024-01-02")
    assert not unlisted.scores(np.array([1]))[:, 2:].any()


def test_an_unknown_analyzer_is_refused():
    with pytest.raises(ValueError, match="unknown analyzer"):
        DescriptionBased(CATALOG, analyzer="sounds").fit(ONE, "2024-01-02")


def test_rare_values_weigh_more_and_a_cell_may_hold_several():
    found = one_hot(pd.Series([["x", "y"], ["x"], None])).toarray()
    assert found == pytest.approx(
        np.array([[np.log(1 + 3 / 2), np.log(1 + 3)], [np.log(1 + 3 / 2), 0], [0, 0]]), abs=1e-6
    )


def test_a_price_between_two_bands_belongs_to_both():
    found = price_bands(pd.Series([1.0, 10.0, 100.0, None, -5.0]), 3).toarray()
    assert found.sum(axis=1) == pytest.approx([1, 1, 1, 0, 0])
    assert found[1] == pytest.approx([0, 1, 0])


def test_chinese_words_are_learned_from_the_shops_own_titles():
    titles = ["红色茶杯", "蓝色茶杯", "茶杯套装", "白色茶壶", "红色茶壶", "陶瓷茶壶", "蓝色花瓶"]
    segmenter = Segmenter(min_count=2, cohesion=0.5).fit(titles)
    assert segmenter.tokens("红色茶壶 XL") == ["红色", "茶壶", "xl"]
    vectors = word_vectors(titles).toarray()
    cups, pot = vectors[0] @ vectors[1], vectors[0] @ vectors[6]
    assert cups > pot


def test_characters_forgive_a_misspelling():
    vectors = character_vectors(["porcelain teapot", "porcelan teapott", "garden gnome"]).toarray()
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
