"""The catalogue as it stood on a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.db import transaction
from pandas.testing import assert_frame_equal

from catalog import selectors
from catalog.models import Product
from tests.columns import leave_memory
from tests.factories.catalog import (
    AssumptionFactory,
    BrandFactory,
    CategoryFactory,
    CompetitorOfferFactory,
    LocationFactory,
    PriceChangeFactory,
    ProductFactory,
    PromotionFactory,
    StockCountFactory,
    SupplierFactory,
    SupplierItemFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)
MIDNIGHT = datetime(2024, 5, 31, 16, tzinfo=UTC)  # 00:00 of 1 June in Shanghai
SECOND = timedelta(seconds=1)


def facts_of(product: Product, as_of: date = DAY) -> "pd.Series[object]":
    frame = selectors.product_facts(as_of=as_of)
    return frame[frame["product_id"] == product.pk].iloc[0]


def test_the_price_is_the_last_one_before_the_day() -> None:
    product = ProductFactory(price=Decimal("12.00"))
    PriceChangeFactory(product=product, price=Decimal("9.00"), effective_at=MIDNIGHT - 2 * SECOND)
    PriceChangeFactory(product=product, price=Decimal("10.00"), effective_at=MIDNIGHT - SECOND)
    PriceChangeFactory(product=product, price=Decimal("12.00"), effective_at=MIDNIGHT)
    assert facts_of(product)["price"] == 10.0


def test_before_its_first_change_a_product_had_the_price_that_was_replaced() -> None:
    product = ProductFactory(price=Decimal("12.00"))
    assert facts_of(product)["price"] == 12.0
    PriceChangeFactory(
        product=product,
        price=Decimal("15.00"),
        previous=Decimal("12.00"),
        effective_at=MIDNIGHT,
    )
    Product.objects.update(price=Decimal("15.00"))
    assert facts_of(product)["price"] == 12.0


def test_before_its_first_known_price_a_product_has_that_price() -> None:
    product = ProductFactory(price=Decimal("15.00"))
    PriceChangeFactory(product=product, price=Decimal("12.00"), effective_at=MIDNIGHT)
    later = MIDNIGHT + timedelta(days=9)
    PriceChangeFactory(product=product, price=Decimal("15.00"), effective_at=later)
    assert facts_of(product)["price"] == 12.0


def test_a_known_cost_is_used_before_a_suppliers_and_that_before_an_assumption() -> None:
    AssumptionFactory(cost_share=Decimal("0.250"))
    known = ProductFactory(cost=Decimal("4.0000"))
    SupplierItemFactory(product=known, cost=Decimal("5.0000"))
    supplied = ProductFactory()
    SupplierItemFactory(product=supplied, cost=Decimal("5.5000"))
    unknown = ProductFactory()
    frame = selectors.product_facts(as_of=DAY).set_index("product_id")
    assert frame.loc[[known.pk, supplied.pk, unknown.pk], "cost"].tolist() == [4.0, 5.5, 2.5]
    assert frame["cost_is_assumed"].to_dict() == {
        known.pk: False,
        supplied.pk: False,
        unknown.pk: True,
    }


def test_the_nearest_assumption_up_the_tree_holds() -> None:
    AssumptionFactory(lead_days=30, stock_days=5)
    home = CategoryFactory(name="Home")
    tea = CategoryFactory(name="Tea", parent=home)
    AssumptionFactory(category=home, lead_days=20, lead_days_sd=Decimal("4.00"), stock_days=9)
    inherited = ProductFactory(category=CategoryFactory(name="Green", parent=tea))
    default = ProductFactory(category=CategoryFactory(name="Toys"))
    row = facts_of(inherited)
    assert (row["lead_days"], row["lead_days_sd"], row["stock_days_assumed"]) == (20, 4.0, 9)
    assert row["category_path"] == "Home > Tea > Green"
    assert row["lead_is_assumed"]
    assert facts_of(default)["lead_days"] == 30


def test_the_fastest_supplier_serves() -> None:
    product = ProductFactory(brand=BrandFactory())
    SupplierItemFactory(product=product, lead_days=9)
    fast = SupplierFactory()
    SupplierItemFactory(
        product=product, supplier=fast, lead_days=4, minimum_quantity=12, pack_size=6
    )
    row = facts_of(product)
    assert (row["supplier_id"], row["lead_days"]) == (fast.pk, 4)
    assert (row["minimum_quantity"], row["pack_size"]) == (12, 6)
    assert not row["lead_is_assumed"]
    assert row["brand_id"] == product.brand_id


def test_services_retired_products_and_those_launched_later_are_left_out() -> None:
    ProductFactory(kind=Product.Kind.SERVICE)
    ProductFactory(is_active=False)
    ProductFactory(launched_on=DAY)
    there = ProductFactory(launched_on=DAY - timedelta(days=1))
    frame = selectors.product_facts(as_of=DAY)
    assert frame["product_id"].tolist() == [there.pk]
    assert (frame["category_id"].iloc[0], frame["category_path"].iloc[0]) == (-1, "")


def test_an_empty_shop_gives_typed_empty_columns() -> None:
    frame = selectors.product_facts(as_of=DAY)
    assert frame.empty
    assert frame["price"].dtype == "float64"
    assert frame["lead_days"].dtype == "int64"


def test_stock_is_the_newest_count_of_each_place() -> None:
    product = ProductFactory()
    here, there = LocationFactory(), LocationFactory()
    for place, on_hand, at in (
        (here, 50, MIDNIGHT - 3 * SECOND),
        (here, 7, MIDNIGHT - 2 * SECOND),
        (here, 99, MIDNIGHT),
        (there, 4, MIDNIGHT - SECOND),
    ):
        StockCountFactory(product=product, location=place, on_hand=on_hand, counted_at=at)
    frame = selectors.stock_counts(as_of=DAY)
    assert frame[["product_id", "on_hand"]].to_numpy().tolist() == [[product.pk, 11]]
    assert frame["counted_on"].tolist() == [pd.Timestamp("2024-05-31")]


def test_history_promotions_and_offers_keep_to_their_days() -> None:
    product = ProductFactory()
    PriceChangeFactory(product=product, price=Decimal("9.90"), effective_at=MIDNIGHT - SECOND)
    PriceChangeFactory(product=product, effective_at=MIDNIGHT)
    history = selectors.price_history(before=DAY)
    assert history["price"].tolist() == [9.9]
    assert history["effective_on"].tolist() == [pd.Timestamp("2024-05-31")]

    june = PromotionFactory(product=product, starts_on=DAY, ends_on=DAY + timedelta(days=3))
    PromotionFactory(product=product, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    touching = selectors.promotions(start=DAY + timedelta(days=3), end=DAY + timedelta(days=9))
    assert touching["starts_on"].tolist() == [pd.Timestamp(june.starts_on)]
    assert touching["price"].tolist() == [8.0]

    CompetitorOfferFactory(product=product, seen_at=MIDNIGHT - SECOND)
    CompetitorOfferFactory(product=product, seen_at=MIDNIGHT)
    offers = selectors.competitor_offers(before=DAY, since=date(2024, 5, 31))
    assert offers["seen_at"].tolist() == [pd.Timestamp(MIDNIGHT - SECOND)]


@pytest.mark.django_db(transaction=True)
def test_arrow_and_cursor_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    product = ProductFactory(launched_on=date(2023, 1, 1), cost=Decimal("1.2345"))
    SupplierItemFactory(product=ProductFactory())
    PriceChangeFactory(product=product, previous=Decimal("8.00"), effective_at=MIDNIGHT)
    StockCountFactory(product=product, counted_at=MIDNIGHT - SECOND)
    PromotionFactory(product=product, starts_on=DAY)

    def read() -> list[pd.DataFrame]:
        return [
            selectors.product_facts(as_of=DAY),
            selectors.stock_counts(as_of=DAY),
            selectors.promotions(start=DAY, end=DAY),
        ]

    with transaction.atomic():
        through_cursor = read()
    leave_memory(tmp_path, monkeypatch)
    for direct, cursor in zip(read(), through_cursor, strict=True):
        assert_frame_equal(direct, cursor)
