"""What each list holds, what it falls back to, and what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from catalog.models import Product
from recommendations.models import RecommenderVersion
from recommendations.selectors import (
    Filters,
    for_session,
    lists_for_customer,
    lists_for_product,
    popular,
    recommend_for_customer,
    similar_products,
)
from recommendations.shelf import forget_everything, forget_versions
from sales.models import Customer, Order
from suggestions.models import say
from tests.factories.catalog import LocationFactory, ProductFactory, StockCountFactory
from tests.factories.sales import CustomerFactory
from tests.recommendations.conftest import buy, look

pytestmark = pytest.mark.django_db


def test_a_customer_gets_what_goes_with_their_purchases_then_what_is_popular(shop):
    buy(shop.li, shop.cup)

    answer = recommend_for_customer("li", 5)

    assert answer.skus == ["pot", "lamp", "tea", "book", "card"]
    assert answer.strategy == "for_you"
    pot, lamp, tea, _book, card = answer
    assert (pot.score, lamp.score) == (pytest.approx(0.8), pytest.approx(0.3))
    assert pot.reason_sku == "cup"
    assert say(pot.reason) == "Customers who bought Cup also bought this."
    assert say(tea.reason) == "Popular right now."
    assert say(card.reason) == "New in the shop."


def test_scores_add_up_over_the_decayed_history(shop):
    buy(shop.li, shop.tea, days_ago=1)
    buy(shop.li, shop.cup, days_ago=61)

    first = recommend_for_customer("li", 1).items[0]

    # 0.5 for the tea of today and 0.8 halved for the cup of two months before.
    assert (first.sku, first.score) == ("pot", pytest.approx(0.9))
    assert first.reason_sku == "tea"


def test_a_new_event_changes_the_very_next_answer(shop):
    buy(shop.li, shop.tea)
    assert recommend_for_customer("li", 2).skus == ["pot", "cup"]

    look(shop.li, shop.lamp)

    # Popular second choice before, now a neighbour of the lamp just looked at: 0.2 × 0.3.
    answer = recommend_for_customer("li", 2)
    assert answer.skus == ["pot", "cup"]
    assert answer.items[1].reason_sku == "lamp"
    assert answer.items[1].score == pytest.approx(0.06)


def test_a_flood_of_views_counts_as_one(shop):
    buy(shop.li, shop.tea)
    for minute in range(50):
        look(shop.li, shop.lamp, at=shop.li.orders.get().placed_at - timedelta(minutes=minute))

    cup = recommend_for_customer("li", 2).items[1]

    assert (cup.sku, cup.score) == ("cup", pytest.approx(0.06))


def test_a_purchase_event_whose_order_arrived_counts_once(shop):
    buy(shop.li, shop.cup)
    look(shop.li, shop.cup, kind="purchase")

    assert recommend_for_customer("li", 1).items[0].score == pytest.approx(0.8)


def test_repeats_come_back_in_the_buy_again_list_only(shop):
    buy(shop.li, shop.lamp, days_ago=1)
    buy(shop.li, shop.cup, days_ago=2)
    buy(shop.li, shop.cup, days_ago=3)

    lists = lists_for_customer("li", 3)

    assert lists["for_you"].skus == ["pot", "tea", "book"]
    assert lists["buy_again"].skus == ["cup", "lamp", "tea"]
    assert lists["buy_again"].strategy == "buy_again"
    assert [say(item.reason) for item in lists["buy_again"]] == [
        "Bought before.",
        "Bought before.",
        "Popular right now.",
    ]


def test_cancelled_orders_and_returns_are_no_sign_of_liking(shop):
    buy(shop.li, shop.cup).lines.update(quantity=-1)
    order = buy(shop.li, shop.cup)
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)

    assert recommend_for_customer("li", 2).strategy == "popular"


@pytest.mark.parametrize("n", [1, 3])
def test_who_is_unknown_gets_what_is_popular(shop, n):
    answer = recommend_for_customer("nobody", n)

    assert answer.skus == ["tea", "cup", "pot"][:n]
    assert answer.strategy == "popular"


def test_opting_out_is_honoured_at_once(shop):
    buy(shop.li, shop.cup)
    assert recommend_for_customer("li", 1).skus == ["pot"]

    Customer.objects.filter(number="li").update(is_personalised=False)

    assert recommend_for_customer("li", 2).skus == ["tea", "cup"]


def test_a_request_may_opt_out_for_itself(shop):
    buy(shop.li, shop.cup)

    answer = recommend_for_customer("li", 2, Filters(personalized=False))

    assert (answer.strategy, answer.skus) == ("popular", ["tea", "cup"])


def test_what_is_not_sold_is_not_shown(shop):
    buy(shop.li, shop.cup)
    Product.objects.filter(sku="pot").update(is_active=False)
    Product.objects.filter(sku="lamp").update(kind=Product.Kind.SERVICE)

    assert recommend_for_customer("li", 2).skus == ["tea", "book"]


def test_what_is_out_of_stock_is_left_out_where_counted(shop):
    here, there = LocationFactory(), LocationFactory()
    yesterday = timezone.now() - timedelta(days=1)
    StockCountFactory(product=shop.tea, location=here, on_hand=0)
    StockCountFactory(product=shop.cup, location=here, on_hand=0)
    StockCountFactory(product=shop.cup, location=there, on_hand=3)
    StockCountFactory(product=shop.pot, location=here, on_hand=9, counted_at=yesterday)
    StockCountFactory(product=shop.pot, location=here, on_hand=0)

    assert popular(3).skus == ["cup", "lamp", "book"]
    assert popular(3, Filters(in_stock=False)).skus == ["tea", "cup", "pot"]


def test_a_category_holds_what_is_below_it(shop):
    assert popular(9, Filters(category="Tea")).skus == ["tea", "cup", "pot"]
    assert popular(9, Filters(category="Tea > Teaware")).skus == ["cup", "pot"]
    assert popular(9, Filters(category="Te")).skus == []


def test_excluded_products_do_not_come_from_any_stage(shop):
    hidden = ["tea", "card", "unheard-of"]

    assert popular(9, Filters(exclude=hidden)).skus == ["cup", "pot", "lamp", "book"]


def test_similar_products_fall_back_to_their_category(shop):
    cup = similar_products("cup", 3)
    assert cup.skus == ["pot", "lamp", "tea"]
    assert cup.strategy == "similar"

    RecommenderVersion.objects.all().delete()
    forget_everything()
    shop.cup.delete()
    assert similar_products("cup", 9).skus == ["card", "book", "lamp", "pot", "tea"]


def test_a_product_without_neighbours_shows_its_category(shop):
    Product.objects.filter(sku="card").update(category=shop.teaware)
    forget_everything()

    answer = similar_products("card", 3)

    assert (answer.strategy, answer.skus) == ("category", ["cup", "pot", "tea"])
    assert say(answer.items[0].reason) == "Popular in the same category."


def test_a_visit_weighs_its_last_products_most(shop):
    one_way = for_session(["cup", "tea"], 2)
    other_way = for_session(["tea", "cup"], 2)

    assert one_way.items[0].score == pytest.approx(0.5 + 0.8 * 0.8)
    assert other_way.items[0].score == pytest.approx(0.8 + 0.8 * 0.5)
    assert one_way.strategy == "session"
    assert not {"cup", "tea"} & set(one_way.skus)


@pytest.mark.parametrize("skus", [[], ["unheard-of"]])
def test_a_visit_of_nothing_known_gets_what_is_popular(shop, skus):
    answer = for_session(skus, 2)

    assert (answer.strategy, answer.skus) == ("popular", ["tea", "cup"])


def test_before_the_first_training_the_newest_come_first(db):
    ProductFactory(sku="old", launched_on="2024-01-01")
    ProductFactory(sku="fresh", launched_on="2026-01-01")

    for answer in (recommend_for_customer("li"), similar_products("old", 1), popular()):
        assert answer.strategy == "newest"
        assert answer.items[0].sku == "fresh"


def test_an_empty_shop_has_empty_lists(db):
    for answer in (recommend_for_customer("li"), similar_products("x"), popular(), for_session([])):
        assert (answer.strategy, answer.skus) == ("none", [])


def test_a_version_for_products_that_are_gone_does_no_harm(shop):
    buy(shop.li, shop.card)
    Product.objects.filter(sku="book").delete()
    forget_everything()

    assert "book" not in recommend_for_customer("li", 9).skus
    assert similar_products("book", 2).skus == ["tea", "cup"]


def test_titles_and_reasons_speak_the_readers_language(shop):
    buy(shop.li, shop.cup)

    with override("zh-hans"):
        first = recommend_for_customer("li", 1).items[0]
        assert first.title == "pot（中文）"
        assert first.reason["params"] == {"product": "cup（中文）"}


def test_a_swap_is_seen_once_versions_are_asked_anew(shop):
    buy(shop.li, shop.cup)
    before = recommend_for_customer("li", 1).version
    RecommenderVersion.objects.filter(placement="for_you").update(is_live=False)
    forget_versions()

    assert before.name == f"for_you-{shop.versions['for_you'].pk}"
    assert recommend_for_customer("li", 1).strategy == "popular"


def test_a_product_page_shows_both_lists(shop):
    lists = lists_for_product(shop.cup, 2)

    assert lists["similar"].skus == ["pot", "lamp"]
    assert lists["popular"].skus == ["pot"]


@pytest.mark.parametrize(
    ("queries", "ask"),
    [
        (1, lambda: recommend_for_customer("li", 2)),
        (1, lambda: recommend_for_customer("li", 2, Filters(exclude_seen=False, category="Tea"))),
        (0, lambda: recommend_for_customer("li", 2, Filters(personalized=False))),
        (0, lambda: similar_products("cup", 2)),
        (0, lambda: for_session(["cup", "tea"], 2)),
        (0, lambda: popular(2)),
        (1, lambda: popular(50)),
    ],
)
def test_a_warm_process_asks_this_many_queries(
    shop, good_memory, django_assert_num_queries, queries, ask
):
    for other in range(5):
        buy(CustomerFactory(), shop.tea, days_ago=other + 1)
    buy(shop.li, shop.cup)
    look(shop.li, shop.lamp)
    ask()

    with django_assert_num_queries(queries):
        ask()
