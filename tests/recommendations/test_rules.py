"""The merchant's rules: what they change in a list, and what they cannot."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, Product
from recommendations.models import PlacementRule
from recommendations.selectors import (
    Filters,
    for_session,
    new_arrivals,
    popular,
    recommend_for_customer,
)
from recommendations.shelf import forget_versions
from suggestions.models import say
from tests.factories.catalog import LocationFactory, ProductFactory, StockCountFactory
from tests.recommendations.conftest import buy

pytestmark = pytest.mark.django_db


def rule(kind, product=None, number=None, **fields):
    made = PlacementRule.objects.create(kind=kind, product=product, number=number, **fields)
    forget_versions()
    return made


def test_a_pin_stands_at_its_place_and_says_so(shop):
    rule("pin", shop.card, 2)

    answer = popular(3)

    assert answer.skus == ["tea", "card", "cup"]
    assert say(answer.items[1].reason) == "Chosen by the shop."
    assert answer.strategy == "popular"


def test_a_pinned_product_comes_once_and_gives_its_own_place_away(shop):
    rule("pin", shop.pot, 1)

    assert popular(4).skus == ["pot", "tea", "cup", "lamp"]


def test_of_two_pins_at_one_place_the_later_moves_down(shop):
    rule("pin", shop.card, 1)
    rule("pin", shop.book, 1)

    assert popular(3).skus == ["card", "book", "tea"]


def test_the_strategy_of_a_list_is_that_of_its_first_free_product(shop):
    rule("pin", shop.card, 1)

    assert popular(2).strategy == "popular"
    assert popular(1).strategy == "pinned"


def test_a_pin_does_not_show_what_cannot_be_sold_or_was_bought(shop):
    rule("pin", shop.cup, 1)
    rule("pin", shop.pot, 2)
    rule("pin", shop.lamp, 3)
    buy(shop.li, shop.cup)
    Product.objects.filter(sku="pot").update(is_active=False)
    StockCountFactory(product=shop.lamp, location=LocationFactory(), on_hand=0)
    forget_versions()

    assert recommend_for_customer("li", 4).skus == ["tea", "book", "card"]
    assert "lamp" in recommend_for_customer("li", 4, Filters(in_stock=False)).skus


def test_a_pin_yields_to_the_filters_of_the_request(shop):
    rule("pin", shop.card, 1)

    assert popular(1, Filters(exclude=["card"])).skus == ["tea"]
    assert popular(1, Filters(category="Tea")).skus == ["tea"]


def test_what_is_kept_out_comes_from_no_stage(shop):
    rule("block", shop.tea)
    rule("block", shop.card)
    rule("pin", shop.tea, 1)

    assert popular(9).skus == ["cup", "pot", "lamp", "book"]


def test_a_category_is_kept_out_with_all_below_it(shop):
    rule("block", category=Category.objects.get(path="Tea"))

    assert popular(9).skus == ["lamp", "book", "card"]
    assert new_arrivals(9).skus == ["book", "card", "lamp"]


def test_a_boost_multiplies_and_a_product_in_a_raised_category_gets_both(shop):
    rule("boost", category=shop.teaware, number=1.5)
    rule("boost", shop.pot, 2)

    answer = popular(3)

    # tea 6, cup 5 × 1.5, pot 4 × 1.5 × 2
    assert answer.skus == ["pot", "cup", "tea"]
    assert [item.score for item in answer] == pytest.approx([12, 7.5, 6])


def test_a_boost_of_zero_buries(shop):
    rule("boost", shop.tea, 0)

    assert popular(9).skus == ["cup", "pot", "lamp", "book", "card", "tea"]


def test_a_cap_limits_each_category_but_not_products_without_one(shop):
    rule("cap", number=1)

    assert popular(9).skus == ["tea", "cup", "lamp", "book", "card"]


def test_rules_hold_in_their_list_only(shop):
    rule("block", shop.pot, placement="session")
    rule("block", shop.lamp, placement="for_you")
    buy(shop.li, shop.cup)

    assert for_session(["cup"], 1).skus == ["lamp"]
    assert recommend_for_customer("li", 2).skus == ["pot", "tea"]
    assert recommend_for_customer("nobody", 4).skus == ["tea", "cup", "pot", "book"]


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(0, 0, True), (1, 5, False), (-5, -1, False), (None, 0, True), (-1, None, True)],
)
def test_rules_hold_on_their_days(shop, starts, ends, holds):
    today = timezone.localdate()
    days = {"starts_on": starts, "ends_on": ends}
    dates = {
        name: None if after is None else today + timedelta(days=after)
        for name, after in days.items()
    }
    rule("block", shop.tea, **dates)

    assert ("tea" not in popular(5).skus) == holds


def test_rules_cost_no_query(shop, good_memory, django_assert_num_queries):
    for kind, number in (("pin", 1), ("boost", 2), ("cap", 3)):
        rule(kind, None if kind == "cap" else shop.cup, number)
    rule("block", category=shop.teaware)
    popular(2)

    with django_assert_num_queries(0):
        popular(2)


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("pin", {"number": 1}, "product"),
        ("pin", {"product": True, "number": 1.5}, "number"),
        ("pin", {"product": True}, "number"),
        ("block", {}, "product"),
        ("block", {"product": True, "category": True}, "product"),
        ("boost", {"product": True}, "number"),
        ("cap", {"product": True, "number": 2}, "kind"),
        ("cap", {"number": 0}, "number"),
    ],
)
def test_rules_that_mean_nothing_are_refused_with_the_field(shop, kind, fields, wrong):
    given = {"product": shop.cup, "category": shop.teaware}
    made = {name: given[name] if value is True else value for name, value in fields.items()}

    with pytest.raises(ValidationError) as refusal:
        PlacementRule(kind=kind, **made).full_clean()

    assert wrong in refusal.value.message_dict


def test_staff_make_a_rule_in_the_admin_and_it_holds_at_once(shop, admin_client):
    assert popular(1).skus == ["tea"]
    form = {"placement": "", "kind": "block", "product": shop.tea.pk, "note": "recalled"}

    reply = admin_client.post(reverse("admin:recommendations_placementrule_add"), form)

    assert reply.status_code == 302, reply.content
    assert popular(1).skus == ["cup"]
    page = admin_client.get(reverse("admin:recommendations_placementrule_changelist"))
    assert "in force" in page.content.decode()


def test_a_pin_of_a_product_no_version_knows_is_shown(shop):
    rule("pin", ProductFactory(sku="brand new"), 1)

    assert popular(2).skus == ["brand new", "tea"]
