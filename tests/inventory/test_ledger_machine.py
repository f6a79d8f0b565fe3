"""Whatever happens in whatever order, the ledger adds up and nothing is half written."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from catalog.models import Delivery, StockMovement
from inventory.ledger import ledger_of
from inventory.levels import units_in_transit
from inventory.models import PurchaseReceiptLine, Transfer
from inventory.services import (
    Arrival,
    RefusedError,
    cancel_transfer,
    open_transfer,
    post_movements,
    receive,
    receive_transfer,
    send_transfer,
)
from sales.models import OrderLine
from sales.stock import stock_levels
from tests.factories.stockroom import LI, ago, found, sent_order, sold, store, warehouse

FEW = st.integers(1, 12)
WHICH = st.integers(0, 1)


class Ledger(RuleBasedStateMachine):
    """A book kept in a dictionary beside the ledger; both must say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.book: dict[tuple[int, int], int] = {}
        self.lost = self.late = self.number = 0
        self.told: list[Arrival] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize(first=FEW, second=FEW)
    def begin(self, first: int, second: int) -> None:
        self.order = sent_order(40, 25)
        self.lines = list(self.order.lines.order_by("pk"))
        self.products = [line.product for line in self.lines]
        self.places = [warehouse(), store()]
        units = dict(zip(self.products, (first, second), strict=True))
        found(self.places[0], units, at=ago(days=10))
        for product, count in units.items():
            self.book[product.pk, self.places[0].pk] = count

    def key(self) -> str:
        self.number += 1
        return f"{self.number}"

    def add(self, product: int, place: int, units: int) -> None:
        where = (self.products[product].pk, self.places[place].pk)
        self.book[where] = self.book.get(where, 0) + units

    @rule(product=WHICH, place=WHICH, units=st.integers(0, 30))
    def count(self, product: int, place: int, units: int) -> None:
        found(self.places[place], {self.products[product]: units}, key=f"round {self.key()}")
        self.book[self.products[product].pk, self.places[place].pk] = units

    @rule(product=WHICH, units=FEW, through=st.sampled_from(["web", "store"]))
    def sell(self, product: int, units: int, through: str) -> None:
        sold(self.products[product], units, at=timezone.now(), channel=through)
        is_there = (self.products[product].pk, self.places[1].pk) in self.book
        self.add(product, int(through == "store" and is_there), -units)

    @rule(product=WHICH, place=WHICH, units=FEW, surplus=st.booleans(), fails=st.booleans())
    def goods_come(self, product: int, place: int, units: int, surplus: bool, fails: bool) -> None:
        line = self.lines[product]
        arrival = Arrival(
            f"note {self.key()}", {line.pk: units}, self.places[place], accept_surplus=surplus
        )
        if fails:
            with (
                patch.object(Delivery.objects, "bulk_create", side_effect=RuntimeError),
                pytest.raises((RuntimeError, RefusedError)),
            ):
                receive(self.order, arrival, actor=LI)
            return
        try:
            receive(self.order, arrival, actor=LI)
        except RefusedError:
            return
        self.told.append(arrival)
        self.add(product, place, units)

    @rule(which=st.integers(0, 30))
    def goods_are_told_again(self, which: int) -> None:
        if self.told:
            arrival = self.told[which % len(self.told)]
            before = StockMovement.objects.count()
            receive(self.order, arrival, actor=LI)
            assert StockMovement.objects.count() == before

    @rule(product=WHICH, units=st.integers(-12, 0))
    def nonsense_comes(self, product: int, units: int) -> None:
        with pytest.raises(RefusedError):
            receive(self.order, Arrival("x", {self.lines[product].pk: units}), actor=LI)

    @rule(product=WHICH, place=WHICH, units=FEW)
    def something_breaks(self, product: int, place: int, units: int) -> None:
        post_movements([self.movement(product, place, -units, timezone.now())])
        self.add(product, place, -units)

    @rule(product=WHICH, units=FEW)
    def something_is_remembered_late(self, product: int, units: int) -> None:
        """It happened before the first count, which therefore saw it."""
        post_movements([self.movement(product, 0, -units, ago(days=11))])
        self.late -= units

    def movement(self, product: int, place: int, units: int, at: object) -> StockMovement:
        return StockMovement(
            product=self.products[product],
            location=self.places[place],
            kind="write_off",
            units=units,
            at=at,
            actor="li",
            key=f"broken {self.key()}",
        )

    @rule(product=WHICH, units=FEW, back=st.booleans())
    def goods_go(self, product: int, units: int, back: bool) -> None:
        places = self.places[::-1] if back else self.places
        transfer = open_transfer(
            source=places[0],
            destination=places[1],
            units={self.products[product].pk: units},
            actor=LI,
        )
        available = self.book.get((self.products[product].pk, places[0].pk), 0)
        if available < units:
            with pytest.raises(RefusedError):
                send_transfer(transfer, actor=LI)
            return
        send_transfer(transfer, actor=LI)
        self.add(product, int(back), -units)

    @rule(kept=st.integers(0, 12), calls_back=st.booleans())
    def goods_arrive(self, kept: int, calls_back: bool) -> None:
        transfer = Transfer.objects.filter(state="sent").order_by("pk").first()
        if transfer is None:
            return
        line = transfer.lines.get()
        product = self.products.index(line.product)
        if calls_back:
            cancel_transfer(transfer, actor=LI)
            self.add(product, self.places.index(transfer.source), line.units)
            return
        kept = min(kept, line.units)
        receive_transfer(transfer, units={line.pk: kept}, actor=LI)
        if kept:
            self.add(product, self.places.index(transfer.destination), kept)
        self.lost += line.units - kept

    @invariant()
    def every_place_holds_what_the_book_says(self) -> None:
        levels = stock_levels(before=timezone.now() + timedelta(seconds=1))
        held = {
            (int(row.product_id), int(row.location_id)): int(row.on_hand)
            for row in levels.itertuples()
        }
        assert held == self.book

    @invariant()
    def the_entries_add_up_to_what_is_held(self) -> None:
        for product in getattr(self, "products", []):
            sums: dict[tuple[int, int], int] = {}
            last: dict[tuple[int, int], int | None] = {}
            entries = ledger_of(product_id=product.pk, before=timezone.now() + timedelta(seconds=1))
            for entry in entries:
                if entry.on_hand is not None:
                    where = (product.pk, entry.location_id)
                    sums[where] = sums.get(where, 0) + entry.units
                    last[where] = entry.on_hand
            mine = {key: units for key, units in self.book.items() if key[0] == product.pk}
            assert sums == last == mine

    @invariant()
    def the_rows_add_up_over_all_places(self) -> None:
        moved = StockMovement.objects.aggregate(units=Sum("units"))["units"] or 0
        sales = OrderLine.objects.aggregate(units=Sum("quantity"))["units"] or 0
        assert moved - sales - self.late == sum(self.book.values())

    @invariant()
    def every_receipt_is_whole(self) -> None:
        rows = PurchaseReceiptLine.objects.aggregate(units=Sum("units"))["units"] or 0
        posted = StockMovement.objects.filter(kind="receipt").aggregate(units=Sum("units"))
        learned = Delivery.objects.aggregate(units=Sum("units"))["units"] or 0
        assert rows == (posted["units"] or 0) == learned

    @invariant()
    def what_left_has_arrived_is_under_way_or_lost(self) -> None:
        kinds = dict(StockMovement.objects.order_by().values_list("kind").annotate(Sum("units")))
        under_way = units_in_transit(before=timezone.now() + timedelta(seconds=1))["units"].sum()
        gone = kinds.get("transfer_out", 0) + kinds.get("transfer_in", 0)
        assert -gone == under_way + self.lost


@pytest.mark.django_db
def test_the_ledger_adds_up_whatever_happens() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
