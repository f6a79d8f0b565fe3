"""Balance, tighten, clearance: suggested, approved, refused where the world moved."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Clearance, OrderBudget
from catalog.selectors import clearances
from inventory import services, tasks
from inventory.models import (
    BalanceSuggestion,
    Balancing,
    ClearanceSuggestion,
    RestockPolicy,
    RestockSuggestion,
    StockRule,
    TightenSuggestion,
    Transfer,
    TransferLine,
)
from inventory.services.budgets import money_left
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, WorldMovedError, kinds
from suggestions.models import Suggestion, say
from suggestions.services import approve
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    DemandForecastFactory,
    PotteryFactory,
    ProductForecastFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    StockedProductFactory,
    count,
    sell,
    steady,
)
from tests.factories.jobs import JobFactory, RunningJobFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LI = Actor("Li")


def adjust() -> dict[str, int]:
    job = RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})
    services.suggest_adjustments(job=job)
    job.refresh_from_db()
    return job.result


def stocked(**forecast):
    product = DeliveryFactory().product
    ProductForecastFactory(product=product, **forecast)
    return product


def test_a_shop_that_sold_nothing_yet_has_nothing_to_adjust():
    services.forecast_demand(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    found = services.suggest_adjustments(
        job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})
    )
    assert found == 0


def test_a_full_place_helps_an_empty_one():
    product = stocked()
    count(product, 60, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    assert adjust() == {"balance": 1, "tighten": 0, "clearance": 0}
    row = BalanceSuggestion.objects.select_related("source", "target", "suggestion").get()
    assert (row.source.code, row.target.code, row.quantity) == ("NORTH", "SOUTH", 30)
    assert row.suggestion.effect > 0
    assert "Moving 30 units saves" in row.suggestion.reason_in_words
    approve(row.suggestion, actor=LI, value=Decimal(20))
    line = TransferLine.objects.select_related("transfer__destination").get()
    assert (line.units, line.transfer.state, line.transfer.actor) == (20, "draft", "Li")
    assert line.transfer.destination.code == "SOUTH"
    assert adjust()["balance"] == 0  # one is on its way


def test_places_are_filled_to_a_set_cover_if_the_merchant_wants_it():
    RestockPolicy.objects.create(balancing=Balancing.FIXED)
    product = stocked()
    count(product, 200, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    adjust()
    assert BalanceSuggestion.objects.get().quantity == 11  # 21 days of half a unit


def test_balancing_may_be_switched_off():
    RestockPolicy.objects.create(balancing=Balancing.NONE)
    product = stocked()
    count(product, 60, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    assert adjust()["balance"] == 0


def test_a_move_beyond_what_is_there_is_refused():
    product = stocked()
    count(product, 60, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    adjust()
    suggestion = Suggestion.objects.get(kind="balance")
    with pytest.raises(InvalidValueError, match="from 1 to 60"):
        approve(suggestion, actor=LI, value=Decimal(61))
    assert not Transfer.objects.exists()


def test_stock_counted_since_stops_a_move_and_a_clearance():
    product = stocked()
    count(product, 900, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    adjust()
    count(product, 5, AS_OF, "NORTH")
    for kind in ("balance", "clearance"):
        with pytest.raises(WorldMovedError, match="counted since"):
            approve(Suggestion.objects.get(kind=kind), actor=LI)
    assert not Transfer.objects.exists()
    assert not Clearance.objects.exists()


def test_a_dear_product_with_little_margin_is_held_less_of():
    RestockPolicy.objects.create(service_level=Decimal("0.990"), holding_share=Decimal("1.0"))
    product = StockedProductFactory(price=Decimal("101.00"), cost=Decimal("100.00"))
    ProductForecastFactory(product=product)
    count(product, 30, AS_OF - DAY)
    assert adjust()["tighten"] == 1
    row = TightenSuggestion.objects.select_related("suggestion").get()
    assert row.up_to_then < row.up_to_now
    assert row.money_freed == 100 * (row.up_to_now - row.up_to_then)
    assert row.suggestion.effect == pytest.approx(
        row.holding_saved - row.risk_taken, abs=Decimal("0.01")
    )
    approve(row.suggestion, actor=LI)
    rule = StockRule.objects.get()
    assert float(rule.service_level) == pytest.approx(row.level_then)
    StockRule.objects.update(set_on=AS_OF - DAY)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    for order in RestockSuggestion.objects.all():
        assert order.service_level == pytest.approx(row.level_then)


def test_a_rule_set_later_is_not_seen_in_the_past():
    product = stocked()
    StockRule.objects.create(
        product=product, service_level=Decimal("0.600"), set_on=AS_OF, set_by="Li"
    )
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    assert RestockSuggestion.objects.get().service_level == pytest.approx(0.95)


def test_what_lies_too_long_is_handed_to_pricing_as_a_fact():
    product = stocked()
    count(product, 400, AS_OF - DAY)
    assert adjust()["clearance"] == 1
    row = ClearanceSuggestion.objects.select_related("suggestion").get()
    assert (row.surplus, row.money_tied) == (220, Decimal("1320.00"))  # 180 days are kept
    assert "220 units are more than 180 days will sell" in row.suggestion.reason_in_words
    approve(row.suggestion, actor=LI)
    fact = Clearance.objects.get()
    assert (fact.product, fact.units, fact.asked_by) == (product, 220, "Li")
    seen = clearances(as_of=fact.asked_on + DAY)
    assert seen["units"].tolist() in ([220], [])  # empty once its last day is past
    assert clearances(as_of=fact.asked_on).empty


def test_stock_never_counted_is_neither_tightened_nor_cleared():
    stocked()
    assert adjust() == {"balance": 0, "tighten": 0, "clearance": 0}


def test_facts_of_the_day_change_nothing():
    product = stocked()
    count(product, 400, AS_OF - DAY)
    sell(product, steady(1, 30))
    adjust()
    before = [*Suggestion.objects.filter(state="open").values_list("kind", "effect")]
    count(product, 3, AS_OF)
    sell(product, {AS_OF: 50})
    adjust()
    after = [*Suggestion.objects.filter(state="open").values_list("kind", "effect")]
    assert before == after


def test_the_pages_explain_every_kind():
    product = stocked()
    count(product, 900, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    adjust()
    for suggestion in Suggestion.objects.all():
        kind = kinds()[suggestion.kind]
        assert len(kind.facts(suggestion)) >= 8
        assert kind.charts(suggestion)[0].labels


def test_a_second_move_of_a_product_waits_for_the_first():
    product = stocked()
    count(product, 60, AS_OF - DAY, "NORTH")
    count(product, 0, AS_OF - DAY, "SOUTH")
    adjust()
    suggestion = Suggestion.objects.get(kind="balance")
    row = BalanceSuggestion.objects.get()
    services.open_transfer(
        source=row.source, destination=row.target, units={product.pk: 1}, actor=LI
    )
    with pytest.raises(WorldMovedError, match="planned already"):
        approve(suggestion, actor=LI)
    assert Transfer.objects.count() == 1


def test_the_task_needs_a_forecast_and_says_so():
    job = JobFactory(kind="inventory.suggest_adjustments", arguments={"as_of": AS_OF.isoformat()})
    assert tasks.suggest_adjustments(job.pk) == 0
    job.refresh_from_db()
    assert "Forecast demand first" in job.error


def test_orders_of_a_night_stay_within_the_budget():
    RestockPolicy.objects.create(budget=Decimal(200))
    products = [DeliveryFactory(supplier=PotteryFactory()).product for _ in range(3)]
    forecast = ProductForecastFactory(product=products[0]).forecast
    for product in products[1:]:
        ProductForecastFactory(product=product, forecast=forecast)
    for product in products:
        count(product, 5, AS_OF - DAY)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    rows = list(RestockSuggestion.objects.select_related("suggestion"))
    assert rows
    assert sum(row.quantity * row.unit_cost for row in rows) <= 200
    for row in rows:
        assert row.quantity % row.pack_size == 0
        assert row.quantity >= row.minimum_quantity
        assert row.full_quantity is not None
        assert "within budget" in str(row.suggestion.guardrails)


def test_a_supplier_gets_no_more_than_what_is_left_of_its_budget():
    pottery = PotteryFactory()
    products = [DeliveryFactory(supplier=pottery).product for _ in range(2)]
    other = DeliveryFactory(supplier=PotteryFactory(name="Hill Kiln")).product
    forecast = DemandForecastFactory()
    for product in (*products, other):
        ProductForecastFactory(product=product, forecast=forecast)
        count(product, 5, AS_OF - DAY)
    OrderBudget.objects.create(supplier=pottery, amount=300, days=30)
    for state, days_ago in (("draft", None), ("sent", 29), ("sent", 30)):
        sent_on = days_ago and AS_OF - days_ago * DAY
        order = PurchaseOrderFactory(supplier=pottery, state=state, sent_on=sent_on)
        PurchaseOrderLineFactory(order=order, quantity=5, unit_cost=10, created_on=AS_OF - 40 * DAY)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    rows = RestockSuggestion.objects.all()
    theirs = [row for row in rows if row.product in products]
    assert 0 < sum(row.quantity * row.unit_cost for row in theirs) <= 200
    assert all(row.full_quantity for row in theirs)
    assert next(row for row in rows if row.product == other).full_quantity is None


def test_what_has_no_supplier_counts_for_the_shop_s_budget_alone():
    pottery = PotteryFactory()
    OrderBudget.objects.create(amount=1000, days=30)
    OrderBudget.objects.create(supplier=pottery, amount=300, days=30)
    for supplier, units in ((pottery, 10), (None, 25)):
        order = PurchaseOrderFactory(supplier=supplier)
        PurchaseOrderLineFactory(order=order, quantity=units, unit_cost=6)
    left = money_left(as_of=AS_OF)
    assert left.together == 1000 - 35 * 6
    assert left.by_supplier == {pottery.pk: 300 - 10 * 6}


def test_an_order_without_a_supplier_is_cut_by_the_shop_s_budget_alone():
    product = StockedProductFactory()
    ProductForecastFactory(product=product)
    count(product, 5, AS_OF - DAY)
    night = {"as_of": AS_OF.isoformat()}
    OrderBudget.objects.create(supplier=PotteryFactory(), amount=0)
    services.suggest_restock(job=RunningJobFactory(arguments=night))
    assert RestockSuggestion.objects.get().full_quantity is None
    OrderBudget.objects.create(amount=60)
    services.suggest_restock(job=RunningJobFactory(arguments=night))
    row = RestockSuggestion.objects.get(suggestion__state="open")
    assert row.supplier is None
    assert row.cost <= 60
    assert row.full_quantity == 27


def test_a_class_may_set_the_level():
    RestockPolicy.objects.create(level_by=RestockPolicy.LevelBy.CLASS)
    stocked()
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    assert RestockSuggestion.objects.get().service_level == pytest.approx(0.975)  # AX


def test_the_method_is_the_policy_s():
    RestockPolicy.objects.create(method="base_stock")
    product = stocked()
    count(product, 20, AS_OF - DAY)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))
    row = RestockSuggestion.objects.get()
    assert (row.method, row.reorder_point, row.order_up_to) == ("base_stock", 32, 32)
    assert row.waiting_cost > 0


def perishable(life: int, on_hand: int, **forecast):
    """One unit a day at 6.00, never longer than ``life`` days on the shelf."""
    product = stocked(**forecast)
    product.shelf_life_days = life
    product.save()
    count(product, on_hand, AS_OF - DAY)
    return product


def test_stock_that_spoils_is_cleared_before_it_lies_too_long():
    perishable(30, 80)
    assert adjust()["clearance"] == 1
    row = ClearanceSuggestion.objects.select_related("suggestion").get()
    assert (row.keep_days, row.surplus, row.expiring) == (30, 50, 50)
    assert (row.shelf_life_days, row.expiring_cost) == (30, 300)
    assert row.clear_by == AS_OF + 30 * DAY
    suggestion = row.suggestion
    assert suggestion.effect == row.holding_saved + 150
    words = suggestion.reason_in_words
    assert "About 50 units will pass the shelf life of 30 days before they sell: 300 CNY" in words
    assert any("half its cost" in say(part) for part in suggestion.assumptions)
    facts = {str(name): str(value) for name, value in kinds()["clearance"].facts(suggestion)}
    assert facts["Units that spoil before they sell"] == "50"


def test_what_came_in_long_ago_spoils_sooner():
    product = stocked()
    product.shelf_life_days = 60
    product.save()
    order = PurchaseOrderFactory(state="sent", created_on=AS_OF - 60 * DAY)
    PurchaseOrderLineFactory(order=order, product=product, quantity=50)
    services.receive_purchase_order(order, on=AS_OF - 40 * DAY)
    count(product, 50, AS_OF - DAY)
    assert adjust()["clearance"] == 1
    row = ClearanceSuggestion.objects.get()
    assert (row.expiring, row.surplus) == (30, 30)  # twenty days are left, twenty will sell
    assert row.clear_by == AS_OF + 20 * DAY


def test_what_does_not_spoil_is_kept_as_long_as_it_is_worth():
    product = stocked()
    count(product, 80, AS_OF - DAY)
    assert adjust()["clearance"] == 0
