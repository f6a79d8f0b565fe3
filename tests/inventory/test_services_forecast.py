import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.serializers.json import DjangoJSONEncoder

from inventory import services, tasks
from inventory.models import DemandForecast, ProductForecast, RestockPolicy
from inventory.services import forecast as forecast_module
from inventory.services.demand_facts import demand_panel
from jobs.models import Job, Score
from tests.factories.inventory import (
    AS_OF,
    DemandForecastFactory,
    ProductForecastFactory,
    StockedProductFactory,
    count,
    sell,
    steady,
)
from tests.factories.jobs import JobFactory, RunningJobFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def running_job():
    return RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})


def weekly(units: list[int], weeks: int) -> dict:
    """The same week over and over, its first day a Monday."""
    days = steady(1, 7 * weeks)
    return {day: units[day.weekday()] for day in days if units[day.weekday()]}


def written() -> str:
    """All that a forecast writes, but for keys and times."""
    rows = ProductForecast.objects.order_by("product_id").values()
    scores = Score.objects.order_by("subject", "metric", "method").values()
    cut = [
        {name: value for name, value in row.items() if name not in {"id", "forecast_id", "job_id"}}
        for row in [*rows, *scores]
    ]
    return json.dumps(cut, cls=DjangoJSONEncoder)


def test_every_product_gets_its_daily_pace_and_the_sum_it_must_last_for():
    product = StockedProductFactory()
    sell(product, steady(2, 120))
    job = running_job()

    assert services.forecast_demand(job=job) == 1

    row = ProductForecast.objects.get()
    assert row.daily["mean"] == pytest.approx([2.0] * 56, abs=0.05)
    assert (row.lead_days, row.protection_days) == (14, 21)
    assert row.lead_mean == pytest.approx(30, abs=0.5)
    assert row.protection_mean == pytest.approx(42, abs=0.5)
    assert row.protection_q10 < 42 < row.protection_q90
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.result["products"] == 1


def test_lead_time_and_review_make_the_protection_period():
    RestockPolicy.objects.create(review_days=3)
    sell(StockedProductFactory(), steady(1, 60))
    services.forecast_demand(job=running_job())
    assert ProductForecast.objects.get().protection_days == 17


def test_returns_are_taken_off_and_a_bulk_order_is_capped():
    product = StockedProductFactory()
    days = steady(4, 60)
    days[AS_OF - 10 * DAY] = 5000
    sell(product, days)
    sell(product, {AS_OF - 3 * DAY: -4})

    panel = demand_panel(product_ids=[product.pk], as_of=AS_OF)

    assert panel.dates[-1].date() == AS_OF - DAY
    assert np.nansum(panel.y) == 4 * 60 - 4
    assert panel.y[0, -3] == 0


def test_scores_stand_beside_the_naive_rival():
    noise = np.random.default_rng(7)
    for pace in (1, 3, 6):
        week = pace * np.array([1, 1, 1, 2, 3, 6, 4])
        days = {day: int(noise.poisson(week[day.weekday()])) for day in steady(1, 210)}
        sell(StockedProductFactory(), {day: units for day, units in days.items() if units})
    job = running_job()
    services.forecast_demand(job=job)
    error = {score.role: score for score in job.scores.filter(metric="rmsse")}
    assert error["chosen"].method == "ensemble"
    assert error["naive"].method == "seasonal_naive"
    assert error["chosen"].value < error["naive"].value
    assert error["chosen"].low <= error["chosen"].value <= error["chosen"].high
    assert {(score.held_back_days, score.cases) for score in job.scores.all()} == {(28, 3)}
    assert {score.metric for score in job.scores.all()} == {
        "rmsse",
        "wape_of_sum",
        "bias",
        "pinball",
    }


def test_the_naive_method_is_kept_where_it_wins():
    """A week that repeats exactly but for its level shift: last week says it all."""
    days = weekly([9, 0, 3, 1, 7, 20, 14], 20)
    late = {day: 6 * n for day, n in days.items() if day >= AS_OF - 35 * DAY}
    sell(StockedProductFactory(), days | late)
    job = running_job()
    services.forecast_demand(job=job)
    chosen = job.scores.get(metric="rmsse", role=Score.Role.CHOSEN)
    assert chosen.method == "seasonal_naive" == DemandForecast.objects.get().method
    row = ProductForecast.objects.get()
    assert row.daily["mean"][:7] == [54, 0, 18, 6, 42, 120, 84]
    assert row.protection_mean == 3 * 324


