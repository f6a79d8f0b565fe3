"""What cannot be is refused with a reason, what is merely extreme comes out right."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting import from_matrix
from inventory import services
from inventory.algorithms.learned_levels import learn_levels
from inventory.algorithms.learned_sums import LearnedSums
from inventory.algorithms.replay import Money, ReplayCase, judged, replay, starting_stock
from inventory.algorithms.replay_policies import learned_policy
from inventory.models import (
    DemandForecast,
    ProductForecast,
    PurchaseReceipt,
    RestockPolicy,
    RestockSuggestion,
)
from inventory.selectors import units_on_order
from inventory.services import Arrival, RefusedError, receive
from inventory.services.suggested import MOST_COST
from suggestions.amounts import MOST_MONEY
from tests.factories.inventory import (
    AS_OF,
    DeliveryFactory,
    ProductForecastFactory,
    PurchaseOrderFactory,
    PurchaseOrderLineFactory,
    StockedProductFactory,
    count,
    sell,
    steady,
)
from tests.factories.jobs import RunningJobFactory
from tests.factories.stockroom import LI, sent_order

DAY = timedelta(days=1)
HUGE = 10**9


def job():
    return RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})


def panel(y):
    dates = pd.date_range("2024-01-01", periods=y.shape[1])
    return from_matrix(y, ids=range(len(y)), dates=dates, freq="D")


def case(y, **changes):
    shop, n = panel(y), len(y)
    figures = {
        "leads": np.full((n, 18), 7, dtype=np.int64),
        "lead_days": np.full(n, 7.0),
        "lead_variance": np.zeros(n),
        "start_stock": starting_stock(shop, y.shape[1] - 126),
    }
    return ReplayCase(panel=shop, days=126, **(figures | changes))


@pytest.mark.django_db
def test_a_surplus_no_shelf_holds_is_refused_even_where_a_surplus_is_fine():
    order = sent_order(30)
    line = order.lines.get()
    with pytest.raises(RefusedError, match="more than a shelf holds"):
        receive(order, Arrival("LS-1", {line.pk: 2**31}, accept_surplus=True), actor=LI)
    assert not PurchaseReceipt.objects.exists()


@pytest.mark.django_db
def test_orders_that_overlap_count_together_and_are_not_ordered_again():
    product = DeliveryFactory().product
    ProductForecastFactory(product=product)
    count(product, 2, AS_OF - DAY)
    for units, state in ((12, "draft"), (18, "sent")):
        order = PurchaseOrderFactory(state=state, sent_on=AS_OF - DAY if state == "sent" else None)
        PurchaseOrderLineFactory(order=order, product=product, quantity=units)
    assert units_on_order().to_dict() == {product.pk: 30}
    assert services.suggest_restock(job=job()) == 0  # 32 units last: the level to order up to


@pytest.mark.django_db
def test_a_supplier_who_delivers_at_once_is_ordered_from_for_a_week():
    product = DeliveryFactory(lead_days=0).product
    sell(product, steady(2, 120))
    services.forecast_demand(job=job())
    row = ProductForecast.objects.get()
    assert (row.lead_days, row.protection_days) == (0, 7)
    count(product, 0, AS_OF - DAY)
    assert services.suggest_restock(job=job()) == 1


@pytest.mark.django_db
def test_a_billion_units_a_day_are_forecast_and_ordered_as_far_as_an_order_reaches():
    RestockPolicy.objects.create(level_by="policy")
    product = DeliveryFactory().product
    sell(product, steady(HUGE, 120))
    assert services.forecast_demand(job=job()) == 1
    row = ProductForecast.objects.get()
    assert row.protection_mean == pytest.approx(21 * HUGE, rel=0.01)
    assert np.isfinite(list(row.daily["q90"])).all()
    count(product, 0, AS_OF - DAY)
    services.suggest_restock(job=job())
    found = RestockSuggestion.objects.get()
    assert 0 < found.quantity <= 2**31 - 1
    assert found.quantity % found.pack_size == 0
    assert found.order_up_to <= 2**31 - 1


@pytest.mark.django_db
def test_a_mistyped_price_does_not_cost_the_night_its_advice():
    RestockPolicy.objects.create(level_by="policy")
    product = DeliveryFactory(product__price=HUGE, product__cost=None).product
    sell(product, steady(HUGE, 120))
    services.forecast_demand(job=job())
    count(product, 0, AS_OF - DAY)
    assert services.suggest_restock(job=job()) == 1
    found = RestockSuggestion.objects.get()
    assert found.lost_margin_avoided == found.suggestion.effect == MOST_MONEY
    assert found.unit_cost == MOST_COST


@pytest.mark.django_db
def test_nothing_ever_sold_is_nothing_to_order():
    StockedProductFactory()
    services.forecast_demand(job=job())
    assert services.suggest_restock(job=job()) == 0
    assert DemandForecast.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        *(({"lead_factor": factor}, "above zero") for factor in (0.0, -1.0, np.nan, np.inf)),
        *(({"service_level": level}, "between 0 and 1") for level in (0.0, 1.0, 95.0)),
        *(({"budget": budget}, "below zero") for budget in (-1.0, np.nan)),
    ],
)
def test_a_replay_that_cannot_be_is_refused(wish, reason):
    sell(StockedProductFactory(), steady(2, 200))
    with pytest.raises(RefusedError, match=reason):
        services.replay_stock(as_of=AS_OF, days=56, **wish)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"leads": np.zeros((1, 18), dtype=np.int64)}, "at least a day"),
        ({"lead_days": np.array([-1.0])}, "below zero"),
        ({"lead_variance": np.array([-1.0])}, "below zero"),
        ({"start_stock": np.array([-5])}, "below zero"),
        ({"review_days": 0}, "at least a day"),
    ],
)
def test_a_case_that_cannot_be_is_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        case(np.ones((1, 300)), **changes)


def test_a_shop_that_sells_nothing_is_replayed_without_orders():
    there = case(np.zeros((12, 300)))
    ledger = replay(there, learned_policy([0.95], np.ones(12)))[0]
    result = judged(ledger, Money(np.ones(12), np.ones(12)))
    assert (ledger.ordered.sum(), result.fill, result.running) == (0, 1.0, 0.0)
    levels = learn_levels(there, Money(np.ones(12), np.full(12, 2.0)))
    assert all(0.5 < level < 1 for level in levels.values())


def test_a_billion_units_a_day_are_replayed_whole():
    y = np.full((12, 300), float(HUGE))
    ledger = replay(case(y), learned_policy([0.95], np.ones(12)))[0]
    assert (ledger.ordered >= 0).all()
    assert (ledger.stock >= 0).all()
    assert ledger.sold[:, 28:].sum() == ledger.demand[:, 28:].sum()


def test_a_span_of_no_days_is_refused():
    with pytest.raises(ValueError, match="at least a day"):
        LearnedSums().fit(panel(np.ones((3, 100))), np.array([7, 0, 7]))
