"""A shop with something to decide, served to a browser that complains aloud."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from catalog.models import Product
from pricing.models import PriceSuggestion
from recommendations import shelf
from suggestions.models import Suggestion
from tests.factories.catalog import PriceChangeFactory, ProductFactory
from tests.factories.jobs import JobFactory, RunFactory, ScoreFactory
from tests.factories.sales import OrderFactory, OrderLineFactory
from tests.factories.suggestions import SuggestionFactory

PASSWORD = "open sesame"


@dataclass(frozen=True)
class Shop:
    """What the tests need to know of the shop on the server."""

    url: str
    product: Product
    page: Page
    complaints: list[str]

    def log_in(self) -> None:
        """As a merchant would, through the form."""
        self.page.goto(self.url)
        self.page.fill("#id_username", "li")
        self.page.fill("#id_password", PASSWORD)
        self.page.locator("#login-form button").click()
        self.page.wait_for_selector("#nav-sidebar", state="attached")

    def is_wider_than_the_screen(self) -> bool:
        """Whether one would have to scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture
def cup(transactional_db: None) -> Product:
    """A cup at 10.00 that has sold for eight weeks."""
    cup = ProductFactory(sku="CUP", title="Celadon tea cup", title_zh="青瓷茶杯", cost=6)
    for days in (120, 60):
        at = timezone.now() - timedelta(days=days)
        PriceChangeFactory(product=cup, price=10, effective_at=at)
    for days in range(1, 57, 3):
        order = OrderFactory(placed_at=timezone.now() - timedelta(days=days))
        OrderLineFactory(order=order, product=cup, quantity=2)
    return cup


@pytest.fixture
def shop(live_server: LiveServer, page: Page, cup: Product) -> Iterator[Shop]:
    """Fails the test at its end where the browser's console held an error."""
    shelf.forget_everything()
    User.objects.create_superuser("li", "", PASSWORD)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Shop(live_server.url, cup, page, complaints)
    assert complaints == []


@pytest.fixture
def advice(cup: Product) -> Suggestion:
    """Raise the cup from 10.00 to 10.60."""
    run = RunFactory()
    job = JobFactory(run=run, kind="pricing.suggest_prices", state="done", progress=1)
    ScoreFactory(job=job, subject="prices", role="chosen", method="elasticity", value=0.3)
    ScoreFactory(job=job, subject="prices", role="naive", method="no change", value=0.4)
    suggestion = SuggestionFactory(
        kind="price",
        job=job,
        subject_key=f"product:{cup.pk}",
        subject=cup.title,
        subject_zh=cup.title_zh,
        current_value=Decimal("10.00"),
        suggested_value=Decimal("10.60"),
        evidence={"elasticity": -1.4},
    )
    PriceSuggestion.objects.create(
        suggestion=suggestion,
        product=cup,
        current_price=Decimal("10.00"),
        suggested_price=Decimal("10.60"),
        floor_price=Decimal("6.60"),
        unit_cost=Decimal("6.00"),
        cost_is_assumed=False,
        elasticity=-1.4,
        elasticity_low=-1.9,
        elasticity_high=-0.9,
        own_weight=0.6,
        units_now=20,
        units=18.5,
        units_sd=3,
        profit_now=Decimal("80.00"),
        profit=Decimal("85.10"),
        profit_low=Decimal("78.00"),
        profit_high=Decimal("92.00"),
    )
    return suggestion
