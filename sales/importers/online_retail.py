"""The layout "online-retail-ii": invoice lines of a UK wholesaler (UCI data set 502)."""

import re
from collections import Counter
from decimal import Decimal

import pandas as pd
from django.utils.translation import gettext_noop

from catalog.models import Product
from sales.importers.history import record_prices
from sales.importers.layouts import Origin, Skip, Tally, Writer
from sales.importers.orders import ensure_customers, write_orders
from sales.importers.parsing import Column, Moment, Number, Text, Whole, by_distinct
from sales.importers.returns import link_by_customer
from sales.importers.writing import insert, lookup
from sales.models import Order

SERVICE_CODES = re.compile(
    r"POST|DOT|D|M|S|B|C2|C3|BANK CHARGES|AMAZONFEE|CRUK|PADS|ADJUST\d*|GIFT.*|TEST.*"
)
CANCELLATION, BOOKKEEPING = "C", "A"
EMPTY = pd.Series(dtype=object)


class InvoiceWriter(Writer):
    """Invoices with ``C`` are returns; codes like POST are services; no customer means a guest."""

    name = "online-retail-ii"
    columns = (
        Column("Invoice", Text(64, is_code=True), ("InvoiceNo",), is_required=True),
        Column("StockCode", Text(64, is_code=True), is_required=True),
        Column("Description", Text(300)),
        Column("Quantity", Whole(lowest=None), is_required=True),
        Column("InvoiceDate", Moment(), is_required=True),
        Column("Price", Number(4), ("UnitPrice",), is_required=True),
        Column("Customer ID", Text(64, is_code=True)),
        Column("Country", Text(80)),
    )
    together = "Invoice"

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._titles: dict[str, Counter[str]] = {}
        self._countries: dict[str, str] = {}

    def observe(self, texts: pd.DataFrame) -> None:
        """Count the descriptions of each code, and note each customer's latest country."""
        sold = texts[
            ~texts["Quantity"].str.startswith("-") & (texts["Price"].str.strip("0.") != "")
        ]
        pairs = Counter(zip(sold["StockCode"], sold["Description"], strict=True))
        for (code, description), lines in pairs.items():
            if title := " ".join(description.split()):
                self._titles.setdefault(_code(code), Counter())[title] += lines
        people = texts.drop_duplicates("Customer ID", keep="last")
        self._countries |= {
            _customer(number): country
            for number, country in zip(people["Customer ID"], people["Country"], strict=True)
        }

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = self._sort_out(rows, tally)
        if rows.empty:
            return tally
        codes = by_distinct(rows["StockCode"], _code)
        customers = by_distinct(rows["Customer ID"], _customer)
        people = pd.DataFrame({"number": customers.dropna().unique()})
        people["country"] = people["number"].map(self._countries)
        ensure_customers(people.assign(email=""))
        status = by_distinct(rows["Invoice"], _status)
        lines = pd.DataFrame(
            {
                "number": rows["Invoice"],
                "placed_at": pd.to_datetime(rows["InvoiceDate"], utc=True),
                "customer": customers,
                "email": None,
                "product_id": codes.map(self._products(codes)),
                "quantity": rows["Quantity"],
                "unit_price": rows["Price"],
                "discount": Decimal(0),
                "status": status,
                "channel": None,
                "country": rows["Country"],
                "returns_order": None,
            }
        )
        tally.add(write_orders(lines))
        return tally

    def finish(self) -> None:
        link_by_customer()
        record_prices()

    def _sort_out(self, rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
        """Leave out what is no sale and no return, each for its reason."""
        kind = by_distinct(rows["Invoice"], lambda invoice: invoice[0])
        quantity, price = rows["Quantity"], rows["Price"]
        is_return = kind == CANCELLATION
        free = (price == 0) & ~is_return
        for reason, mask in (
            (Skip.BOOKKEEPING, kind == BOOKKEEPING),
            (Skip.STOCK_ADJUSTMENT, free & (quantity < 0)),
            (Skip.FREE, free & (quantity > 0)),
        ):
            tally.skipped[reason] += int(mask.sum())
        left = rows[(kind != BOOKKEEPING) & ~(free & (quantity != 0))]
        return self._refuse(left, tally)

    @staticmethod
    def _refuse(rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
        is_return = by_distinct(rows["Invoice"], _status) == Order.Status.RETURN
        quantity = rows["Quantity"]
        bad = is_return & ~is_return
        for column, reason, mask in (
            ("Quantity", gettext_noop("No quantity: a line of 0 units."), quantity == 0),
            (
                "Quantity",
                gettext_noop("A cancellation with a positive quantity: check the sign."),
                is_return & (quantity > 0),
            ),
            (
                "Quantity",
                gettext_noop("A negative quantity outside a cancellation: check the invoice."),
                ~is_return & (quantity < 0),
            ),
            (
                "Price",
                gettext_noop("Below zero: such a number cannot be negative."),
                rows["Price"] < 0,
            ),
        ):
            tally.refuse(rows.index[mask & ~bad], column, reason)
            bad |= mask
        return rows[~bad]

    def _products(self, codes: pd.Series) -> dict[str, int]:
        wanted = list(codes.unique())
        known = lookup(Product, "sku", wanted)
        new = [code for code in wanted if code not in known]
        if not new:
            return known
        kinds = [
            Product.Kind.SERVICE if SERVICE_CODES.fullmatch(code) else Product.Kind.PRODUCT
            for code in new
        ]
        insert(Product, {"sku": new, "title": map(self._title, new), "kind": kinds})
        return known | lookup(Product, "sku", new)

    def _title(self, code: str) -> str:
        """The most frequent description; the first in the alphabet where two are."""
        counts = self._titles.get(code)
        return min(counts, key=lambda title: (-counts[title], title))[:300] if counts else code


def _status(invoice: str) -> str:
    is_return = invoice.startswith(CANCELLATION)
    return Order.Status.RETURN if is_return else Order.Status.PAID


def _code(text: str) -> str:
    return text.strip().upper()


def _customer(text: str) -> str:
    return text.strip().removesuffix(".0")
