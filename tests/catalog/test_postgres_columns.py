"""Whole columns from PostgreSQL: slices, snapshots and gaps."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from pandas.testing import assert_frame_equal

from catalog import postgres_slices
from catalog.columns import DAY, MOMENT, read_columns
from sales.models import Event
from sales.selectors import order_lines
from tests.factories.sales import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="PostgreSQL's own way of reading"
)
EVENTS = "SELECT id, session, at, value FROM sales_event WHERE id > ?"
TYPES = {"id": "int64", "session": "str", "at": MOMENT, "value": "float64"}


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_slices, "SLICE_PAGES", 2)
    monkeypatch.setattr(postgres_slices, "FEWEST_PAGES", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_slices")
def test_slices_hold_every_row_once_and_in_order() -> None:
    at = datetime(2024, 3, 1, tzinfo=UTC)
    rows = [Event(event_id=f"x{n}", kind="view", at=at, session=f"茶{n}") for n in range(1500)]
    Event.objects.bulk_create(rows)
    sliced = read_columns(EVENTS, [0], types=TYPES, paged="sales_event")
    with transaction.atomic():
        whole = read_columns(EVENTS, [0], types=TYPES, paged="sales_event")
    assert len(sliced) == 1500
    assert_frame_equal(sliced, whole)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_slices")
def test_both_connections_see_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    line = OrderLineFactory(quantity=3)
    pages = postgres_slices._pages

    def written_meanwhile(table: str) -> int:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("UPDATE sales_orderline SET quantity = 5")
        other.close()
        return pages(table)

    monkeypatch.setattr(postgres_slices, "_pages", written_meanwhile)
    assert order_lines(before=date(2100, 1, 1))["quantity"].tolist() == [3]
    line.refresh_from_db()
    assert line.quantity == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_slices")
def test_an_empty_table_has_no_rows() -> None:
    assert read_columns(EVENTS, [0], types=TYPES, paged="sales_event").empty
    OrderFactory()
    assert order_lines(before=date(2100, 1, 1)).empty


@pytest.mark.django_db
def test_gaps_are_gaps_and_a_missing_whole_number_is_refused() -> None:
    one = "SELECT CAST(NULL AS date) AS day, CAST(NULL AS timestamptz) AS at, NULL AS said"
    frame = read_columns(one, types={"day": DAY, "at": MOMENT, "said": "str"})
    assert frame.isna().all(axis=None)
    with pytest.raises(DatabaseError, match="units has 1 empty cells"):
        read_columns(
            "SELECT 1 AS place, CAST(NULL AS int) AS units",
            types={"place": "int64", "units": "int64"},
        )
