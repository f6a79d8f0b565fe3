"""A UK wholesaler's invoices: sales, returns, services, guests, and what is none of these."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from catalog.models import PriceChange, Product
from sales.importers.batches import Account
from sales.models import Customer, Order, OrderLine
from sales.services import ONLINE_RETAIL
from tests.sales.files import load, refusals, write

HEAD = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
SERVICES = ["POST", "DOT", "D", "m", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK", "S", "PADS"]
SERVICES += ["ADJUST2", "gift_0001_20", "TEST001"]
Invoices = Callable[..., Account]


@pytest.fixture
def invoices(tmp_path: Path, db: None) -> Invoices:
    """Load invoice lines; those not given are a sale of cups to 13085."""

    def invoices(*rows: str) -> Account:
        path = write(tmp_path, "invoices.csv", HEAD + "\n".join(rows) + "\n")
        return load(path, layout=ONLINE_RETAIL)

    return invoices


def line(
    invoice: str, code: str = "22041", units: int = 1, price: str = "2.10", **other: str
) -> str:
    cells = {
        "title": "FRAME",
        "at": "2010-12-01 08:26:00",
        "who": "13085.0",
        "country": "UK",
    } | other
    return (
        f"{invoice},{code},{cells['title']},{units},{cells['at']},{price},{cells['who']},"
        f"{cells['country']}"
    )


def test_a_sale(invoices: Invoices) -> None:
    account = invoices(line("489434", units=48), line("489434", "79323w", 12, "6.75"))
    assert account.batch.loaded == 2
    order = Order.objects.select_related("customer").get()
    assert order.number == "489434"
    assert order.placed_at == datetime(2010, 12, 1, 0, 26, tzinfo=UTC)
    assert (order.status, order.country) == ("paid", "UK")
    assert order.customer is not None
    assert (order.customer.number, order.customer.country) == ("13085", "UK")
    lines = OrderLine.objects.order_by("position").values_list(
        "position", "product__sku", "quantity", "unit_price"
    )
    assert list(lines) == [(1, "22041", 48, Decimal("2.1")), (2, "79323W", 12, Decimal("6.75"))]


def test_a_cancellation_is_a_return_of_the_latest_sale_before_it(invoices: Invoices) -> None:
    invoices(
        line("1", units=5),
        line("2", units=3, at="2010-12-02 08:00:00"),
        line("C3", units=-3, at="2010-12-03 08:00:00"),
        line("C4", units=-4, at="2010-12-04 08:00:00"),
        line("5", units=9, at="2010-12-05 08:00:00"),
        line("C6", units=-1, at="2010-12-06 08:00:00", who=""),
    )
    returned = OrderLine.objects.filter(quantity__lt=0).order_by("order__number")
    assert [(row.order.number, row.order.status) for row in returned] == [
        ("C3", "return"),
        ("C4", "return"),
        ("C6", "return"),
    ]
    assert [row.returns and row.returns.order.number for row in returned] == ["2", "1", None]


@pytest.mark.parametrize("code", SERVICES)
def test_services_are_kept_apart(invoices: Invoices, code: str) -> None:
    invoices(line("1", code))
    assert Product.objects.get().kind == Product.Kind.SERVICE
    assert Product.objects.get().sku == code.upper()


@pytest.mark.parametrize("code", ["22041", "79323W", "DCGS0058", "DCGSSGIRL", "SP1002"])
def test_goods_are_goods(invoices: Invoices, code: str) -> None:
    invoices(line("1", code))
    assert Product.objects.get().kind == Product.Kind.PRODUCT


def test_what_is_no_sale_is_counted_by_its_reason(invoices: Invoices) -> None:
    account = invoices(
        line("1"),
        line("1"),
        line("2", units=-9, price="0.0", who=""),
        line("3", units=2, price="0"),
        line("A4", "B", 1, "-11062.06", who=""),
        line("C5", units=2),
        line("6", units=-2),
        line("7", units=0),
        line("8", price="-1"),
        line("9", price="x"),
        line("10", units=2),
    )
    assert account.batch.skipped == {
        "repeated line": 1,
        "stock adjustment": 1,
        "free": 1,
        "bookkeeping": 1,
    }
    assert refusals(account) == [
        (7, "Quantity", "A cancellation with a positive quantity"),
        (8, "Quantity", "A negative quantity outside a cancellation"),
        (9, "Quantity", "No quantity"),
        (10, "Price", "Below zero"),
        (11, "Price", "Not a number"),
    ]
    assert set(Order.objects.values_list("number", flat=True)) == {"1", "10"}
    assert account.batch.loaded == 2


def test_no_customer_means_a_guest(invoices: Invoices) -> None:
    invoices(line("1", who=""))
    assert Order.objects.get().customer is None
    assert not Customer.objects.exists()


def test_the_title_is_the_most_frequent_description_of_what_was_sold(invoices: Invoices) -> None:
    invoices(
        *(line(str(n), units=-n, price="0", title="damaged", who="") for n in range(1, 9)),
        line("11", title="RED  FRAME "),
        line("12", title="FRAME (RED)"),
        line("13", title="RED FRAME"),
        line("14", "X", title=""),
    )
    assert Product.objects.get(sku="22041").title == "RED FRAME"
    assert Product.objects.get(sku="X").title == "X"


def test_a_customers_country_is_the_latest(invoices: Invoices) -> None:
    invoices(line("1", country="France"), line("2", country="Spain"))
    assert Customer.objects.get().country == "Spain"
    assert Order.objects.get(number="1").country == "France"


def test_the_older_header_is_known_too(tmp_path: Path, db: None) -> None:
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    path = write(tmp_path, "old.csv", head + "1,22041,FRAME,2,12/13/2010 8:26,2.10,13085,UK\n")
    assert load(path, layout=ONLINE_RETAIL).batch.loaded == 1
    assert Order.objects.get().placed_at == datetime(2010, 12, 13, 0, 26, tzinfo=UTC)


def test_prices_are_those_that_hold(invoices: Invoices) -> None:
    days = pd.date_range("2011-01-03", periods=6, freq="7D").strftime("%Y-%m-%d")
    prices = ["2.10", "2.10", "1.90", "2.10", "2.55", "2.55"]
    invoices(
        *(
            line(f"{week}{basket}", price=price, at=f"{day} 10:00:00")
            for week, (day, price) in enumerate(zip(days, prices, strict=True))
            for basket in range(3)
        )
    )
    history = PriceChange.objects.order_by("effective_at").values_list(
        "previous", "price", "source", "effective_at"
    )
    assert list(history) == [
        (None, Decimal("2.10"), "sales", datetime(2011, 1, 2, 16, tzinfo=UTC)),
        (Decimal("2.10"), Decimal("2.55"), "sales", datetime(2011, 1, 30, 16, tzinfo=UTC)),
    ]
    assert Product.objects.get().price == Decimal("2.55")


def test_a_second_load_changes_nothing_not_even_a_price_set_since(invoices: Invoices) -> None:
    rows = [line("1", units=3), line("C2", units=-1, at="2010-12-02 08:00:00"), line("3", "POST")]
    invoices(*rows)
    Product.objects.filter(sku="22041").update(price=Decimal("9.99"), title="Frame, red")
    facts = [list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Product)]
    account = invoices(*rows)
    assert (account.batch.loaded, account.batch.skipped) == (0, {"already there": 3})
    assert facts == [
        list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Product)
    ]


def test_a_load_cut_off_leaves_whole_invoices_and_the_next_completes_it(
    invoices: Invoices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sales.importers.reading.Source.chunks.__defaults__", (4,))
    rows = [line(str(n % 7), units=n + 1) for n in range(21)]
    save, saved = Account.save, []

    def die_at_the_third(account: Account, frame: pd.DataFrame, header: list[str]) -> None:
        saved.append(len(frame))
        if len(saved) == 5:
            raise KeyboardInterrupt
        save(account, frame, header)

    with monkeypatch.context() as patch:
        patch.setattr(Account, "save", die_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            invoices(*rows)
    there = Order.objects.count()
    assert 0 < there < 7
    assert {order.lines.count() for order in Order.objects.all()} == {3}
    account = invoices(*rows)
    assert account.batch.skipped == {"already there": 3 * there}
    assert [order.lines.count() for order in Order.objects.all()] == [3] * 7
