import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from inventory import services
from inventory.services import NoPastError, replay_stock
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    count,
    sell,
    steady,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAYS = 84


@pytest.fixture
def shop():
    """One product sells two a day, one from five to nine every other day."""
    cup, pot = DeliveryFactory().product, DeliveryFactory().product
    sell(cup, steady(2, 300))
    sell(pot, {AS_OF - back * DAY: 5 + back % 5 for back in range(1, 300, 2)})
    return cup, pot


def test_policies_stand_beside_the_oracle(shop):
    found = replay_stock(as_of=AS_OF, days=DAYS)
    assert (found.since, found.products) == (AS_OF - DAYS * DAY, 2)
    assert set(found.results) == {
        "oracle",
        "fixed minimum",
        "weeks of cover",
        "normal textbook",
        "restock rule",
    }
    best = found.results["oracle"]
    assert best.fill == 1.0
    assert all(best.running <= other.running for other in found.results.values())


def test_what_happened_stands_beside_them_where_stock_is_known():
    """From 200 units two a day are sold; 60 are ordered in the sixth week and come in the next."""
    since, uncounted = AS_OF - 56 * DAY, DeliveryFactory().product
    product = DeliveryFactory().product
    for one in (product, uncounted):
        sell(one, steady(2, 120))
    assert "happened" not in replay_stock(as_of=AS_OF, days=56).results
    count(product, 200, since - DAY)
    order = PurchaseOrderFactory(state="sent", created_on=since + 36 * DAY)
    PurchaseOrderLineFactory(order=order, product=product, quantity=60, created_on=since + 36 * DAY)
    dropped = PurchaseOrderFactory(state="cancelled", created_on=since + 40 * DAY)
    PurchaseOrderLineFactory(
        order=dropped, product=product, quantity=9, created_on=since + 40 * DAY
    )
    services.receive_purchase_order(order, on=since + 43 * DAY)

    found = replay_stock(as_of=AS_OF, days=56).results["happened"]

    # On the first mornings of the weeks after the warm-up: 144, 130, 116 and, after it came, 162.
    assert found.holding == pytest.approx(138 * 6 * 0.25 * 28 / 365)
    assert (found.fill, found.shortage, found.stockout_days) == (1.0, 0.0, 0.0)
    assert found.lines == 1
    assert found.cover_days == pytest.approx(138 / 2)


def test_a_higher_service_level_keeps_more_in_stock(shop):
    little, much = (
        replay_stock(as_of=AS_OF, days=DAYS, service_level=level).results["restock rule"]
        for level in (0.6, 0.99)
    )
    assert much.cover_days > little.cover_days
    assert much.fill >= little.fill


def test_what_is_sold_later_changes_nothing(shop):
    before = replay_stock(as_of=AS_OF, days=DAYS)
    for product in shop:
        sell(product, {AS_OF: 400, AS_OF + DAY: 70})
    assert replay_stock(as_of=AS_OF, days=DAYS) == before


def test_progress_runs_from_nothing_to_nearly_all(shop):
    heard = []
    replay_stock(as_of=AS_OF, days=DAYS, on_review=heard.append)
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert 0.9 < heard[-1] < 1


def test_a_shop_without_a_past_is_told_so():
    with pytest.raises(NoPastError, match="Nothing was sold"):
        replay_stock(as_of=AS_OF)
    with pytest.raises(NoPastError, match="more than 28"):
        replay_stock(as_of=AS_OF, days=20)


def run(*arguments):
    out = StringIO()
    call_command("replay_stock", "--as-of", str(AS_OF), *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table(shop, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    page = run("--days", str(DAYS))
    assert "2 products, 84 days from 2025-03-10" in page
    assert "restock suggestions" in page
    assert "fixed minimum and maximum" in page


def test_the_command_prints_json(shop):
    found = json.loads(run("--days", str(DAYS), "--service-level", "0.9", "--json"))
    assert found["products"] == 2
    assert found["results"]["oracle"]["fill"] == 1.0


def test_the_command_refuses_what_cannot_be(shop):
    with pytest.raises(CommandError, match="service-level"):
        run("--service-level", "95")
    with pytest.raises(CommandError, match="more than 28"):
        run("--days", "7")
