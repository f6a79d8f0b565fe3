"""What was known when an experiment was stopped, and the noise that the past explains."""

from dataclasses import asdict, replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.algorithms.experiment import Difference
from recommendations.algorithms.off_policy import Estimate
from recommendations.algorithms.reading import (
    AbReading,
    ArmReading,
    Comparison,
    Leaning,
    Worth,
    read_ab,
)
from recommendations.experiments import tags
from recommendations.experiments.keeping import kept, read
from recommendations.experiments.page import Page
from recommendations.experiments.results import Result, Stake, result_of
from recommendations.experiments.services import stop_experiment
from recommendations.models import Experiment
from sales.models import Event
from suggestions.actors import Actor
from tests.factories.experiments import RunningExperimentFactory
from tests.factories.sales import CustomerFactory, OrderFactory, OrderLineFactory
from tests.people import client_of
from tests.recommendations.experiments.test_results import HOUR, crowd, show

LI = Actor(name="li")
NONE = Difference(float("nan"), -np.inf, np.inf, 2)
RESULTS = {
    "ab": Result(
        days=3.0,
        ab=AbReading([ArmReading(2, 1, 1, 9.5)] * 2, [Comparison(1, NONE, NONE)], 0.5, 0.8),
        stakes={1: Stake(float("nan"), -np.inf, np.inf)},
        kept_out={"flood": 1},
        impressions=7,
    ),
    "interleaving": Result(days=1.0, leaning=Leaning(30, 4, 26, 0.0002)),
    "exploration": Result(
        days=1.0, worths=[Worth("as_live", *[Estimate(0.1, 0, np.inf, 9.0)] * 3)]
    ),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_reading_comes_back_as_it_was_kept(kind, db):
    one = RunningExperimentFactory(arms=("live", "trending"))
    one.reading = kept(RESULTS[kind])
    one.save()
    one.refresh_from_db()

    found = read(one.reading)

    assert str(asdict(found)) == str(asdict(RESULTS[kind]))  # nan equals nan in print
    assert (found.verdict, found.tone) == (RESULTS[kind].verdict, RESULTS[kind].tone)


@pytest.fixture
def stopped(shop):
    """B sold more until the experiment was stopped; then everything came back."""
    begin = timezone.now() - timedelta(days=3)
    one = RunningExperimentFactory(
        started_at=begin, arms=("live", "trending"), planned_visitors=800
    )
    crowd(one, shop, begin + HOUR, 400, 0, 40)
    crowd(one, shop, begin + HOUR, 400, 1, 160)
    stop_experiment(experiment=one, actor=LI)
    return one


def test_the_reading_at_the_moment_of_stopping_is_kept(stopped):
    then = result_of(stopped, until=stopped.stopped_at)
    Event.objects.filter(kind="purchase").delete()

    found = read(Experiment.objects.get(pk=stopped.pk).reading)

    assert "B earns more than A" in found.verdict
    assert found.ab == then.ab
    assert "No difference" in result_of(stopped, until=timezone.now()).verdict


@pytest.mark.parametrize("is_changed", [True, False])
def test_the_page_shows_what_was_known_where_it_is_different_now(stopped, is_changed):
    if is_changed:
        Event.objects.filter(kind="purchase").delete()
    address = reverse("admin:recommendations_experiment_change", args=[stopped.pk])

    text = client_of("Manager").get(address).content.decode()

    assert ("What was known when it was stopped" in text) == is_changed
    assert ("Nothing has changed since it was stopped" in text) != is_changed
    assert "B earns more than A" in text


def simulated(rng, visitors=1200, lift=0.0):
    """What a visitor spends follows what they spent before."""
    names = np.array([f"c{n}" for n in range(visitors)], dtype=object)
    arm = rng.integers(0, 2, visitors)
    at = pd.Timestamp("2026-07-01", tz="UTC")
    past = rng.gamma(2.0, 20.0, visitors)
    money = past * rng.uniform(0.5, 1.5, visitors) + lift * arm
    shown = pd.DataFrame({"visitor": names, "arm": arm, "at": at})
    sales = pd.DataFrame({"visitor": names, "at": at, "money": money})
    return shown, sales, pd.Series(past, index=names)


def test_the_past_narrows_the_interval_and_keeps_the_effect():
    shown, sales, past = simulated(np.random.default_rng(1), lift=6.0)

    raw = read_ab(shown, [], sales, arms=2, planned=1000)
    found = read_ab(shown, [], sales, arms=2, planned=1000, past=past)

    plain, adjusted = raw.comparisons[0].revenue, found.comparisons[0].revenue
    assert found.noise_left < 0.5
    assert adjusted.high - adjusted.low < 0.75 * (plain.high - plain.low)
    assert adjusted.low < 6.0 < adjusted.high
    assert adjusted.decided
    assert found.arms == raw.arms
    assert found.comparisons[0].conversion == raw.comparisons[0].conversion


def test_an_adjusted_interval_fools_nobody_either():
    rng = np.random.default_rng(2)
    fooled = 0
    for _experiment in range(60):
        shown, sales, past = simulated(rng)
        looks = [
            read_ab(shown[:n], [], sales, arms=2, planned=1000, past=past)
            for n in range(200, 1201, 200)
        ]
        fooled += any(look.comparisons[0].revenue.decided for look in looks)

    assert fooled <= 4


def test_visitors_without_a_past_are_left_as_they_are():
    shown, sales, _past = simulated(np.random.default_rng(3))

    unknown = read_ab(shown, [], sales, arms=2, planned=1000, past=pd.Series(dtype="float64"))

    assert unknown == read_ab(shown, [], sales, arms=2, planned=1000)
    assert unknown.noise_left == 1.0


def test_the_past_is_what_customers_spent_before_the_experiment(shop):
    begin = timezone.now() - timedelta(days=3)
    one = RunningExperimentFactory(started_at=begin, arms=("live", "trending"))
    for n, spent in enumerate((1, 5, 0, 9)):
        customer = CustomerFactory()
        show(tags.arm_tag(one.pk, n % 2), shop.tea, begin + HOUR, customer=customer)
        for days, quantity in ((100, 50), (30, spent), (-1, spent)) if spent else ():
            order = OrderFactory(customer=customer, placed_at=begin - timedelta(days=days))
            OrderLineFactory(order=order, product=shop.tea, quantity=quantity)

    found = result_of(one, until=timezone.now()).ab

    # Everybody spent afterwards what they had spent before: nothing is left to explain.
    assert found.noise_left == pytest.approx(0.0, abs=1e-9)
    assert found.comparisons[0].revenue.effect == pytest.approx(0.0, abs=1e-9)
    assert [arm.revenue for arm in found.arms] == [10.0, 140.0]


def test_clicks_that_came_later_are_no_silence():
    then = Page(Result(days=1.0, leaning=Leaning(9, 5, 4, 0.9)), [])
    now = Page(Result(days=1.0, leaning=Leaning(12, 8, 4, 0.8)), [], then=then)
    assert now.has_moved
    assert not replace(then, then=then).has_moved
