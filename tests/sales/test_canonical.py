"""The shop's own files: what lands, what is refused and why, and that a second load is nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from catalog.models import (
    Category,
    CompetitorOffer,
    PriceChange,
    Product,
    Promotion,
    StockCount,
    SupplierItem,
)
from config.demo_shop import generate, write_csv
from sales.importers.batches import Account
from sales.models import Customer, Event, ImportBatch, Order, OrderLine, RefusedRow, Review
from sales.services import LoadOptions, load_files
from tests.factories.catalog import ProductFactory
from tests.factories.sales import CustomerFactory
from tests.sales.files import load, refusals, write

pytestmark = pytest.mark.django_db
Load = Callable[..., Account]
FACTS = (
    Category,
    CompetitorOffer,
    Customer,
    Event,
    Order,
    OrderLine,
    PriceChange,
    Product,
    Promotion,
    Review,
    StockCount,
    SupplierItem,
)


@pytest.fixture
def give(tmp_path: Path) -> Load:
    """``give("orders", text)`` loads a file of that kind."""

    def give(kind: str, text: str, **options: object) -> Account:
        return load(write(tmp_path, f"{kind}.csv", text), **options)

    return give


def everything() -> list[list[tuple[object, ...]]]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in FACTS]


def test_the_whole_demo_shop_loads_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    shop = generate(today=date(2026, 8, 1), days=120, products=40, customers=150)
    write_csv(shop, tmp_path)
    first = load_files([tmp_path], LoadOptions())
    assert [account.batch.error for account in first] == [""] * 10
    assert not RefusedRow.objects.exists()
    loaded = {account.batch.layout: account.batch.loaded for account in first}
    assert loaded["orders"] == len(shop.orders) == OrderLine.objects.count()
    assert loaded["stock"] == len(shop.stock)
    assert loaded["events"] == len(shop.events) == Event.objects.count()
    worth = (shop.orders["quantity"] * shop.orders["unit_price"] - shop.orders["discount"]).sum()
    lines = OrderLine.objects.values_list("quantity", "unit_price")
    assert float(sum(units * price for units, price in lines)) == pytest.approx(worth, abs=1)
    returned = OrderLine.objects.filter(quantity__lt=0).select_related("returns__order", "order")
    named = shop.orders.set_index("order_id")["returns_order"]
    assert returned
    assert all(line.returns.order.number == named[line.order.number] for line in returned)
    before = everything()
    again = load_files([tmp_path], LoadOptions())
    assert [account.batch.loaded for account in again] == [0] * 10
    counted = {account.batch.layout: account.batch.skipped for account in again}
    assert counted["orders"] == {"already there": len(shop.orders)}
    assert everything() == before


def test_an_order_line_by_hand(give: Load) -> None:
    ProductFactory(sku="CUP")
    give(
        "orders",
        "order_id,date,customer_id,email,sku,quantity,unit_price,discount,status,channel\n"
        "1,2024-06-01 07:30,C1,mei@example.com,CUP,3,10.00,4.00,paid,web\n",
    )
    line = OrderLine.objects.select_related("order__customer").get()
    assert (line.quantity, line.unit_price, line.discount) == (
        3,
        Decimal("8.6667"),
        Decimal("1.3333"),
    )
    assert (line.day, line.position) == (date(2024, 6, 1), 1)
    order = line.order
    assert order.placed_at == datetime(2024, 5, 31, 23, 30, tzinfo=UTC)
    assert order.customer is not None
    assert (order.customer.number, order.customer.email) == ("C1", "mei@example.com")
    assert (order.status, order.channel) == ("paid", "web")


def test_orders_refuse_what_cannot_be(give: Load) -> None:
    ProductFactory(sku="CUP")
    account = give(
        "orders",
        "order_id,date,sku,quantity,unit_price,discount,currency,status\n"
        "1,2024-06-01,CUP,1,10,,CNY,paid\n"
        "2,2024-06-01,POT,1,10,,,\n"
        "3,2024-06-01,CUP,0,10,,,\n"
        "4,2024-06-01,CUP,2,10,20.01,,\n"
        "5,2024-06-01,CUP,1,10,,EUR,\n"
        "6,,CUP,1,10,,,\n"
        "7,2024-06-01,CUP,1,-10,,,\n"
        "8,2024-06-01,CUP,1,10,,,lost\n",
    )
    assert refusals(account) == [
        (3, "sku", "No such product"),
        (4, "quantity", "No quantity"),
        (5, "discount", "The discount is more than the line is worth"),
        (6, "currency", "Another currency than the shop's"),
        (7, "date", "Empty"),
        (8, "unit_price", "Below zero"),
        (9, "status", "An unknown word"),
    ]
    assert Order.objects.get().number == "1"
    assert account.batch.loaded == 1
    assert account.batch.refused == 7


def test_guests_have_no_customer_and_repeated_lines_count_once(give: Load) -> None:
    ProductFactory(sku="CUP")
    row = "1,2024-06-01,,CUP,2,10\n"
    account = give(
        "orders",
        f"order_id,date,customer_id,sku,quantity,unit_price\n{row}{row}1,2024-06-01,,CUP,1,10\n",
    )
    assert account.batch.skipped == {"repeated line": 1}
    assert Order.objects.get().customer is None
    lines = OrderLine.objects.order_by("position").values_list("position", "quantity")
    assert list(lines) == [(1, 2), (2, 1)]


def test_lines_of_one_order_may_stand_far_apart(
    give: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProductFactory(sku="CUP")
    monkeypatch.setattr("sales.importers.reading.Source.chunks.__defaults__", (2,))
    numbers = [1, 2, 3, 4, 1, 2, 5, 1]
    rows = [f"{number},2024-06-01,CUP,{place + 1},10" for place, number in enumerate(numbers)]
    give("orders", "\n".join(["order_id,date,sku,quantity,unit_price", *rows]))
    found = {
        order.number: [line.quantity for line in order.lines.order_by("position")]
        for order in Order.objects.all()
    }
    assert found == {"1": [1, 5, 8], "2": [2, 6], "3": [3], "4": [4], "5": [7]}


def test_a_mended_line_joins_its_order_and_a_changed_one_does_not(give: Load) -> None:
    ProductFactory(sku="CUP")
    ProductFactory(sku="POT")
    head = "order_id,date,sku,quantity,unit_price,status\n"
    give("orders", f"{head}1,2024-06-01,CUP,1,10,paid\n1,2024-06-01,POT,x,30,paid\n")
    account = give(
        "orders",
        f"{head}1,2024-06-01,CUP,5,10,paid\n1,2024-06-01,CUP,1,10,paid\n1,2024-06-01,POT,2,30,paid\n",
    )
    assert account.batch.skipped == {"already there": 1, "differs": 1}
    lines = OrderLine.objects.order_by("position").values_list(
        "position", "product__sku", "quantity"
    )
    assert list(lines) == [(1, "CUP", 1), (2, "POT", 2)]


def test_an_order_cancelled_since_is_cancelled(give: Load) -> None:
    ProductFactory(sku="CUP")
    for status in ("paid", "cancelled"):
        give(
            "orders",
            f"order_id,date,sku,quantity,unit_price,status\n1,2024-06-01,CUP,1,10,{status}\n",
        )
        assert Order.objects.get().status == status


def test_returns_find_the_latest_sale_with_enough_left(give: Load) -> None:
    ProductFactory(sku="CUP")
    rows = [
        ("a", "2024-06-01", "C1", 5, "paid"),
        ("b", "2024-06-02", "C1", 2, "paid"),
        ("c", "2024-06-02", "C2", 9, "paid"),
        ("r1", "2024-06-03", "C1", -2, "returned"),
        ("r2", "2024-06-04", "C1", 1, "returned"),
        ("r3", "2024-06-04", "", -1, "returned"),
        ("d", "2024-06-05", "C1", 1, "paid"),
        ("r4", "2024-06-05", "C1", -9, "returned"),
    ]
    text = "\n".join(
        f"{n},{day},{who},CUP,{units},10,{status}" for n, day, who, units, status in rows
    )
    give("orders", f"order_id,date,customer_id,sku,quantity,unit_price,status\n{text}\n")
    links = OrderLine.objects.filter(quantity__lt=0).values_list(
        "order__number", "quantity", "returns__order__number"
    )
    assert sorted(links) == [
        ("r1", -2, "b"),
        ("r2", -1, "a"),
        ("r3", -1, None),
        ("r4", -9, "d"),
    ]


def test_a_return_that_names_its_order_is_linked_even_for_a_guest(give: Load) -> None:
    ProductFactory(sku="CUP")
    give(
        "orders",
        "order_id,date,sku,quantity,unit_price,status,returns_order\n"
        "1,2024-06-01,CUP,1,10,paid,\n2,2024-06-02,CUP,1,10,paid,\n"
        "3,2024-06-03,CUP,-1,10,returned,1\n4,2024-06-03,CUP,-1,10,returned,nowhere\n",
    )
    links = OrderLine.objects.filter(quantity__lt=0).order_by("order__number")
    assert [line.returns and line.returns.order.number for line in links] == ["1", None]


def test_times_without_a_zone_are_those_of_the_option(give: Load) -> None:
    ProductFactory(sku="CUP")
    give(
        "orders",
        "order_id,date,sku,quantity,unit_price\n1,2024-06-01 20:00,CUP,1,10\n",
        zone=ZoneInfo("Europe/London"),
    )
    line = OrderLine.objects.select_related("order").get()
    assert line.order.placed_at == datetime(2024, 6, 1, 19, tzinfo=UTC)
    assert line.day == date(2024, 6, 2)  # in Shanghai


def test_products_in_two_languages_with_their_tree(give: Load) -> None:
    give(
        "products",
        "sku,title,title_zh,category,category_zh,brand,price,cost,status,launched,gtin\n"
        "CUP,Cup,杯,Tea > Cups,茶 > 杯,Yun,10,4.5,active,2024-01-31,4006381333931\n"
        "POT,Pot,壶,Tea,茶,,20,,discontinued,,\n",
    )
    cup = Product.objects.select_related("category__parent", "brand").get(sku="CUP")
    assert (cup.title, cup.title_zh, cup.gtin) == ("Cup", "杯", "4006381333931")
    assert cup.category is not None
    assert (cup.category.path, cup.category.name, cup.category.name_zh) == (
        "Tea > Cups",
        "Cups",
        "茶 > 杯",
    )
    assert cup.category.parent is not None
    assert (cup.category.parent.path, cup.category.parent.name_zh) == ("Tea", "茶")
    assert cup.brand is not None
    assert (cup.brand.name, cup.price, cup.cost) == ("Yun", 10, Decimal("4.5"))
    assert (cup.is_active, cup.launched_on) == (True, date(2024, 1, 31))
    pot = Product.objects.get(sku="POT")
    assert (pot.is_active, pot.brand, pot.cost, pot.launched_on) == (False, None, None, None)


def test_a_product_is_brought_up_to_date_and_its_price_gets_a_history(give: Load) -> None:
    give("products", "sku,title,price,brand\nCUP,Cup,10,Yun\nPOT,Pot,20,\n")
    assert not PriceChange.objects.exists()
    account = give("products", "sku,title,price,brand\nCUP,Tea cup,12.5,\nPOT,Pot,20,\n")
    assert (account.batch.loaded, account.batch.skipped) == (1, {"already there": 1})
    cup = Product.objects.select_related("brand").get(sku="CUP")
    assert cup.brand is not None
    assert (cup.title, cup.price, cup.brand.name) == ("Tea cup", Decimal("12.50"), "Yun")
    change = PriceChange.objects.get()
    assert (change.product_id, change.previous, change.price) == (cup.pk, 10, Decimal("12.50"))
    assert change.source == PriceChange.Source.IMPORT


def test_the_last_of_two_rows_for_one_product_counts(give: Load) -> None:
    account = give("products", "sku,title,price\nCUP,Cup,10\nCUP,Cup,11\n")
    assert account.batch.skipped == {"repeated line": 1}
    assert Product.objects.get().price == 11


def test_customers(give: Load) -> None:
    head = "customer_id,email,name,birth_year,gender,country,created,consent_email\n"
    give("customers", f"{head}C1,mei@example.com,Mei,1990,女,CN,2024-01-31,yes\nC2,,,,,,,\n")
    mei = Customer.objects.get(number="C1")
    assert (mei.email, mei.birth_year, mei.gender) == ("mei@example.com", 1990, "female")
    assert mei.accepts_email
    assert mei.joined_at == datetime(2024, 1, 30, 16, tzinfo=UTC)
    assert not Customer.objects.get(number="C2").accepts_email
    account = give("customers", f"{head}C1,,Mei Li,,,,,no\nC3,,,1790,,,,\n")
    mei.refresh_from_db()
    assert (mei.name, mei.email, mei.accepts_email) == ("Mei Li", "mei@example.com", False)
    assert refusals(account) == [(3, "birth_year", "The number is too small")]


def test_events_of_customers_and_of_strangers(give: Load) -> None:
    mei, cup = CustomerFactory(number="C1"), ProductFactory(sku="CUP")
    account = give(
        "events",
        "event_id,user,session,item,type,value,time\n"
        "e1,C1,s1,CUP,view,,2024-06-01T10:00:00+08:00\n"
        "e2,v-9,,CUP,add_to_cart,2,2024-06-01T10:00:00+08:00\n"
        "e3,v-9,s3,,click,,2024-06-01T10:00:00+08:00\n"
        "e3,v-9,s3,,click,,2024-06-01T10:00:00+08:00\n"
        "e4,v-9,s3,POT,click,,2024-06-01T10:00:00+08:00\n",
    )
    fields = ("event_id", "kind", "customer_id", "session", "product_id", "value")
    assert list(Event.objects.order_by("event_id").values_list(*fields)) == [
        ("e1", "view", mei.pk, "s1", cup.pk, None),
        ("e2", "cart", None, "v-9", cup.pk, 2.0),
        ("e3", "click", None, "s3", None, None),
    ]
    assert refusals(account) == [(6, "item", "No such product")]
    assert account.batch.skipped == {"already there": 1}


def test_competitors_by_sku_or_gtin(give: Load) -> None:
    cup, pot = ProductFactory(sku="CUP", gtin="111"), ProductFactory(sku="POT", gtin="222")
    ProductFactory(sku="A", gtin="333")
    ProductFactory(sku="B", gtin="333")
    account = give(
        "competitors",
        "competitor,sku,gtin,price,seen_at\n"
        "Yun,CUP,,9.9,2024-06-01\nYun,,222,8,2024-06-01\nYun,,333,8,2024-06-01\n"
        "Yun,,,8,2024-06-01\nYun,NO,222,7,2024-06-02\n",
    )
    offers = CompetitorOffer.objects.order_by("pk").values_list("product_id", "price")
    assert list(offers) == [(cup.pk, Decimal("9.90")), (pot.pk, 8), (pot.pk, 7)]
    assert refusals(account) == [(4, "sku", "No such product"), (5, "sku", "Empty")]


def test_suppliers_are_brought_up_to_date(give: Load) -> None:
    ProductFactory(sku="CUP")
    head = "sku,supplier,lead_time_days,moq,pack,cost\n"
    give("suppliers", f"{head}CUP,Yun,7,12,6,4.5\n")
    account = give("suppliers", f"{head}CUP,Yun,9,12,6,4.5\nCUP,Gao,3,,,\nCUP,Hua,-1,,,\n")
    assert account.batch.loaded == 2
    rows = SupplierItem.objects.order_by("pk").values_list(
        "supplier__name", "lead_days", "minimum_quantity", "pack_size", "cost"
    )
    assert list(rows) == [("Yun", 9, 12, 6, Decimal("4.5")), ("Gao", 3, 1, 1, None)]
    assert refusals(account) == [(4, "lead_time_days", "Below zero")]


def test_the_newest_price_in_force_is_the_products(give: Load) -> None:
    cup = ProductFactory(sku="CUP", price=Decimal(1))
    tomorrow = timezone.localdate() + timedelta(days=1)
    give(
        "prices",
        f"sku,price,from\nCUP,12,2024-03-01\nCUP,10,2024-01-01\nCUP,15,{tomorrow}\n",
    )
    cup.refresh_from_db()
    assert cup.price == 12
    history = PriceChange.objects.order_by("effective_at").values_list("previous", "price")
    assert list(history) == [(None, 10), (10, 12), (12, 15)]


def test_promotions_and_reviews(give: Load) -> None:
    ProductFactory(sku="CUP")
    account = give(
        "promotions",
        "sku,starts,ends,price,name\nCUP,2024-06-01,2024-06-18,8,618\nCUP,2024-07-02,2024-07-01,8,\n",
    )
    assert Promotion.objects.get().ends_on == date(2024, 6, 18)
    assert refusals(account) == [(3, "ends", "The last day is before the first")]
    text = "sku,customer,rating,text,date\nCUP,C1,5,好,2024-06-01\nCUP,C1,6,好,2024-06-01\n"
    for _ in range(2):
        account = give("reviews", text)
    assert refusals(account) == [(3, "rating", "The number is too large")]
    assert account.batch.skipped == {"already there": 1}
    assert Review.objects.get().text == "好"


def test_files_are_told_by_their_name_or_by_the_option(tmp_path: Path) -> None:
    head = "sku,title,price\nCUP,Cup,1\n"
    unnamed = write(tmp_path, "export-7.csv", head)
    assert "kind" in load(unnamed).batch.error
    assert load(unnamed, kind="products").batch.loaded == 1
    batch = ImportBatch.objects.latest("pk")
    assert (batch.layout, batch.state, batch.file_name) == ("products", "done", "export-7.csv")
    assert len(batch.sha256) == 64
