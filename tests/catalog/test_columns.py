"""The door for facts: the same columns whichever way they come."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.db import connection, transaction
from pandas.testing import assert_frame_equal

from catalog.columns import DAY, MOMENT, read_columns, shop_days, start_of
from sales.models import Event
from tests.columns import leave_memory
from tests.factories.catalog import PriceChangeFactory, ProductFactory
from tests.factories.sales import EventFactory

EVENTS = "SELECT id, session, at, value FROM sales_event WHERE at < ? ORDER BY id"
EVENT_TYPES = {"id": "int64", "session": "str", "at": MOMENT, "value": "float64"}


def read_events() -> pd.DataFrame:
    return read_columns(EVENTS, (start_of(date(2030, 1, 1)),), types=EVENT_TYPES)


@pytest.mark.django_db(transaction=True)
def test_arrow_and_cursor_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in (datetime(2024, 2, 29, 23, 59, 59, 5, UTC), datetime(2024, 3, 1, tzinfo=UTC)):
        EventFactory(at=moment, session="茶", value=None)
    EventFactory(at=datetime(2024, 3, 2, tzinfo=UTC), value=0.1)
    with transaction.atomic():
        through_cursor = read_events()
    leave_memory(tmp_path, monkeypatch)
    assert_frame_equal(read_events(), through_cursor)
    assert through_cursor["at"].iloc[0] == pd.Timestamp("2024-02-29 23:59:59.000005Z")


@pytest.mark.django_db(transaction=True)
def test_a_column_may_begin_with_thousands_of_empty_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = EventFactory(value=None)
    empty = [Event(event_id=f"x{n}", kind="view", at=first.at) for n in range(3000)]
    Event.objects.bulk_create(empty)
    EventFactory(value=2.5)
    leave_memory(tmp_path, monkeypatch)
    assert read_events()["value"].sum() == 2.5


@pytest.mark.django_db(transaction=True)
def test_no_rows_have_the_same_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        through_cursor = read_events()
    leave_memory(tmp_path, monkeypatch)
    assert_frame_equal(read_events(), through_cursor)


@pytest.mark.django_db
def test_what_the_open_transaction_wrote_is_seen() -> None:
    PriceChangeFactory(price=Decimal("3.25"), product=ProductFactory())
    frame = read_columns(
        "SELECT CAST(price AS double precision) AS price FROM catalog_pricechange",
        types={"price": "float64"},
    )
    assert frame["price"].tolist() == [3.25]


@pytest.mark.django_db
def test_texts_days_and_gaps_come_back_as_they_were_and_in_order() -> None:
    odd = ['quote " and, comma', "line\nbreak", "茶%?", "null", ""]
    kind = "date" if connection.vendor == "postgresql" else "text"
    given = " UNION ALL ".join(
        [f"SELECT CAST(? AS bigint) AS place, ? AS said, CAST(? AS {kind}) AS day"] * len(odd)
    )
    params = [
        value
        for place, said in enumerate(odd)
        for value in (place, said, None if place == 1 else f"2024-02-0{place + 1}")
    ]
    frame = read_columns(
        f"SELECT place, said, day FROM ({given}) AS given ORDER BY place DESC",  # noqa: S608
        params,
        types={"place": "int64", "said": "str", "day": DAY},
    )
    assert frame["place"].tolist() == [4, 3, 2, 1, 0]
    assert frame["said"].tolist() == odd[::-1]
    assert frame["day"].isna().tolist() == [False, False, False, True, False]
    assert frame["day"].iloc[0] == pd.Timestamp("2024-02-05")


def test_days_are_the_shops_days() -> None:
    moments = pd.Series(pd.to_datetime(["2024-02-29T15:59:59Z", "2024-02-29T16:00:00Z"]))
    days = shop_days(moments)
    assert days.dtype == DAY
    assert days.dt.strftime("%F").tolist() == ["2024-02-29", "2024-03-01"]
