import json
from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest
from django.core.serializers.json import DjangoJSONEncoder

from catalog.models import Category
from inventory import services, tasks
from inventory.models import PurchaseOrder, RestockPolicy, RestockSuggestion
from inventory.selectors import policies_of, stock_on_hand, units_on_order
from inventory.services import restock as restock_module
from jobs.models import Job
from jobs.scoreboard import duels_of_job
from suggestions.kinds import kinds
from suggestions.models import Suggestion, say
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
)
from tests.factories.jobs import JobFactory, RunningJobFactory, ScoreFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def suggest() -> int:
    return services.suggest_restock(job=RunningJobFactory(arguments={"as_of": AS_OF.isoformat()}))


def delivered(**forecast):
    """A product with a supplier and a forecast of one unit a day."""
    product = DeliveryFactory().product
    ProductForecastFactory(product=product, **forecast)
    return product


def published() -> str:
    """All that was suggested, but for keys and times."""
    hidden = {"id", "job_id", "created_at", "suggestion_id"}
    rows = [
        *Suggestion.objects.order_by("subject_key").values(),
        *RestockSuggestion.objects.order_by("product_id").values(),
    ]
    cut = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    return json.dumps(cut, cls=DjangoJSONEncoder)


def test_an_order_is_suggested_with_all_its_figures():
    product = delivered()
    count(product, 9, AS_OF - 3 * DAY)
    sell(product, {AS_OF - 2 * DAY: 3, AS_OF - DAY: 1})

    assert suggest() == 1

    row = RestockSuggestion.objects.select_related("suggestion").get()
    suggestion = row.suggestion
    assert (row.on_hand, row.on_hand_is_assumed, row.on_order) == (5, False, 0)
    # Negative binomial with variance 2 × mean: 95 % of 15 and 21 units.
    assert (row.reorder_point, row.order_up_to) == (25, 32)
    assert row.quantity == 30  # 27 are missing, in packs of six
    assert row.run_out_on == AS_OF + 5 * DAY
    assert row.order_by == AS_OF
    assert row.stockout_risk == pytest.approx(0.96, abs=0.02)
    assert (suggestion.subject, suggestion.subject_zh) == (product.title, product.title_zh)
    assert suggestion.subject_key == f"product:{product.pk}"
    assert (suggestion.current_value, suggestion.suggested_value) == (0, 30)
    assert suggestion.effect == row.lost_margin_avoided > 0
    assert suggestion.effect_low <= suggestion.effect <= suggestion.effect_high
    assert suggestion.effect_days == 21
    assert suggestion.expires_on == AS_OF + 7 * DAY
    assert suggestion.risk == Suggestion.Risk.LOW
    assert suggestion.assumptions == []
    assert "5 units are on hand" in suggestion.reason_in_words
    assert [say(part) for part in suggestion.guardrails] == [
        "Rounded up to whole packs of 6 units."
    ]


def test_unknown_stock_and_cost_are_assumed_and_said():
    ProductForecastFactory(product=StockedProductFactory(cost=None))
    suggest()
    row = RestockSuggestion.objects.get()
    assert (row.on_hand, row.on_hand_is_assumed) == (14, True)  # 14 days of one unit
    assert (row.lead_is_assumed, row.cost_is_assumed) == (True, True)
    assert row.unit_cost == Decimal("6.0000")
    assert row.supplier is None
    assert row.suggestion.risk == Suggestion.Risk.MEDIUM
    words = " ".join(say(part) for part in row.suggestion.assumptions)
    assert "14 units on hand are assumed" in words
    assert "lead time of 14 days is assumed" in words
    assert "cost of 6.00 CNY per unit is assumed" in words


def test_large_figures_are_grouped_and_small_ones_keep_their_cents():
    fan = {name: [90.0] * 56 for name in ("mean", "q10", "q50", "q90")}
    delivered(
        daily=fan, lead_mean=1350.0, lead_variance=2700.0, protection_mean=1890.0,
        protection_variance=3780.0, protection_q90=1970.4,
    )  # fmt: skip
    suggest()
    row = RestockSuggestion.objects.get()
    words = row.suggestion.reason_in_words
    assert "about 1,260 units are assumed" in words  # 14 days of 90
    assert "about 1,890 units" in words
    assert f"Ordering {row.quantity} units for {6 * row.quantity:,} CNY" in words
    facts = {str(label): str(value) for label, value in kinds()["restock"].facts(row.suggestion)}
    assert facts["On hand"] == "1,260 (assumed)"
    assert facts["Demand over those days"] == "1,890 (13–1,970)"
    assert facts["Cost of the order"] == f"¥{6 * row.quantity:,}"
    assert facts["Unit cost"] == "¥6.00"


