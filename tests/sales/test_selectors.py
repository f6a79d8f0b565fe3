"""Sales as columns: the hand-counted figures, and nothing from the future."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.db import transaction
from pandas.testing import assert_frame_equal

from catalog.models import Product
from sales import selectors
from sales.models import Order
from tests.columns import leave_memory
from tests.factories.catalog import ProductFactory
from tests.factories.sales import CustomerFactory, EventFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)
NOON = datetime(2024, 5, 31, 4, tzinfo=UTC)


def sell(quantity: int, price: str = "10.00", **facts: object) -> None:
    OrderLineFactory(quantity=quantity, unit_price=Decimal(price), **facts)


def test_lines_of_goods_sold_and_returned() -> None:
    cup, fee = ProductFactory(), ProductFactory(kind=Product.Kind.SERVICE)
    mei = CustomerFactory()
    order = OrderFactory(customer=mei, placed_at=NOON)
    sell(3, "2.5000", order=order, product=cup, position=2)
    sell(1, order=order, product=fee, position=1)
    guest = OrderFactory(customer=None, placed_at=NOON)
    sell(2, order=guest, product=cup)
    cancelled = OrderFactory(placed_at=NOON, status=Order.Status.CANCELLED)
    sell(9, order=cancelled, product=cup)
    back = OrderFactory(customer=mei, placed_at=NOON, status=Order.Status.RETURN)
    sell(-1, "2.5000", order=back, product=cup)
    frame = selectors.order_lines(before=DAY)
    assert frame.to_numpy().tolist() == [
        [order.pk, mei.pk, cup.pk, pd.Timestamp("2024-05-31"), 3, 2.5],
        [guest.pk, -1, cup.pk, pd.Timestamp("2024-05-31"), 2, 10.0],
        [back.pk, mei.pk, cup.pk, pd.Timestamp("2024-05-31"), -1, 2.5],
    ]


def test_the_day_itself_is_not_read_and_the_first_one_is() -> None:
    for day in (-1, 0, 1):
        sell(1, order=OrderFactory(placed_at=NOON + timedelta(days=day)))
    assert len(selectors.order_lines(before=DAY)) == 2
    only = selectors.order_lines(before=DAY, since=DAY - timedelta(days=1))
    assert only["day"].tolist() == [pd.Timestamp("2024-05-31")]


def test_daily_figures_by_hand() -> None:
    cup = ProductFactory()
    sell(2, "10.00", product=cup, order=OrderFactory(placed_at=NOON))
    sell(3, "8.00", product=cup, order=OrderFactory(placed_at=NOON))
    sell(-1, "10.00", product=cup, order=OrderFactory(placed_at=NOON))
    only_back = NOON - timedelta(days=1)
    sell(-4, "10.00", product=cup, order=OrderFactory(placed_at=only_back))
    frame = selectors.daily_quantities(before=DAY).set_index("day")
    last = frame.loc["2024-05-31"]
    assert (last["units"], last["returned"], last["orders"]) == (5, 1, 2)
    assert last["revenue"] == 44.0
    assert last["price"] == pytest.approx(8.8)
    assert frame.loc["2024-05-30", ["units", "returned"]].tolist() == [0, 4]
    assert pd.isna(frame.loc["2024-05-30", "price"])


def test_orders_of_known_customers() -> None:
    mei = CustomerFactory()
    order = OrderFactory(customer=mei, placed_at=NOON)
    sell(2, "10.00", order=order)
    sell(1, "5.50", order=order)
    sell(-1, "5.50", order=order)
    sell(1, order=OrderFactory(customer=None, placed_at=NOON))
    frame = selectors.customer_orders(before=DAY)
    assert frame[["customer_id", "order_id"]].to_numpy().tolist() == [[mei.pk, order.pk]]
    assert frame[["revenue", "refunded"]].to_numpy().tolist() == [[25.5, 5.5]]


def test_events_of_the_days_asked_for() -> None:
    midnight = datetime(2024, 5, 31, 16, tzinfo=UTC)
    EventFactory(at=midnight)
    seen = EventFactory(
        at=midnight - timedelta(seconds=1), customer=None, product=None, session="s"
    )
    EventFactory(at=midnight - timedelta(days=1, seconds=1))
    frame = selectors.events(before=DAY, since=DAY - timedelta(days=1))
    assert frame["at"].tolist() == [pd.Timestamp(seen.at)]
    assert frame[["customer_id", "product_id", "session"]].to_numpy().tolist() == [[-1, -1, "s"]]


def test_future_facts_change_nothing() -> None:
    cup = ProductFactory()

    def read() -> list[pd.DataFrame]:
        return [
            selectors.order_lines(before=DAY),
            selectors.daily_quantities(before=DAY),
            selectors.customer_orders(before=DAY),
            selectors.events(before=DAY, since=selectors.EVER),
        ]

    sell(1, product=cup, order=OrderFactory(placed_at=NOON))
    EventFactory(at=NOON)
    before = read()
    sell(5, product=cup, order=OrderFactory(placed_at=NOON + timedelta(days=1)))
    EventFactory(at=NOON + timedelta(days=1))
    for earlier, later in zip(before, read(), strict=True):
        assert_frame_equal(earlier, later)


@pytest.mark.django_db(transaction=True)
def test_arrow_and_cursor_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        sell(number + 1, "0.3333", order=OrderFactory(placed_at=NOON - timedelta(days=number)))
    sell(1, order=OrderFactory(customer=None, placed_at=NOON))

    def read() -> list[pd.DataFrame]:
        since = date(2024, 5, 30)
        return [
            selectors.order_lines(before=DAY, since=since),
            selectors.daily_quantities(before=DAY, since=since),
            selectors.customer_orders(before=DAY, since=since),
        ]

    with transaction.atomic():
        through_cursor = read()
    leave_memory(tmp_path, monkeypatch)
    for direct, cursor in zip(read(), through_cursor, strict=True):
        assert_frame_equal(direct, cursor)
        assert len(direct)
