"""Restock board, evaluation, risk and replays: what they show, who may act, how many queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory import services, tasks
from inventory.evaluation import evaluate, risks
from inventory.models import PurchaseOrder, PurchaseOrderLine, StockReplay
from jobs.models import Job
from suggestions.models import Suggestion
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    DemandForecastFactory,
    ProductForecastFactory,
    StockedProductFactory,
    count,
    sell,
    steady,
)
from tests.factories.jobs import RunningJobFactory
from tests.factories.stockroom import LI, sent_order
from tests.factories.suggestions import SuggestionFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BOARD = "admin:inventory_restocksuggestion_changelist"


def advised(products: int = 2) -> None:
    """So many products of one supplier with open orders."""
    forecast = DemandForecastFactory()
    for _ in range(products):
        ProductForecastFactory(product=DeliveryFactory().product, forecast=forecast)
    services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))


def text(client: Client, name: str) -> str:
    return client.get(reverse(name)).content.decode()


def test_the_board_groups_orders_by_supplier_and_orders_them_at_once():
    advised()
    manager = client_of("Manager")
    assert "Jingdezhen Pottery" in text(manager, BOARD)
    supplier = Suggestion.objects.first().restock.supplier_id
    answer = manager.post(reverse("admin:inventory_order_all"), {"supplier": supplier}, follow=True)
    assert "2 products are on the draft order now." in answer.content.decode()
    order = PurchaseOrder.objects.get()
    assert (order.state, order.lines.count()) == ("draft", 2)
    assert "Nothing waits to be ordered." in text(manager, BOARD)


def test_what_moved_meanwhile_is_left_and_said():
    advised()
    row = Suggestion.objects.first().restock
    PurchaseOrderLine.objects.create(
        order=PurchaseOrder.objects.create(
            supplier=row.supplier, created_on=AS_OF, created_by="Li", state="sent"
        ),
        product=row.product, quantity=5, unit_cost=6, created_on=AS_OF,
    )  # fmt: skip
    url = reverse("admin:inventory_order_all")
    answer = client_of("Manager").post(url, {"supplier": row.supplier_id}, follow=True)
    assert "1 product is on the draft order now." in answer.content.decode()
    assert "units are on order now" in answer.content.decode()
    assert Suggestion.objects.filter(state="open").count() == 1


def test_one_click_orders_what_the_board_shows_and_no_more(monkeypatch):
    monkeypatch.setattr("inventory.board.MOST_ROWS", 2)
    advised(3)
    manager, url = client_of("Manager"), reverse("admin:inventory_order_all")
    supplier = Suggestion.objects.first().restock.supplier_id
    answer = manager.post(url, {"supplier": supplier}, follow=True).content.decode()
    assert "2 products are on the draft order now." in answer
    assert Suggestion.objects.filter(state="open").count() == 1


def test_an_analyst_sees_the_board_and_orders_nothing():
    advised()
    analyst, url = client_of("Analyst"), reverse("admin:inventory_order_all")
    assert "Order all" not in text(analyst, BOARD)
    assert analyst.post(url, {"supplier": "1"}).status_code == 403
    assert analyst.get(url).status_code == 405
    assert not PurchaseOrder.objects.exists()
    assert Suggestion.objects.filter(state="open").count() == 2


@pytest.mark.parametrize("supplier", ["all", "²", "9" * 5000])
def test_a_supplier_that_is_no_number_changes_nothing(admin_client, supplier):
    advised()
    url = reverse("admin:inventory_order_all")
    answer = admin_client.post(url, {"supplier": supplier}, follow=True)
    assert "Choose a supplier of the board." in answer.content.decode()
    assert not PurchaseOrder.objects.exists()


@pytest.mark.parametrize("products", [3, 60])
def test_the_board_asks_the_same_of_the_database_however_long(
    admin_client, django_assert_num_queries, products
):
    advised(products)
    admin_client.get(reverse(BOARD))
    with django_assert_num_queries(4):
        admin_client.get(reverse(BOARD))


@pytest.mark.parametrize("page", ["admin:inventory_evaluation", "admin:inventory_risk", BOARD])
def test_pages_stand_empty_and_need_a_right(client, admin_client, page):
    assert admin_client.get(reverse(page)).status_code == 200
    assert client.get(reverse(page)).status_code == 302


def test_figures_of_a_product_by_hand():
    product = StockedProductFactory()  # costs 6, sells for 10
    count(product, 100, AS_OF - 11 * DAY)
    sell(product, steady(4, 10))
    found = evaluate(as_of=AS_OF, days=10)
    assert found is not None
    shop = found.shop
    # In the morning of the ten days 100, 96 … 64 units lay there; 60 are left.
    assert shop["stock_value"] == 60 * 6
    assert shop["turns"] == pytest.approx(40 / 82 * 36.5)
    assert shop["cover_days"] == pytest.approx(15)
    assert shop["sell_through"] == pytest.approx(0.4)
    assert shop["gmroi"] == pytest.approx(40 * 4 / (82 * 6) * 36.5)
    assert (shop["fill_rate"], shop["dead_value"], shop["stockout_share"]) == (1, 0, 0)
    assert found.ageing["0–30"] == 360
    assert found.weeks["value"].tolist() == [600, 72 * 6]


def test_stock_that_never_sold_is_dead_and_the_day_itself_does_not_count():
    product = StockedProductFactory()
    count(product, 10, AS_OF - DAY)
    before = evaluate(as_of=AS_OF)
    sell(product, {AS_OF: 5})
    count(product, 1, AS_OF)
    after = evaluate(as_of=AS_OF)
    assert before is not None
    assert after is not None
    assert before.shop["dead_value"] == 60
    assert str(before.shop) == str(after.shop)  # NaN is not equal to itself
    assert before.products.equals(after.products)


def test_days_without_stock_count_as_missed_sales():
    product = StockedProductFactory()
    count(product, 20, AS_OF - 11 * DAY)
    sell(product, steady(4, 5, until=AS_OF - 5 * DAY))
    found = evaluate(as_of=AS_OF, days=10)
    assert found is not None
    assert found.shop["stockout_share"] == pytest.approx(0.5)
    assert found.shop["fill_rate"] == pytest.approx(0.5)


def test_goods_that_only_a_count_tells_of_did_not_lie_there_all_along():
    product = StockedProductFactory()
    count(product, 8, AS_OF - 11 * DAY)
    sell(product, {AS_OF - 10 * DAY: 4, AS_OF - 9 * DAY: 4})
    count(product, 50, AS_OF - 4 * DAY)  # a delivery that nobody wrote down
    found = evaluate(as_of=AS_OF, days=10)
    assert found is not None
    # In the mornings 8 and 4 units lay there, none on five days, then 50.
    assert found.shop["stockout_share"] == pytest.approx(0.5)
    assert found.products["average"].tolist() == [pytest.approx((8 + 4 + 3 * 50) / 10)]
    assert found.weeks["value"].tolist() == [8 * 6, 50 * 6]


def test_before_the_first_count_stock_is_walked_back_from_it():
    product = StockedProductFactory()
    sell(product, steady(2, 10))
    count(product, 10, AS_OF - 3 * DAY)
    found = evaluate(as_of=AS_OF, days=10)
    assert found is not None
    # 10 units on the morning after the count and 8 on the next; 12 before it, 14 before that …
    assert found.products["average"].tolist() == [pytest.approx(sum(range(8, 28, 2)) / 10)]


def test_risks_in_money():
    advised()
    late = PurchaseOrder.objects.create(
        created_on=AS_OF - 30 * DAY, expected_on=AS_OF - DAY, created_by="Li", state="sent"
    )
    late.lines.create(
        product=StockedProductFactory(), quantity=10, unit_cost=6, created_on=AS_OF - 30 * DAY
    )
    found = {risk.name: risk for risk in risks(today=AS_OF)}
    assert (found["late_suppliers"].count, found["late_suppliers"].money) == (1, Decimal(60))
    promised = sum(one.effect for one in Suggestion.objects.all())
    assert found["stockout"].money == promised
    assert found["stockout"].trend == [(AS_OF, promised)]
    assert found["overstock"].money == 0


def test_of_an_order_that_came_in_part_the_rest_is_late():
    order = sent_order(10, 4)
    cups, _pots = order.lines.order_by("pk")
    services.receive(order, services.Arrival("LS-1", {cups.pk: 7}), actor=LI)
    PurchaseOrder.objects.update(expected_on=timezone.localdate() - DAY)
    late = {risk.name: risk for risk in risks(today=timezone.localdate())}["late_suppliers"]
    rest = sum(line.outstanding * line.unit_cost for line in order.lines.all())
    assert (late.count, late.money) == (1, rest)


def test_a_card_of_late_orders_leads_to_those_that_came_in_part(admin_client):
    sent_order(10)
    assert "state__in=sent,partly" in text(admin_client, "admin:inventory_risk")
    page = admin_client.get(
        reverse("admin:inventory_purchaseorder_changelist"), {"state__in": "sent,partly"}
    )
    assert page.context["cl"].result_count == 1


def test_what_will_spoil_is_a_risk_of_its_own_and_is_evaluated():
    product = StockedProductFactory(shelf_life_days=20)
    ProductForecastFactory(product=product)
    sell(product, steady(1, 91))
    count(product, 50, AS_OF - DAY)
    job = RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})
    services.suggest_adjustments(job=job)
    found = {risk.name: risk for risk in risks(today=AS_OF)}
    assert (found["expiry"].count, found["expiry"].money) == (1, Decimal(180))
    assert found["expiry"].trend == [(AS_OF, Decimal(180))]
    assert (found["overstock"].count, found["overstock"].money) == (0, 0)
    figures = evaluate(as_of=AS_OF)
    assert figures is not None
    assert figures.products[["expiring", "spoils_in"]].to_numpy().tolist() == [[30, 20]]
    assert figures.shop["expiring_value"] == 30 * 6


def test_the_evaluation_names_what_will_spoil(admin_client):
    product = StockedProductFactory(shelf_life_days=20)
    count(product, 50, timezone.localdate() - DAY)
    cache.clear()
    page = text(admin_client, "admin:inventory_evaluation")
    assert "Spoils before it sells" in page
    assert "¥300" in page


def test_a_replay_is_queued_run_and_shown():
    product = StockedProductFactory()
    sell(product, steady(2, 300))
    manager = client_of("Manager")
    wish = {"days": "56", "service_level": "0.9", "lead_factor": "1.5", "budget": "500"}
    manager.post(reverse("admin:inventory_start_replay"), wish)
    job = Job.objects.get(kind="inventory.replay_stock")
    assert job.arguments["budget"] == 500
    Job.objects.filter(pk=job.pk).update(arguments=job.arguments | {"as_of": AS_OF.isoformat()})
    assert tasks.replay_stock(job.pk) == 5
    found = StockReplay.objects.get()
    assert (found.products, found.days) == (1, 56)
    page = manager.get(reverse("admin:inventory_stockreplay_change", args=[found.pk]))
    assert "restock suggestions" in page.content.decode()
    assert "oracle" in page.content.decode()


@pytest.mark.parametrize(
    "wish",
    [
        {"days": "5"},
        {"days": "x"},
        {"service_level": "1.2"},
        {"lead_factor": "-1"},
        {"budget": "1e500"},
    ],
)
def test_a_senseless_replay_is_refused_with_the_field(admin_client, wish):
    url = reverse("admin:inventory_start_replay")
    answer = admin_client.post(url, {"days": "56", "lead_factor": "1"} | wish, follow=True)
    words = {
        "days": "days",
        "service_level": "service level",
        "lead_factor": "lead time, times",
        "budget": "budget per review",
    }
    assert words[next(iter(wish))] in answer.content.decode()
    assert not Job.objects.filter(kind="inventory.replay_stock").exists()


def test_an_analyst_starts_no_replay():
    analyst, url = client_of("Analyst"), reverse("admin:inventory_start_replay")
    assert analyst.post(url, {"days": "56", "lead_factor": "1"}).status_code == 403
    assert not Job.objects.filter(kind="inventory.replay_stock").exists()
    assert "What if" not in text(analyst, "admin:inventory_stockreplay_changelist")


@pytest.mark.parametrize("page", ["admin:inventory_evaluation", "admin:inventory_risk"])
@pytest.mark.parametrize("products", [2, 30])
def test_evaluation_and_risk_ask_the_same_of_the_database(
    admin_client, django_assert_max_num_queries, page, products
):
    advised(products)
    for line in Suggestion.objects.all():
        count(line.restock.product, 50, AS_OF - DAY)
    cache.clear()
    with django_assert_max_num_queries(25):  # the first reader of some minutes computes it
        assert admin_client.get(reverse(page)).status_code == 200
    with django_assert_max_num_queries(12):
        assert admin_client.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", ["admin:inventory_evaluation", "admin:inventory_risk", BOARD])
def test_a_page_is_headed_by_its_own_name(admin_client, page):
    head = text(admin_client, page).split("<h1", 1)[1].split("</h1>")[0]
    assert "Restock suggestions" not in head
    assert head.count("chevron_right") == 0


def test_a_product_on_the_board_names_each_of_its_figures_for_a_phone(admin_client):
    advised(1)
    page = text(admin_client, BOARD)
    assert page.count("data-label=") == page.count("<th>") + page.count("<th ") - 1


@pytest.mark.parametrize(
    ("kind", "current", "words"),
    [
        ("price", "12.00", "¥12.00"),
        ("restock", "0", "Order <b>15 pcs</b>"),
        ("balance", None, "Move <b>15 pcs</b>"),
        ("clearance", "51", "Clear <b>15 pcs</b>"),
    ],
)
def test_an_amount_is_not_shown_as_what_comes_after_the_stock(admin_client, kind, current, words):
    unit = "CNY" if kind == "price" else "pcs"
    SuggestionFactory(kind=kind, unit=unit, current_value=current, suggested_value=15)
    page = text(admin_client, "admin:suggestions_suggestion_changelist")

    assert words in page
    assert ("→" in page) == (kind == "price")