def test_what_was_never_counted_is_ordered_without_safety_stock():
    """14 of 21 units are assumed to be there; counted, the same product gets a safety stock."""
    assumed, known = (StockedProductFactory() for _product in range(2))
    forecast = DemandForecastFactory()
    for product in (assumed, known):
        ProductForecastFactory(forecast=forecast, product=product)
    count(known, 14, AS_OF - DAY)
    suggest()
    rows = {row.product_id: row for row in RestockSuggestion.objects.all()}
    assert rows[assumed.pk].quantity == 7
    assert rows[known.pk].quantity == 32 - 14
    suggestion = rows[assumed.pk].suggestion
    assert "about 14 units are assumed to be on hand" in suggestion.reason_in_words
    assert "No safety stock" in say(suggestion.guardrails[0])
    facts = dict(kinds()["restock"].facts(suggestion))
    assert facts["Service level"] == "no safety stock before stock is counted"
    assert "assumed" not in rows[known.pk].suggestion.reason_in_words


def test_erratic_demand_on_assumed_stock_is_of_high_risk():
    ProductForecastFactory(protection_variance=900.0)
    suggest()
    assert Suggestion.objects.get().risk == Suggestion.Risk.HIGH


def test_what_nobody_bought_lately_is_ordered_only_where_the_shelf_is_empty():
    """Both sold four months ago; one may have sold nothing since because there was none."""
    forecast = DemandForecastFactory()
    dead, sold_out, alive = (StockedProductFactory() for _product in range(3))
    for product in (dead, sold_out, alive):
        ProductForecastFactory(forecast=forecast, product=product)
        sell(product, {AS_OF - 120 * DAY: 400})
    sell(alive, {AS_OF - 80 * DAY: 1})
    count(sold_out, 0, AS_OF - DAY)
    suggest()
    advised = set(RestockSuggestion.objects.values_list("product_id", flat=True))
    assert advised == {sold_out.pk, alive.pk}


def test_an_order_for_more_than_half_a_year_is_doubted_and_says_so():
    product = delivered(
        protection_mean=0.9, protection_variance=0.7, lead_mean=0.7, lead_variance=0.5
    )
    product.price = 90
    product.save()
    count(product, 0, AS_OF - DAY)
    suggest()
    row = RestockSuggestion.objects.get()
    assert row.quantity == 12  # the supplier's minimum, at 0.9 units in 21 days
    words = [say(part) for part in row.suggestion.guardrails]
    assert "At the expected pace this order alone lasts 280 days." in words
    assert row.suggestion.risk == Suggestion.Risk.MEDIUM


def test_no_more_is_ordered_than_sells_within_the_shelf_life():
    """32 are to be there; what is ordered now sells from the fifteenth day on, one a day."""
    product = delivered()
    product.shelf_life_days = 20
    product.save()
    count(product, 0, AS_OF - DAY)
    suggest()
    row = RestockSuggestion.objects.get()
    assert (row.quantity, row.sells_in_time, row.spoiling) == (18, 20, 0)
    words = [say(part) for part in row.suggestion.guardrails]
    assert "Kept to what sells within the shelf life of 20 days: about 20 units." in words


def test_the_least_order_of_what_spoils_says_how_much_will():
    product = delivered()
    product.shelf_life_days, product.price = 9, 90
    product.save()
    count(product, 0, AS_OF - DAY)
    suggest()
    row = RestockSuggestion.objects.get()
    assert (row.quantity, row.spoiling) == (12, 3)
    words = " ".join(say(part) for part in row.suggestion.guardrails)
    assert "about 3 units will spoil" in words


def test_no_more_is_ordered_than_there_is_room_for():
    product = delivered()
    product.storage_units = 25
    product.save()
    count(product, 0, AS_OF - DAY)
    suggest()
    row = RestockSuggestion.objects.get()
    assert (row.quantity, row.room) == (24, 25)
    words = [say(part) for part in row.suggestion.guardrails]
    assert "Kept to the room there will be: 25 units." in words


def test_what_is_on_order_counts_as_stock():
    product = delivered()
    count(product, 9, AS_OF - DAY)
    PurchaseOrderLineFactory(product=product, quantity=60)
    assert suggest() == 0


def test_a_cancelled_order_does_not_count_and_a_received_one_is_on_hand():
    product = delivered()
    count(product, 2, AS_OF - 5 * DAY)
    cancelled = PurchaseOrderFactory(state=PurchaseOrder.State.CANCELLED)
    PurchaseOrderLineFactory(order=cancelled, product=product, quantity=50)
    received = PurchaseOrderFactory(state=PurchaseOrder.State.SENT)
    PurchaseOrderLineFactory(order=received, product=product, quantity=7)
    services.receive_purchase_order(received, on=AS_OF - 2 * DAY)
    assert stock_on_hand(as_of=AS_OF).to_dict() == {product.pk: 9}
    assert units_on_order(before=AS_OF).to_dict() == {}