def test_a_shop_without_sales_has_an_empty_forecast():
    StockedProductFactory()
    assert services.forecast_demand(job=running_job()) == 0
    assert DemandForecast.objects.live(as_of=AS_OF).products.count() == 0


def test_facts_of_the_day_or_later_change_nothing():
    product, other = StockedProductFactory(), StockedProductFactory()
    sell(product, steady(2, 120))
    sell(other, weekly([1, 0, 0, 4, 0, 2, 0], 12))
    services.forecast_demand(job=running_job())
    before = written()
    DemandForecast.objects.all().delete()
    Job.objects.all().delete()

    sell(product, {AS_OF: 900, AS_OF + DAY: 900})
    count(product, 7, AS_OF)
    services.forecast_demand(job=running_job())

    assert written() == before


def test_queries_do_not_grow_with_products(django_assert_num_queries):
    for _product in range(12):
        sell(StockedProductFactory(), steady(1, 40))
    job = running_job()
    with django_assert_num_queries(QUERIES):
        services.forecast_demand(job=job)


QUERIES = 29


def test_a_second_delivery_of_the_task_does_nothing():
    sell(StockedProductFactory(), steady(2, 60))
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert tasks.forecast_demand(job.pk) == 1
    assert tasks.forecast_demand(job.pk) == 0
    assert DemandForecast.objects.count() == 1


def test_a_task_killed_while_writing_leaves_nothing_and_the_next_attempt_writes_all(monkeypatch):
    sell(StockedProductFactory(), steady(2, 60))
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})

    def die(*_args):
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(forecast_module, "record_scores", die)
        assert tasks.forecast_demand(job.pk) == 0
    assert not DemandForecast.objects.exists()
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert "the machine went away" in job.error

    Job.objects.update(due_at=job.queued_at)
    assert tasks.forecast_demand(job.pk) == 1
    assert ProductForecast.objects.count() == 1


def test_old_versions_are_forgotten():
    for back in range(20, 0, -1):
        DemandForecastFactory(as_of=AS_OF - back * DAY)
    services.forecast_demand(job=running_job())
    kept = DemandForecast.objects.values_list("as_of", flat=True)
    assert list(kept) == [AS_OF - back * DAY for back in range(14)]


def test_classes_are_stored_and_kept_from_night_to_night():
    product = StockedProductFactory()
    sell(product, steady(2, 120))
    services.forecast_demand(job=running_job())
    row = ProductForecast.objects.get()
    assert (row.stock_class, row.demand_class) == ("AX", "smooth")

    spread = row.protection_variance**0.5 / row.protection_mean
    forecast_of(product, before=DAY, stock_class="AY", demand_class="intermittent")
    row.forecast.delete()
    services.forecast_demand(job=running_job())
    assert spread < 0.5 / 1.2  # clearly steady, and sold every day: both are left
    row = ProductForecast.objects.get(forecast__as_of=AS_OF)
    assert (row.stock_class, row.demand_class) == ("AX", "smooth")


def test_a_product_near_a_border_keeps_the_class_of_the_night_before():
    product = StockedProductFactory()
    sell(product, {AS_OF - back * DAY: 3 for back in range(1, 121) if back % 4})
    forecast_of(product, before=2 * DAY, demand_class="intermittent")
    forecast_of(product, before=DAY, demand_class="smooth")
    forecast_of(product, before=-DAY, demand_class="lumpy")  # a later night is not known yet
    services.forecast_demand(job=running_job())
    assert ProductForecast.objects.get(forecast__as_of=AS_OF).demand_class == "smooth"


def forecast_of(product, *, before, **classes):
    night = DemandForecastFactory(as_of=AS_OF - before)
    return ProductForecastFactory(forecast=night, product=product, **classes)
