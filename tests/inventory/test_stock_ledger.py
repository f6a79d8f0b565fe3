"""The ledger: counts, movements, transfers, reservations, and sales read from the orders."""

from datetime import timedelta

import pandas as pd
import pytest
from django.utils import timezone

from catalog.columns import shop_midnight
from catalog.models import (
    AppendOnlyError,
    Reservation,
    StockCount,
    StockMovement,
)
from catalog.selectors import stock_counts
from inventory.ledger import ledger_of
from inventory.levels import levels_of
from inventory.models import Stocktake, Transfer
from inventory.selectors import stock_on_hand
from inventory.services import (
    ConflictError,
    Counted,
    Promise,
    RefusedError,
    TransferStateError,
    cancel_transfer,
    open_transfer,
    post_movements,
    post_stocktake,
    receive_transfer,
    release,
    reserve,
    send_transfer,
)
from sales.models import Order
from sales.stock import known_places, stock_by_day, stock_levels
from tests.factories.catalog import LocationFactory, StockCountFactory
from tests.factories.inventory import StockedProductFactory
from tests.factories.stockroom import LI, ago, found, sold, store, warehouse

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def levels(product) -> dict[str, int]:
    return {place["location"]: place["on_hand"] for place in levels_of([product])[0]["locations"]}


def moved(product, kind: str, units: int, key: str, **more) -> StockMovement:
    given = {"location": warehouse(), "at": ago(minutes=5), "actor": "li", **more}
    return StockMovement(product=product, kind=kind, units=units, key=key, **given)


def test_sales_leave_from_the_place_of_their_channel() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 50}, at=ago(days=3))
    found(store(), {cup: 10}, at=ago(days=3))
    sold(cup, 4, at=ago(days=2), channel="store")
    sold(cup, 7, at=ago(days=2), channel="web")
    sold(cup, -1, at=ago(days=1), channel="store")

    assert levels(cup) == {"STORE": 7, "WAREHOUSE": 43}


def test_a_sale_takes_from_where_the_product_is_kept() -> None:
    cup = StockedProductFactory()
    warehouse()
    found(store(), {cup: 10}, at=ago(days=3))
    sold(cup, 4, at=ago(days=2), channel="web")

    assert levels(cup) == {"STORE": 6}


def test_a_sale_before_a_count_is_in_the_count_to_the_second() -> None:
    cup, at = StockedProductFactory(), ago(hours=3)
    found(warehouse(), {cup: 10}, at=at)
    sold(cup, 1, at=at - timedelta(seconds=1))
    sold(cup, 2, at=at + timedelta(seconds=1))
    Order.objects.create(number="x", placed_at=at + timedelta(seconds=2), status="cancelled")

    assert levels(cup) == {"WAREHOUSE": 8}


def test_cancelled_orders_take_nothing() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=3))
    sold(cup, 4, at=ago(days=2))
    Order.objects.update(status="cancelled")

    assert levels(cup) == {"WAREHOUSE": 10}


def test_a_stocktake_posts_what_it_differs_by() -> None:
    cup, pot = StockedProductFactory(), StockedProductFactory()
    found(warehouse(), {cup: 10, pot: 5}, at=ago(days=3))
    sold(cup, 4, at=ago(days=2))
    stocktake = post_stocktake(
        Counted("R-2", warehouse(), {cup.pk: 5, pot.pk: 5}, ago(days=1), "shelf 3"), actor=LI
    )

    kinds = StockMovement.objects.order_by("pk").values_list("product_id", "kind", "units")
    assert list(kinds) == [
        (cup.pk, "opening", 10),
        (pot.pk, "opening", 5),
        (cup.pk, "count", -1),
    ]
    lines = stocktake.lines.order_by("pk").values_list("expected", "counted")
    assert list(lines) == [(6, 5), (5, 5)]
    assert levels(cup) == {"WAREHOUSE": 5}


def test_the_same_stocktake_told_twice_changes_nothing() -> None:
    cup = StockedProductFactory()
    counted = Counted("R-1", warehouse(), {cup.pk: 5}, ago(days=1))
    first = post_stocktake(counted, actor=LI)

    assert post_stocktake(counted, actor=LI) == first
    with pytest.raises(ConflictError, match="with other counts"):
        post_stocktake(Counted("R-1", warehouse(), {cup.pk: 6}, ago(days=1)), actor=LI)
    with pytest.raises(ConflictError, match="at that very moment"):
        post_stocktake(Counted("R-2", warehouse(), {cup.pk: 6}, counted.counted_at), actor=LI)
    assert StockCount.objects.count() == StockMovement.objects.count() == 1