def test_stock_is_never_below_zero_and_returns_come_back():
    sold_out, returned = StockedProductFactory(), StockedProductFactory()
    for product in (sold_out, returned):
        count(product, 3, AS_OF - 4 * DAY, "SHOP")
        count(product, 2, AS_OF - 4 * DAY, "STORE")
    sell(sold_out, {AS_OF - 4 * DAY: 100, AS_OF - 2 * DAY: 6})
    sell(returned, {AS_OF - 2 * DAY: 4, AS_OF - DAY: -2})
    assert stock_on_hand(as_of=AS_OF).to_dict() == {sold_out.pk: 0, returned.pk: 3}


def test_trivial_orders_are_left_out_and_the_result_says_how_many():
    RestockPolicy.objects.create(least_effect=1, most_suggestions=2)
    forecast = DemandForecastFactory()
    for price in ("6.01", "10", "11", "12"):
        product = StockedProductFactory(price=Decimal(price))
        ProductForecastFactory(forecast=forecast, product=product)
    job = RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert services.suggest_restock(job=job) == 2
    job.refresh_from_db()
    assert job.result == {"suggestions": 2, "left_out": 2, "products": 4}
    prices = RestockSuggestion.objects.order_by("-suggestion__effect").values_list("product__price")
    assert [price for (price,) in prices] == [12, 11]


def test_the_evidence_names_the_job_that_compared_the_forecasts():
    forecast = DemandForecastFactory()
    chosen = ScoreFactory(job=forecast.job, role="chosen", metric="rmsse", value=0.8)
    ScoreFactory(job=forecast.job, role="naive", metric="rmsse", value=1.1)
    delivered(forecast=forecast)
    suggest()
    suggestion = Suggestion.objects.get()
    assert suggestion.job_id != forecast.job_id
    assert suggestion.evidence["scores"] == {"rmsse": {"chosen": 0.8, "naive": 1.1}}
    (duel,) = duels_of_job(suggestion.evidence["compared_in_job"])
    assert duel.chosen == chosen


def test_a_new_night_replaces_the_old_advice():
    delivered()
    suggest()
    suggest()
    states = Suggestion.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["superseded", "open"]


def test_facts_of_the_day_or_later_change_nothing():
    product = delivered()
    count(product, 9, AS_OF - 3 * DAY)
    suggest()
    before = published()
    RestockSuggestion.objects.all().delete()
    Suggestion.objects.all().delete()

    sell(product, {AS_OF: 500})
    count(product, 700, AS_OF)
    PurchaseOrderLineFactory(product=product, created_on=AS_OF, quantity=90)
    later = DemandForecastFactory(as_of=AS_OF + DAY)
    ProductForecastFactory(forecast=later, product=product, lead_mean=90, protection_mean=120)
    suggest()

    assert published() == before


def test_queries_do_not_grow_with_products(django_assert_num_queries):
    forecast = DemandForecastFactory()
    for _product in range(15):
        product = StockedProductFactory()
        ProductForecastFactory(forecast=forecast, product=product)
        count(product, 1, AS_OF - DAY)
    job = RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})
    with django_assert_num_queries(30):
        assert services.suggest_restock(job=job) == 15


def test_without_any_forecast_the_job_fails_with_the_reason():
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert tasks.suggest_restock(job.pk) == 0
    job.refresh_from_db()
    assert "Forecast demand first" in job.error


def test_a_second_delivery_of_the_task_does_nothing():
    delivered()
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert tasks.suggest_restock(job.pk) == 1
    assert tasks.suggest_restock(job.pk) == 0
    assert Suggestion.objects.count() == 1


def test_a_task_killed_while_writing_leaves_nothing_and_the_next_attempt_writes_all(monkeypatch):
    delivered()
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    publish = restock_module.publish

    def publish_and_die(**arguments):
        publish(**arguments)
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(restock_module, "publish", publish_and_die)
        assert tasks.suggest_restock(job.pk) == 0
    assert not Suggestion.objects.exists()

    Job.objects.filter(pk=job.pk).update(due_at=job.queued_at)
    assert tasks.suggest_restock(job.pk) == 1
    assert RestockSuggestion.objects.count() == 1


def test_policies_come_from_the_nearest_category():
    tea = Category.objects.create(name="Tea", path="Tea")
    green = Category.objects.create(name="Green", path="Tea > Green", parent=tea)
    other = Category.objects.create(name="Cups", path="Cups")
    RestockPolicy.objects.create(category=tea, service_level=None, review_days=30)
    ids = pd.Series([green.pk, other.pk, -1])
    found = policies_of(ids)
    assert found["review_days"].tolist() == [30, 7, 7]
    assert found["service_level"].isna().tolist() == [True, False, False]


def test_an_empty_service_level_is_weighed_from_margin_and_holding():
    RestockPolicy.objects.create(service_level=None, holding_share=Decimal("2.000"))
    delivered()
    suggest()
    holding = 6 * 2 * 7 / 365
    expected = 4 / (4 + holding)
    assert RestockSuggestion.objects.get().service_level == pytest.approx(expected)


def test_the_supplier_of_the_draft_is_the_one_suggested():
    delivered()
    suggest()
    assert RestockSuggestion.objects.get().supplier == PotteryFactory()
