"""The first page: figures, comparison, what waits, what the night did."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sales.models import Order
from tests.factories.jobs import JobFactory, RunFactory, ScoreFactory
from tests.factories.sales import OrderFactory, OrderLineFactory
from tests.factories.suggestions import SuggestionFactory
from tests.people import client_of

HOME = reverse("admin:index")


def order_ago(days: int) -> Order:
    return OrderFactory(placed_at=timezone.now() - timedelta(days=days))


@pytest.fixture
def shop(db: None) -> None:
    """30 in the last 28 days, 20 in the 28 before, and a night."""
    OrderLineFactory(order=order_ago(0), quantity=3)
    OrderLineFactory(order=order_ago(30), quantity=2)
    SuggestionFactory(subject="Green tea", effect=150)
    SuggestionFactory(subject="Red tea", effect=50)
    job = JobFactory(run=RunFactory(), kind="pricing.suggest_prices", state="running", progress=0.5)
    ScoreFactory(job=job, role="chosen", method="elasticity", value=0.3)
    ScoreFactory(job=job, role="naive", method="no change", value=0.4)


def test_figures_stand_beside_the_period_before(admin_client: Client, shop: None) -> None:
    cards = admin_client.get(HOME).context["cards"]

    assert [(card.value, card.gain) for card in cards] == [("¥30", 0.5), ("1", 0.0), ("1", 0.0)]


def test_the_period_can_be_chosen(admin_client: Client, shop: None) -> None:
    reply = admin_client.get(HOME, {"days": "90"})

    assert [card.value for card in reply.context["cards"]] == ["¥50", "2", "2"]
    assert [card.gain for card in reply.context["cards"]] == [None, None, None]
    chart = reply.context["sales_chart"]
    assert len(chart.labels) == 90
    assert sum(chart.datasets[0]["data"]) == 50.0
    assert sum(chart.datasets[1]["data"]) == 0.0


@pytest.mark.parametrize("days", ["", "7", "x", "-1"])
def test_an_odd_period_is_28_days(admin_client: Client, shop: None, days: str) -> None:
    assert admin_client.get(HOME, {"days": days}).context["days"] == 28


def test_what_waits_and_what_the_night_did(admin_client: Client, shop: None) -> None:
    reply = admin_client.get(HOME)
    text = reply.content.decode()

    assert reply.context["pile"].count == 2
    assert reply.context["pile"].effect == Decimal(200)
    assert [row["subject"] for row in reply.context["top"]] == ["Green tea", "Red tea"]
    for words in ("Suggest prices", "running", "model wins", "+25 %"):
        assert words in text


def test_an_empty_shop_says_what_to_do(admin_client: Client) -> None:
    text = admin_client.get(HOME).content.decode()

    assert "No sales yet" in text
    assert "Nothing waits for you." in text


def test_the_page_takes_few_queries(admin_client: Client, shop: None) -> None:
    for days in ("28", "365"):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(HOME, {"days": days})
        assert len(queries) == 12


def test_an_analyst_sees_it_all(shop: None) -> None:
    reply = client_of("Analyst").get(HOME)

    assert reply.context["cards"]
    assert reply.context["top"]


def test_staff_without_rights_see_no_figures(client: Client, shop: None) -> None:
    client.force_login(User.objects.create_user("new", is_staff=True))

    context = client.get(HOME).context
    assert "cards" not in context
    assert "top" not in context
    assert "run" not in context


def test_the_inbox_shows_how_many_wait(admin_client: Client, shop: None) -> None:
    groups = admin_client.get(HOME).context["sidebar_navigation"]

    assert str(groups[0]["items"][1]["badge_callback"]) == "2"