@pytest.mark.parametrize(
    ("units", "key", "ahead", "message"),
    [
        (-1, "R", 0, "-1 units cannot lie on a shelf"),
        (2**31, "R", 0, "cannot lie on a shelf"),
        (5, "", 0, "a number that is its own"),
        (5, "R", 1, "in the future"),
        (None, "R", 0, "Nothing was counted"),
    ],
)
def test_counts_that_cannot_be_are_refused(units, key, ahead, message) -> None:
    cup = StockedProductFactory()
    at = timezone.now() + ahead * DAY - timedelta(seconds=1)
    counted = Counted(key, warehouse(), {} if units is None else {cup.pk: units}, at)

    with pytest.raises(RefusedError, match=message):
        post_stocktake(counted, actor=LI)
    assert not Stocktake.objects.exists()
    assert not StockMovement.objects.exists()


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(RefusedError, match="does not exist"):
        post_stocktake(Counted("R", warehouse(), {404: 1}), actor=LI)


def test_a_movement_dated_before_a_count_is_in_the_count() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    post_movements([moved(cup, "receipt", 6, "late", at=ago(days=2))])
    post_movements([moved(cup, "write_off", -2, "broken")])

    assert levels(cup) == {"WAREHOUSE": 8}


def test_movements_are_written_once_and_never_changed() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    at = ago(minutes=1)

    assert post_movements([moved(cup, "write_off", -2, "b-1", at=at)]) == 1
    assert post_movements([moved(cup, "write_off", -2, "b-1", at=at)]) == 0
    with pytest.raises(ConflictError, match="another movement"):
        post_movements([moved(cup, "receipt", 2, "b-2"), moved(cup, "write_off", -3, "b-1", at=at)])
    row = StockMovement.objects.get(key="b-1")
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    assert levels(cup) == {"WAREHOUSE": 8}


@pytest.mark.parametrize("kind", ["count", "opening", "transfer_in", "transfer_out", "sale"])
def test_some_kinds_are_not_written_by_hand(kind: str) -> None:
    with pytest.raises(RefusedError, match="not written by hand"):
        post_movements([moved(StockedProductFactory(), kind, 1, "k")])


def test_nothing_is_known_of_what_was_sold_before_it_was_ever_counted() -> None:
    old, new = StockedProductFactory(), StockedProductFactory()
    sold(old, 3, at=ago(days=30))
    for product in (old, new):
        post_movements([moved(product, "receipt", 6, f"r-{product.pk}", at=ago(days=2))])
    sold(new, 1, at=ago(days=1))

    assert levels(old) == {}
    assert levels(new) == {"WAREHOUSE": 5}


def test_goods_between_two_places_are_on_their_way_and_still_ours() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    transfer = open_transfer(source=warehouse(), destination=store(), units={cup.pk: 4}, actor=LI)
    tomorrow = timezone.localdate() + DAY
    assert levels(cup) == {"WAREHOUSE": 10}

    send_transfer(transfer, actor=LI)
    places = {place["location"]: place for place in levels_of([cup])[0]["locations"]}
    assert places["WAREHOUSE"]["on_hand"] == 6
    assert places["STORE"]["in_transit"] == 4
    assert stock_on_hand(as_of=tomorrow).to_dict() == {cup.pk: 10}

    receive_transfer(transfer, units={transfer.lines.get().pk: 3}, actor=LI)
    assert levels(cup) == {"STORE": 3, "WAREHOUSE": 6}
    assert stock_on_hand(as_of=tomorrow).to_dict() == {cup.pk: 9}  # one got lost
    with pytest.raises(TransferStateError, match="received; nothing was changed"):
        receive_transfer(transfer, actor=LI)


def test_a_transfer_called_back_returns_to_its_source() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    transfer = open_transfer(source=warehouse(), destination=store(), units={cup.pk: 4}, actor=LI)
    send_transfer(transfer, actor=LI)
    cancel_transfer(transfer, actor=LI)

    assert levels(cup) == {"WAREHOUSE": 10}
    assert stock_on_hand(as_of=timezone.localdate() + DAY).to_dict() == {cup.pk: 10}


def test_a_transfer_beyond_what_is_available_is_refused() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    reserve(Promise("cart-1", cup, warehouse(), 7), actor=LI)
    transfer = open_transfer(source=warehouse(), destination=store(), units={cup.pk: 4}, actor=LI)

    with pytest.raises(RefusedError, match="4 units are to leave and 3 are available"):
        send_transfer(transfer, actor=LI)
    assert Transfer.objects.get().state == "draft"
    assert levels(cup) == {"WAREHOUSE": 10}
    with pytest.raises(RefusedError, match="two different locations"):
        open_transfer(source=store(), destination=store(), units={cup.pk: 4}, actor=LI)
    with pytest.raises(RefusedError, match="at least 1 unit"):
        open_transfer(source=store(), destination=warehouse(), units={cup.pk: 0}, actor=LI)
    with pytest.raises(RefusedError, match="more than a shelf holds"):
        open_transfer(source=store(), destination=warehouse(), units={cup.pk: 2**31}, actor=LI)


