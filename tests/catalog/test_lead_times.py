"""What product facts say of lead times, room, shelf life, price breaks and budgets."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Delivery, OrderBudget, PriceBreak
from catalog.selectors import lead_time_of, order_budgets, price_breaks, product_facts
from tests.factories.catalog import (
    AssumptionFactory,
    CategoryFactory,
    ProductFactory,
    SupplierFactory,
    SupplierItemFactory,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 6, 2)


def came(item, *took: int, until: date = AS_OF) -> None:
    """Orders a fortnight apart that took so many days, the last received the day before."""
    for number, days in enumerate(took):
        received = until - timedelta(days=1 + 14 * number)
        Delivery.objects.create(
            supplier=item.supplier,
            product=item.product,
            ordered_on=received - timedelta(days=days),
            received_on=received,
            units=10,
            key=f"{item.pk}/{until}/{number}",
        )


def fact(product):
    facts = product_facts(as_of=AS_OF).set_index("product_id")
    return facts.loc[product.pk]


def test_what_deliveries_took_counts_for_more_than_the_promise() -> None:
    AssumptionFactory(lead_days_sd=Decimal("9.00"))
    learned, promised = SupplierItemFactory(lead_days=10), SupplierItemFactory(lead_days=10)
    unknown = ProductFactory()
    came(learned, 20, 22, 24)
    came(promised, 20, 22)

    row = fact(learned.product)
    assert (row["lead_days"], row["lead_deliveries"], row["lead_is_assumed"]) == (22, 3, False)
    assert 2 < row["lead_days_sd"] < 3
    row = fact(promised.product)
    assert (row["lead_days"], row["lead_deliveries"], row["lead_days_sd"]) == (10, 0, 9)
    row = fact(unknown)
    assert (row["lead_days"], row["lead_deliveries"], row["lead_is_assumed"]) == (14, 0, True)


def test_deliveries_of_the_day_itself_and_later_teach_nothing() -> None:
    item = SupplierItemFactory(lead_days=10)
    came(item, 20, 22)
    before = product_facts(as_of=AS_OF)
    came(item, 40, until=AS_OF + timedelta(days=1))

    assert product_facts(as_of=AS_OF).equals(before)


def test_the_supplier_that_is_faster_in_fact_is_chosen() -> None:
    boaster = SupplierItemFactory(lead_days=5)
    honest = SupplierItemFactory(lead_days=9, product=boaster.product)
    assert fact(boaster.product)["supplier_id"] == boaster.supplier_id
    came(boaster, 20, 20, 20)

    row = fact(boaster.product)

    assert (row["supplier_id"], row["lead_days"]) == (honest.supplier_id, 9)


def test_room_and_shelf_life_are_facts() -> None:
    milk = ProductFactory(shelf_life_days=12, storage_units=300)
    cup = ProductFactory()

    assert fact(milk)[["shelf_life_days", "storage_units"]].tolist() == [12, 300]
    assert fact(cup)[["shelf_life_days", "storage_units"]].isna().all()


def test_price_breaks_and_budgets_come_as_columns() -> None:
    item = SupplierItemFactory()
    PriceBreak.objects.create(item=item, from_units=100, cost=Decimal("4.5000"))
    OrderBudget.objects.create(amount=9000)
    OrderBudget.objects.create(supplier=SupplierFactory(), amount=500, days=7)

    assert price_breaks().to_numpy().tolist() == [[item.product_id, item.supplier_id, 100, 4.5]]
    assert order_budgets()[["amount", "days"]].to_numpy().tolist() == [[9000, 30], [500, 7]]
    with pytest.raises(ValidationError):
        OrderBudget(amount=1).full_clean()


def test_one_product_is_told_the_same_as_all_together() -> None:
    AssumptionFactory(lead_days=20, lead_days_sd=Decimal("5.00"))
    tea = CategoryFactory(name="Tea")
    AssumptionFactory(category=tea, lead_days=33)
    learned, promised = SupplierItemFactory(lead_days=10), SupplierItemFactory(lead_days=11)
    came(learned, 20, 22, 24)
    loose, sorted_in = ProductFactory(), ProductFactory(category=tea)

    for product in (learned.product, promised.product, loose, sorted_in):
        row = fact(product)
        lead = lead_time_of(product_id=product.pk, category_id=product.category_id, as_of=AS_OF)
        assert (lead.days, lead.sd, lead.deliveries, lead.is_assumed) == (
            row["lead_days"],
            row["lead_days_sd"],
            row["lead_deliveries"],
            row["lead_is_assumed"],
        )
