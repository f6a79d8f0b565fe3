"""Drafts start, what runs stops, and nothing else moves."""

import pytest
from django.core.exceptions import ValidationError

from recommendations.experiments.services import (
    ExperimentError,
    start_experiment,
    stop_experiment,
)
from recommendations.models import Arm, Experiment, RecommenderVersion
from recommendations.services import go_live
from suggestions.actors import Actor
from tests.factories.experiments import ExperimentFactory, RunningExperimentFactory
from tests.factories.jobs import JobFactory
from tests.factories.recommendations import RecommenderVersionFactory

pytestmark = pytest.mark.django_db
LI = Actor(name="li")


def test_a_draft_runs_then_stops_for_good():
    one = ExperimentFactory(arms=("live", "popular"))

    start_experiment(experiment=one, actor=LI)
    assert (one.state, one.decided_by) == ("running", "li")
    assert one.started_at is not None
    stop_experiment(experiment=one, actor=Actor(name="wang"))
    assert (one.state, one.decided_by) == ("stopped", "wang")
    assert one.stopped_at > one.started_at

    for move in (start_experiment, stop_experiment):
        with pytest.raises(ExperimentError, match="Only a"):
            move(experiment=one, actor=LI)


@pytest.mark.parametrize(
    ("kind", "arms", "words"),
    [
        ("ab", ("live",), "2 to 5 arms; it has 1"),
        ("ab", ("live",) * 6, "it has 6"),
        ("interleaving", ("live", "popular", "new"), "2 to 2 arms"),
        ("exploration", (), "1 to 1 arms; it has 0"),
        ("ab", ("live", "live"), "same list"),
        ("ab", ("live", "version"), "is gone"),
    ],
)
def test_what_could_find_out_nothing_does_not_start(kind, arms, words):
    one = ExperimentFactory(kind=kind, arms=arms)

    with pytest.raises(ExperimentError, match=words):
        start_experiment(experiment=one, actor=LI)

    one.refresh_from_db()
    assert (one.state, one.started_at) == ("draft", None)


def test_arms_are_numbered_without_a_gap():
    one = ExperimentFactory(arms=("live",))
    Arm.objects.create(experiment=one, position=2, strategy="popular")

    with pytest.raises(ExperimentError, match="without a gap"):
        start_experiment(experiment=one, actor=LI)


def test_one_experiment_runs_at_a_list():
    RunningExperimentFactory(arms=("live", "popular"))
    second = ExperimentFactory(arms=("live", "popular"))

    with pytest.raises(ExperimentError, match="stop it first"):
        start_experiment(experiment=second, actor=LI)

    second.refresh_from_db()
    assert second.state == "draft"
    elsewhere = ExperimentFactory(placement="for_you", arms=("live", "popular"))
    assert start_experiment(experiment=elsewhere, actor=LI).state == "running"


@pytest.mark.parametrize(
    ("recipe", "is_right"),
    [
        ({"parts": [{"kind": "popularity", "weight": 1}]}, True),
        ({"parts": [{"kind": "neighbours", "weight": 1, "half_life_days": None}]}, True),
        ({"parts": [{"kind": "neighbours", "weight": 1}]}, False),
        ({"parts": [{"kind": "magic", "weight": 1}]}, False),
        ({"parts": [{"kind": "popularity", "weight": -1}]}, False),
        ({"parts": []}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_recipe_is_checked_before_it_is_kept(recipe, is_right):
    arm = Arm(experiment=ExperimentFactory(), strategy="recipe", recipe=recipe)
    if is_right:
        arm.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        arm.full_clean()
    assert "recipe" in refused.value.message_dict


def test_a_large_exploration_is_refused():
    with pytest.raises(ValidationError) as refused:
        Experiment(name="x", placement="popular", kind="exploration", share=0.5).full_clean()
    assert "share" in refused.value.message_dict


def test_a_version_under_test_is_kept_as_long_as_it_is(db):
    stored = [
        RecommenderVersionFactory(placement="similar", is_live=False, job=JobFactory())
        for _night in range(6)
    ]
    one = RunningExperimentFactory(arms=("live",))
    Arm.objects.create(experiment=one, position=1, strategy="version", version=stored[0])

    go_live([RecommenderVersionFactory.build(placement="similar", job=JobFactory())])

    left = set(RecommenderVersion.objects.values_list("pk", flat=True))
    assert stored[0].pk in left
    assert stored[1].pk not in left
    Experiment.objects.update(state="stopped")
    go_live([RecommenderVersionFactory.build(placement="similar", job=JobFactory())])
    assert not RecommenderVersion.objects.filter(pk=stored[0].pk).exists()
