"""Who sees which list, and what the id says of it."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from config.models import ApiKey
from recommendations.experiments import tags
from recommendations.experiments.running import Kind, Lot, Trial, Way, draw, running
from recommendations.experiments.serving import serve
from recommendations.ids import read_recommendation_id
from recommendations.models import Arm, Experiment
from recommendations.selectors import EVERYTHING, Filters, customer_plan, everybodys_plan, popular
from recommendations.shelf import forget_versions
from sales.models import Customer
from tests.factories.experiments import ExperimentFactory, RunningExperimentFactory
from tests.factories.recommendations import POPULARITY, RecommenderVersionFactory, arrays
from tests.recommendations.conftest import buy

LIVE, POPULAR, TRENDING = Way("live"), Way("popular"), Way("trending")


def plan(n=3, placement="popular", filters=EVERYTHING):
    return lambda version: everybodys_plan(n, filters, placement, version)


def tag_of(reply):
    return tags.read_tag(read_recommendation_id(reply["recommendation_id"]).tag)


@pytest.fixture
def client(db):
    _, key = ApiKey.objects.create_key(name="storefront", scopes=["read"])
    return APIClient(headers={"authorization": f"Api-Key {key}"})


@given(st.integers(1, 10**6), st.text(min_size=1, max_size=30))
@settings(max_examples=200)
def test_a_visitor_keeps_the_arm(experiment, visitor):
    trial = Trial(experiment, Kind.AB, 1.0, (LIVE, POPULAR))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recommendations.experiments.running.running", lambda: {"popular": trial})
        first = draw("popular", visitor)

        assert first is not None
        assert all(draw("popular", visitor) == first for _again in range(3))
        assert draw("for_you", visitor) is None
        assert draw("popular", "") is None


@given(st.integers(1, 10**6), st.sampled_from([0.3, 0.5, 1.0]), st.sampled_from([2, 3]))
@settings(max_examples=20)
def test_arms_are_balanced_and_only_the_share_takes_part(experiment, share, arms):
    trial = Trial(experiment, Kind.AB, share, (LIVE,) * arms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recommendations.experiments.running.running", lambda: {"popular": trial})
        drawn = Counter(lot and lot.arm for lot in (draw("popular", str(v)) for v in range(3000)))

    expected = 3000 * share / arms
    for arm in range(arms):
        assert abs(drawn[arm] - expected) < 5 * np.sqrt(expected)


def test_each_strategy_makes_its_list(shop):
    made = {
        "live": serve(plan(), Lot(Trial(1, Kind.AB, 1, (LIVE,)))),
        "trending": serve(plan(), Lot(Trial(1, Kind.AB, 1, (TRENDING,)))),
        "new": serve(plan(), Lot(Trial(1, Kind.AB, 1, (Way("new"),)))),
    }

    assert {name: one.answer.skus for name, one in made.items()} == {
        "live": ["tea", "cup", "pot"],
        "trending": ["book", "lamp", "tea"],
        "new": ["book", "tea", "cup"],
    }


def test_an_arm_may_try_a_stored_version_or_another_recipe(shop):
    liked = arrays([shop.tea.pk, shop.cup.pk, shop.lamp.pk], popularity=[1, 2, 0])
    stored = RecommenderVersionFactory(
        placement="for_you", artefact=liked, is_live=False, recipe=POPULARITY
    )
    one = RunningExperimentFactory(placement="for_you")
    Arm.objects.create(experiment=one, position=0, strategy="version", version=stored)
    Arm.objects.create(experiment=one, position=1, strategy="recipe", recipe=POPULARITY)
    buy(shop.li, shop.lamp)
    make = lambda version: customer_plan("li", 2, EVERYTHING, version)  # noqa: E731

    first, second = (serve(make, Lot(running()["for_you"], arm)) for arm in (0, 1))

    assert first.answer.skus == ["cup", "tea"]
    assert first.answer.version.pk == stored.pk
    assert second.answer.skus == ["tea", "cup"]
    assert second.answer.version.pk == shop.versions["for_you"].pk


def test_an_interleaved_list_credits_the_ranker_of_each_product(shop):
    lot = Lot(Trial(7, Kind.INTERLEAVING, 1.0, (LIVE, TRENDING)))
    one, other = ["tea", "cup", "pot", "lamp"], ["book", "lamp", "tea", "cup"]
    firsts = Counter()
    for seed in range(60):
        served = serve(plan(4), lot, np.random.default_rng(seed))
        tag = tags.read_tag(served.tag)
        skus = served.answer.skus
        teams = [tag.team(sku) for sku in skus]

        assert (tag.experiment, len(set(skus)), sum(teams)) == (7, 4, 2)
        assert skus[0] == (one, other)[teams[0]][0]
        firsts[teams[0]] += 1
    assert min(firsts.values()) > 15


def test_a_pinned_product_keeps_its_place_in_every_list(shop):
    from tests.recommendations.test_rules import rule  # noqa: PLC0415

    rule("pin", shop.card, 2)
    for kind, ways in ((Kind.INTERLEAVING, (LIVE, TRENDING)), (Kind.EXPLORATION, (LIVE,))):
        for seed in range(10):
            lot = Lot(Trial(7, kind, 1.0, ways))
            served = serve(plan(3), lot, np.random.default_rng(seed))
            assert served.answer.skus[1] == "card"
            assert len(set(served.answer.skus)) == 3


def test_an_exploration_draws_its_share_and_remembers_what_was_greedy(shop):
    lot = Lot(Trial(9, Kind.EXPLORATION, 0.5, (LIVE,)))
    drawn = 0
    for seed in range(80):
        served = serve(plan(2), lot, np.random.default_rng(seed))
        tag = tags.read_tag(served.tag)
        skus = served.answer.skus

        assert (tag.places, tag.pool, len(set(skus))) == (2, 6, 2)
        assert [tag.is_greedy(sku) for sku in skus] == [sku in ("tea", "cup") for sku in skus]
        drawn += bool(tag.bits)
        if not tag.bits:
            assert skus == ["tea", "cup"]
    assert 25 < drawn < 55


@pytest.mark.parametrize("text", ["", "x", "e1", "ea1", "e1a1a", "e1t", "e1x3", "e1x3_4", "e1tzz"])
def test_other_texts_are_no_tags(text):
    assert tags.read_tag(text) is None


def test_who_wants_no_personal_list_takes_no_part(shop):
    RunningExperimentFactory(placement="for_you", arms=("live", "trending"))
    buy(shop.li, shop.cup)
    lot = draw("for_you", "li")
    make = lambda version: customer_plan("li", 2, EVERYTHING, version)  # noqa: E731
    assert serve(make, Lot(lot.trial, 1)).answer.skus == ["book", "lamp"]

    Customer.objects.update(is_personalised=False)

    served = serve(make, Lot(lot.trial, 1))
    assert (served.tag, served.answer.skus) == ("", ["tea", "cup"])
    off = Filters(personalized=False)
    served = serve(lambda version: customer_plan("li", 2, off, version), Lot(lot.trial, 1))
    assert (served.tag, served.answer.skus) == ("", ["tea", "cup"])


def test_over_the_api_each_visitor_sees_one_arm_and_the_id_says_which(shop, client):
    one = RunningExperimentFactory(arms=("live", "trending"))
    lists = {0: ["tea", "cup"], 1: ["book", "lamp"]}
    arms = set()
    for visitor in [f"s{n}" for n in range(12)] * 2:
        reply = client.get("/api/v1/recommendations/popular", {"n": 2, "visitor": visitor}).json()
        tag = tag_of(reply)
        assert tag.experiment == one.pk
        assert [item["sku"] for item in reply["items"]] == lists[tag.arm]
        assert tag.arm == draw("popular", visitor).arm
        arms.add(tag.arm)
    assert arms == {0, 1}

    for params in ({}, {"visitor": "s1", "personalized": "0"}):
        reply = client.get("/api/v1/recommendations/popular", {"n": 2} | params).json()
        assert tag_of(reply) is None
        assert [item["sku"] for item in reply["items"]] == lists[0]


def test_drafts_and_stopped_ones_touch_nothing(shop):
    ExperimentFactory(arms=("live", "trending"))
    RunningExperimentFactory(state="stopped", arms=("live", "trending"))
    forget_versions()

    assert draw("popular", "s1") is None
    assert popular(1).skus == ["tea"]
    assert Experiment.objects.count() == 2
