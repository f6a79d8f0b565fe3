import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from inventory.services import NoPastError, replay_stock
from tests.factories.inventory import AS_OF, DeliveryFactory, sell, steady

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
