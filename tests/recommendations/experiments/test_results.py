"""From the events that came back to a verdict, through the API the storefront uses."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.models import ApiKey
from recommendations.experiments import tags
from recommendations.experiments.log import log_of
from recommendations.experiments.results import result_of
from recommendations.ids import new_recommendation_id
from sales.models import Event
from tests.factories.experiments import RunningExperimentFactory
from tests.factories.sales import CustomerFactory, EventFactory, OrderFactory, OrderLineFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def begin():
    return timezone.now() - timedelta(days=3)


def show(tag, product, at, *, customer=None, session="", kinds=("impression",)):
    """One list of one product; the id it came with."""
    shown_as = new_recommendation_id("popular", 1, tag)
    for kind in kinds:
        EventFactory(
            kind=kind,
            product=product,
            at=at,
            customer=customer,
            session=session,
            recommendation_id=shown_as,
        )
    return shown_as


def test_impressions_and_clicks_come_back_by_the_id(shop):
    _, key = ApiKey.objects.create_key(name="storefront", scopes=["read", "events"])
    client = APIClient(headers={"authorization": f"Api-Key {key}"})
    one = RunningExperimentFactory(arms=("live", "trending"))
    address = "/api/v1/recommendations/popular"
    reply = client.get(address, {"n": 2, "visitor": "s1"}).json()
    shown_as, now = reply["recommendation_id"], timezone.now().isoformat()
    rows = [
        {"event_id": f"e{n}", "type": kind, "session": "s1", "item": sku, "time": now}
        | {"recommendation_id": shown_as}
        for n, (kind, sku) in enumerate(
            [("impression", item["sku"]) for item in reply["items"]]
            + [(kind, reply["items"][0]["sku"]) for kind in ("click", "cart", "purchase")]
        )
    ]

    assert client.post("/api/v1/events", rows).json()["accepted"] == 5

    assert set(Event.objects.values_list("recommendation_id", flat=True)) == {shown_as}
    log = log_of(one, until=timezone.now() + HOUR)
    assert set(log.touches["visitor"]) == {"ss1"}
    assert len(log.shown) == 2
    assert sorted(log.acts["kind"]) == ["cart", "click", "purchase"]


def test_a_longest_list_has_an_id_that_fits():
    bits = {f"sku {n}": n % 3 == 0 for n in range(100)}
    longest = max((tags.team_tag(10**9, bits), tags.drawn_tag(10**9, 100, bits)), key=len)

    shown_as = new_recommendation_id("buy_again", 10**9, longest)

    assert len(shown_as) <= Event._meta.get_field("recommendation_id").max_length


def test_money_goes_to_the_arm_the_visitor_saw(shop, begin):
    one = RunningExperimentFactory(started_at=begin, arms=("live", "trending"))
    anna, ben, cleo = (CustomerFactory() for _ in range(3))
    show(tags.arm_tag(one.pk, 0), shop.tea, begin + HOUR, customer=anna, kinds=("impression",))
    show(
        tags.arm_tag(one.pk, 1), shop.tea, begin + HOUR, customer=ben, kinds=("impression", "click")
    )
    show(tags.arm_tag(one.pk, 1), shop.tea, begin + HOUR, session="anon")
    show(tags.arm_tag(one.pk + 1, 1), shop.tea, begin + HOUR, customer=cleo)
    for customer, hours, quantity in ((anna, 0.5, 9), (anna, 2, 1), (ben, 2, 4), (cleo, 2, 7)):
        order = OrderFactory(customer=customer, placed_at=begin + hours * HOUR)
        OrderLineFactory(order=order, product=shop.tea, quantity=quantity)
    EventFactory(kind="purchase", customer=None, session="anon", value=5, at=begin + 2 * HOUR)
    EventFactory(kind="purchase", customer=None, session="else", value=99, at=begin + 2 * HOUR)

    result = result_of(one, until=timezone.now())

    first, second = result.ab.arms
    assert (first.visitors, first.buyers, first.revenue) == (1, 1, 10.0)
    assert (second.visitors, second.clickers, second.buyers, second.revenue) == (2, 1, 2, 45.0)
    assert result.verdict.startswith("Too early")


def test_nothing_dated_on_or_after_the_moment_is_read(shop, begin):
    one = RunningExperimentFactory(started_at=begin, arms=("live", "trending"))
    show(tags.arm_tag(one.pk, 0), shop.tea, begin + HOUR, session="a")
    until = begin + 2 * HOUR
    before = result_of(one, until=until)
    show(tags.arm_tag(one.pk, 0), shop.tea, until, session="b")
    order = OrderFactory(customer=CustomerFactory(), placed_at=until)
    OrderLineFactory(order=order, product=shop.tea)

    later = result_of(one, until=until)
    assert (later.ab.arms, later.impressions) == (before.ab.arms, before.impressions)
    assert [arm.visitors for arm in later.ab.arms] == [1, 0]
    one.stopped_at = until
    assert result_of(one, until=timezone.now()).ab.arms == before.ab.arms


def crowd(one, shop, at, visitors, arm, buyers):
    events = []
    for n in range(visitors):
        shown_as = new_recommendation_id("popular", 1, tags.arm_tag(one.pk, arm))
        name = f"{arm}-{n}"
        row = {"customer": None, "session": name, "product": shop.tea}
        events.append(
            EventFactory.build(
                **row, kind="impression", at=at, recommendation_id=shown_as, event_id=f"i{name}"
            )
        )
        if n < buyers:
            later = at + HOUR
            events.append(
                EventFactory.build(
                    **row, kind="purchase", at=later, value=10.0, event_id=f"p{name}"
                )
            )
    Event.objects.bulk_create(events)


@pytest.mark.parametrize(
    ("visitors", "buyers", "words", "tone"),
    [
        ((400, 400), (40, 160), "B earns more than A", "good"),
        ((400, 400), (160, 40), "Keep A", "bad"),
        ((400, 400), (80, 81), "No difference", "plain"),
        ((400, 250), (40, 100), "Do not read", "bad"),
        ((20, 20), (2, 8), "Too early", "plain"),
    ],
)
def test_the_verdict_is_in_plain_words(shop, begin, visitors, buyers, words, tone):
    one = RunningExperimentFactory(
        started_at=begin, arms=("live", "trending"), planned_visitors=800
    )
    for arm in (0, 1):
        crowd(one, shop, begin + HOUR, visitors[arm], arm, buyers[arm])

    result = result_of(one, until=begin + timedelta(days=1))

    assert words in result.verdict
    assert result.tone == tone
    stake = result.stakes[1]
    per_visitor = result.ab.comparisons[0].revenue.effect
    assert stake.value == pytest.approx(per_visitor * sum(visitors) * 30)


def test_bots_and_visitors_of_two_arms_are_left_out(shop, begin):
    one = RunningExperimentFactory(started_at=begin, arms=("live", "trending"))
    bots = [
        EventFactory.build(
            kind="impression",
            product=shop.tea,
            customer=None,
            session="bot",
            at=begin + HOUR,
            recommendation_id=new_recommendation_id("popular", 1, tags.arm_tag(one.pk, 0)),
        )
        for _list in range(201)
    ]
    Event.objects.bulk_create(bots)
    show(tags.arm_tag(one.pk, 0), shop.tea, begin + HOUR, session="both")
    show(tags.arm_tag(one.pk, 1), shop.tea, begin + HOUR, session="both")
    show(tags.arm_tag(one.pk, 1), shop.tea, begin + HOUR, session="one")

    result = result_of(one, until=timezone.now())

    assert [arm.visitors for arm in result.ab.arms] == [0, 1]
    assert result.kept_out == {"flood": 1, "fake_profiles": 0, "crossed": 1}


def test_clicks_of_an_interleaved_list_are_credited_to_the_ranker(shop, begin):
    one = RunningExperimentFactory(kind="interleaving", started_at=begin, arms=("live", "trending"))
    teams = {"tea": False, "book": True}
    for n in range(30):
        shown_as = new_recommendation_id("popular", 1, tags.team_tag(one.pk, teams))
        liked = shop.book if n < 26 else shop.tea
        for kind, product in (
            ("impression", shop.tea),
            ("impression", shop.book),
            ("click", liked),
            ("click", shop.lamp),  # never stood in this list: no vote
        ):
            EventFactory(
                kind=kind,
                product=product,
                customer=None,
                session=f"s{n}",
                at=begin + HOUR,
                recommendation_id=shown_as,
            )

    result = result_of(one, until=timezone.now())

    assert (result.leaning.visitors, result.leaning.first, result.leaning.second) == (30, 4, 26)
    assert result.verdict == "Visitors prefer B: 87 % of those who lean to either."


def test_an_exploration_estimates_lists_that_were_not_live(shop, begin):
    one = RunningExperimentFactory(
        kind="exploration", share=0.2, started_at=begin, arms=("live",), placement="for_you"
    )
    for n in range(40):
        greedy, other = {"cup": True, "lamp": True}, {"tea": False, "cup": True}
        tag = tags.drawn_tag(one.pk, 6, other) if n % 5 == 0 else tags.undrawn_tag(one.pk, 2, 6)
        shown_as = new_recommendation_id("for_you", 1, tag)
        skus = other if n % 5 == 0 else greedy
        for sku in skus:
            clicked = ("impression", "click") if sku == "tea" else ("impression",)
            for kind in clicked:
                EventFactory(
                    kind=kind,
                    product=getattr(shop, sku),
                    customer=None,
                    session=f"s{n}",
                    at=begin + HOUR,
                    recommendation_id=shown_as,
                )

    result = result_of(one, until=timezone.now())

    worths = {worth.policy: worth for worth in result.worths}
    assert set(worths) == {"as_live", "popular", "trending", "new"}
    assert worths["as_live"].snips.value == 0
    # Popular shows tea and cup: tea was clicked each time it was drawn, cup never.
    assert worths["popular"].ips.value == pytest.approx(8 * min(1 / (0.2 / 3), 20) / 80)
    assert "would have earned more clicks" in result.verdict


def test_an_experiment_nobody_saw_is_too_early_for_all_kinds(shop, begin):
    for place, (kind, arms) in {
        "popular": ("ab", ("live", "new")),
        "trending": ("interleaving", ("live", "new")),
        "new": ("exploration", ("live",)),
    }.items():
        one = RunningExperimentFactory(kind=kind, placement=place, started_at=begin, arms=arms)
        assert result_of(one, until=timezone.now()).verdict.startswith("Too early")
