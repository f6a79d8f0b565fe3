"""Price bands, margins, variety, and products that nobody bought yet."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Product
from recommendations.models import PlacementRule
from recommendations.selectors import Filters, popular, similar_products
from recommendations.shelf import forget_everything
from suggestions.models import say
from tests.factories.recommendations import RecommenderVersionFactory, arrays
from tests.recommendations.conftest import AS_OF

pytestmark = pytest.mark.django_db


def price(product, amount, cost=None):
    Product.objects.filter(pk=product.pk).update(price=amount, cost=cost)
    forget_everything()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, 30, ["cup", "lamp"]),
        (20, 30, ["cup"]),
        (20, None, ["tea", "cup"]),
        (500, None, []),
    ],
)
def test_a_price_band_holds_for_fallbacks_too(shop, low, high, expected):
    Product.objects.update(price=None)
    for product, amount in ((shop.tea, 90), (shop.cup, 30), (shop.lamp, 9)):
        price(product, amount)
    band = Filters(
        price_min=None if low is None else Decimal(low),
        price_max=None if high is None else Decimal(high),
    )

    assert popular(5, band).skus == expected


def test_margin_raises_what_earns_most(shop):
    Product.objects.update(price=100, cost=100)
    price(shop.lamp, 100, cost=10)
    assert popular(2).skus == ["tea", "cup"]

    PlacementRule.objects.create(placement="popular", kind="margin", number=2)
    forget_everything()

    # The lamp's 3 counts 1 + 2 × 0.9 times: 8.4 against the tea's 6.
    assert popular(2).skus == ["lamp", "tea"]
    assert popular(1).items[0].score == pytest.approx(8.4)


def test_variety_keeps_alike_products_apart(shop):
    assert popular(3).skus == ["tea", "cup", "pot"]

    PlacementRule.objects.create(placement="popular", kind="variety", number=0.8)
    forget_everything()

    found = popular(3).skus
    assert found[0] == "tea"
    assert len({"cup", "pot"} & set(found)) < 2


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"kind": "variety", "number": 1.5}, "number"),
        ({"kind": "variety"}, "number"),
        ({"kind": "margin"}, "number"),
    ],
)
def test_rules_without_a_sensible_number_are_refused(db, rule, field):
    with pytest.raises(ValidationError) as caught:
        PlacementRule(placement="popular", **rule).full_clean()

    assert field in caught.value.message_dict


def test_a_margin_rule_holds_for_the_whole_list(shop):
    with pytest.raises(ValidationError) as caught:
        PlacementRule(kind="margin", number=1, product=shop.tea).full_clean()

    assert "kind" in caught.value.message_dict


def test_beside_a_product_nobody_bought_stands_what_is_like_it(shop):
    pk = {name: getattr(shop, name).pk for name in ("card", "book", "tea")}
    alike = arrays(
        [product.pk for product in Product.objects.all()],
        similar=[(pk["card"], pk["book"], 0.7), (pk["card"], pk["tea"], 0.2)],
        popularity=[6, 5, 4, 3, 2, 0],
    )
    shop.versions["similar"].delete()
    recipe = {
        "parts": [
            {"kind": "neighbours", "weight": 0.0, "half_life_days": None},
        ],
        "cold": [
            {"kind": "neighbours", "weight": 1.0, "half_life_days": None, "why": "content"},
        ],
    }
    RecommenderVersionFactory(placement="similar", recipe=recipe, artefact=alike, as_of=AS_OF)
    forget_everything()

    found = similar_products("card", 2)

    assert found.skus == ["book", "tea"]
    assert say(found.items[0].reason) == "Similar to Card."
