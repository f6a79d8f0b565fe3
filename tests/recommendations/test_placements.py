"""Bought together, cart add-ons, trending, new arrivals: what they hold and what they cost."""

import pytest
from django.utils.translation import override

from catalog.models import Product
from recommendations.models import RecommenderVersion
from recommendations.selectors import (
    Filters,
    bought_together,
    cart_add_ons,
    new_arrivals,
    trending,
)
from recommendations.shelf import forget_everything
from suggestions.models import say

pytestmark = pytest.mark.django_db


def test_what_shares_baskets_comes_before_what_shares_customers(shop):
    answer = bought_together("cup", 4)

    # Book and pot by baskets, the lamp by customers, tea because it is popular in the category.
    assert answer.skus == ["book", "pot", "lamp", "tea"]
    assert answer.strategy == "together"
    assert answer.version.pk == shop.versions["together"].pk
    assert [say(item.reason) for item in answer][:3] == [
        "Often bought together with Cup.",
        "Often bought together with Cup.",
        "Customers who bought Cup also bought this.",
    ]
    assert {item.reason_sku for item in answer.items[:3]} == {"cup"}


def test_a_cart_counts_as_a_whole_whatever_its_order(shop):
    answers = [cart_add_ons(skus, 2) for skus in (["cup", "tea"], ["tea", "cup", "tea"])]

    # The pot goes with both (0.3 + 0.2) and passes the book, which goes with the cup alone (0.4).
    for answer in answers:
        assert answer.skus == ["pot", "book"]
        assert [item.score for item in answer] == pytest.approx([0.5, 0.4])
        assert answer.strategy == "cart"
        assert answer.items[0].reason_sku == "cup"


@pytest.mark.parametrize("skus", [[], ["unheard-of"], ["card"]])
def test_a_cart_of_nothing_known_gets_what_is_popular(shop, skus):
    answer = cart_add_ons(skus, 2)

    assert (answer.strategy, answer.skus) == ("popular", ["tea", "cup"])


def test_trending_is_filled_up_with_what_is_popular(shop):
    answer = trending(3)

    assert (answer.strategy, answer.skus) == ("trending", ["book", "lamp", "tea"])
    assert say(answer.items[0].reason) == "Selling more than usual this week."
    assert trending(2, Filters(category="Tea")).skus == ["tea", "cup"]


def test_new_arrivals_are_filled_up_with_the_last_launched_never_with_the_popular(shop):
    Product.objects.filter(sku="lamp").update(launched_on="2026-06-01")

    answer = new_arrivals(3)

    assert (answer.strategy, answer.skus) == ("new", ["book", "lamp", "card"])
    assert {say(item.reason) for item in answer} == {"New in the shop."}


def test_before_the_first_training_every_placement_shows_the_newest(shop):
    RecommenderVersion.objects.all().delete()
    forget_everything()

    for answer in (bought_together("cup", 1), cart_add_ons(["cup"], 1), trending(1)):
        assert (answer.strategy, answer.skus) == ("newest", ["card"])


def test_reasons_name_products_in_the_readers_language(shop):
    with override("zh-hans"):
        first = bought_together("cup", 1).items[0]

    assert first.reason["params"] == {"product": "cup（中文）"}
    assert first.title == "book（中文）"


@pytest.mark.parametrize(
    ("queries", "ask"),
    [
        (0, lambda: bought_together("cup", 2)),
        (0, lambda: cart_add_ons(["cup", "tea"], 2)),
        (0, lambda: trending(2)),
        (0, lambda: new_arrivals(1)),
        (1, lambda: new_arrivals(4)),
    ],
)
def test_a_warm_process_asks_this_many_queries(
    shop, good_memory, django_assert_num_queries, queries, ask
):
    ask()

    with django_assert_num_queries(queries):
        ask()