def test_reserved_units_are_on_hand_and_not_available() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    promise = Promise("cart-1", cup, warehouse(), 7)
    reservation = reserve(promise, actor=LI)

    assert reserve(promise, actor=LI) == reservation
    row = stock_levels(before=timezone.now()).iloc[0]
    assert (row["on_hand"], row["reserved"], row["available"]) == (10, 7, 3)
    with pytest.raises(RefusedError, match="4 units are wanted and 3 are available"):
        reserve(Promise("cart-2", cup, warehouse(), 4), actor=LI)
    with pytest.raises(ConflictError):
        reserve(Promise("cart-1", cup, warehouse(), 4), actor=LI)

    release(release(reservation))
    assert stock_levels(before=timezone.now()).iloc[0]["available"] == 10
    assert Reservation.objects.count() == 1


def test_an_expired_reservation_holds_nothing() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=1))
    reserve(Promise("c", cup, warehouse(), 7, timezone.now() + timedelta(hours=1)), actor=LI)
    Reservation.objects.update(expires_at=ago(minutes=1))

    assert stock_levels(before=timezone.now()).iloc[0]["reserved"] == 0
    with pytest.raises(RefusedError, match="in the past"):
        reserve(Promise("d", cup, warehouse(), 1, ago(days=1)), actor=LI)


def test_the_ledger_of_a_product_explains_what_lies_there() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=6))
    sold(cup, 2, at=ago(days=5, seconds=2))
    sold(cup, 1, at=ago(days=5, seconds=1))
    StockCountFactory(product=cup, location=warehouse(), on_hand=9, counted_at=ago(days=4))
    post_movements([moved(cup, "write_off", -2, "b", at=ago(days=3))])
    sold(cup, -1, at=ago(days=2))

    entries = ledger_of(product_id=cup.pk, before=timezone.now())

    told = [(entry.kind, entry.units, entry.on_hand) for entry in entries]
    assert told == [
        ("opening", 10, 10),
        ("sale", -3, 7),
        ("count", 2, 9),
        ("write_off", -2, 7),
        ("return", 1, 8),
    ]


def test_counts_of_the_catalogue_follow_movements_and_leave_sales_aside() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 0}, at=ago(days=3))
    post_movements([moved(cup, "receipt", 6, "r", at=ago(days=2))])
    sold(cup, 2, at=ago(days=1))

    counts = stock_counts(as_of=timezone.localdate() + DAY)
    assert counts[["product_id", "on_hand"]].to_numpy().tolist() == [[cup.pk, 6]]


def test_each_morning_has_what_the_ledger_says_of_its_midnight() -> None:
    cup, pot = StockedProductFactory(), StockedProductFactory()
    found(warehouse(), {cup: 20}, at=ago(days=9))
    found(store(), {cup: 5}, at=ago(days=7))
    sold(cup, 3, at=ago(days=8))
    sold(cup, 2, at=ago(days=6), channel="store")
    found(warehouse(), {cup: 40, pot: 4}, at=ago(days=4))
    sold(cup, 1, at=ago(days=3))
    sold(pot, 6, at=ago(days=2))
    today = timezone.localdate()

    table = stock_by_day(since=today - timedelta(days=10), until=today)

    for back in range(11):
        day = today - timedelta(days=back)
        levels = stock_levels(before=shop_midnight(day)).groupby("product_id")["on_hand"].sum()
        morning = table[table["day"] == pd.Timestamp(day)].set_index("product_id")["on_hand"]
        assert morning.to_dict() == levels.to_dict()


def test_the_future_is_not_seen() -> None:
    cup = StockedProductFactory()
    found(warehouse(), {cup: 10}, at=ago(days=9))
    sold(cup, 2, at=ago(days=8))
    as_of = timezone.localdate() - 5 * DAY
    before = stock_on_hand(as_of=as_of)
    found(warehouse(), {cup: 99}, at=ago(days=3))
    post_movements([moved(cup, "receipt", 6, "r", at=ago(days=4))])
    sold(cup, 2, at=ago(days=2))
    transfer = open_transfer(source=warehouse(), destination=store(), units={cup.pk: 4}, actor=LI)
    send_transfer(transfer, actor=LI)

    assert stock_on_hand(as_of=as_of).to_dict() == before.to_dict() == {cup.pk: 8}


def test_the_default_location_is_the_marked_one_else_main_else_the_first() -> None:
    assert known_places().default == -1
    first = LocationFactory(code="A")
    assert known_places().default == first.pk
    main = LocationFactory(code="MAIN")
    assert known_places().default == main.pk
    marked = LocationFactory(code="Z", is_default=True)
    assert known_places().default == marked.pk
