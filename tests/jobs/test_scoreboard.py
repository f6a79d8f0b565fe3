"""Model against simple rule."""

import pytest

from jobs.scoreboard import duels_of_job, duels_of_run, headlines
from jobs.terms import to_three_digits
from tests.factories.jobs import JobFactory, RunFactory, ScoreFactory

pytestmark = pytest.mark.django_db


def test_scores_are_paired_by_subject_and_metric() -> None:
    job = JobFactory(run=RunFactory())
    ScoreFactory(job=job, role="chosen", method="model", value=0.3)
    ScoreFactory(job=job, role="naive", method="mean", value=0.4)
    ScoreFactory(job=job, role="candidate", method="other", value=0.5)
    ScoreFactory(job=job, subject="prices", role="chosen", method="model", value=1)

    demand, prices = duels_of_run(job.run_id)

    assert (demand.chosen.method, demand.naive.method) == ("model", "mean")
    assert [score.method for score in demand.candidates] == ["other"]
    assert demand.gain == pytest.approx(0.25)
    assert demand.is_won
    assert prices.gain is None
    assert not prices.is_won


@pytest.mark.parametrize(
    ("chosen", "naive", "is_higher_better", "gain"),
    [(0.3, 0.4, False, 0.25), (0.5, 0.4, False, -0.25), (0.5, 0.4, True, 0.25), (1, 0, True, None)],
)
def test_better_depends_on_the_metric(
    chosen: float, naive: float, is_higher_better: bool, gain: float | None
) -> None:
    job = JobFactory()
    for role, value in (("chosen", chosen), ("naive", naive)):
        ScoreFactory(job=job, role=role, value=value, is_higher_better=is_higher_better)

    (duel,) = duels_of_job(job.pk)

    assert duel.gain == (None if gain is None else pytest.approx(gain))


def test_the_simple_rule_in_use_has_not_lost() -> None:
    job = JobFactory()
    ScoreFactory(job=job, role="naive", method="mean", value=0.4)
    ScoreFactory(job=job, role="candidate", method="model", value=0.5)

    (duel,) = duels_of_job(job.pk)

    assert duel.is_naive_in_use
    assert not duel.is_won


def test_bias_is_as_bad_above_as_below() -> None:
    job = JobFactory()
    ScoreFactory(job=job, role="chosen", metric="bias", value=-0.1)
    ScoreFactory(job=job, role="naive", metric="bias", value=0.2)

    (duel,) = duels_of_job(job.pk)

    assert duel.gain == pytest.approx(0.5)
    assert duel.is_won


def test_one_metric_per_subject_makes_the_headline() -> None:
    job = JobFactory()
    for metric in ("rmsse", "wape_of_sum", "bias"):
        ScoreFactory(job=job, subject="demand", metric=metric)
    for metric in ("lift", "novelty"):
        ScoreFactory(job=job, subject="lists", metric=metric)

    found = headlines(duels_of_job(job.pk))

    assert [(duel.subject, duel.metric) for duel in found] == [
        ("demand", "wape_of_sum"),
        ("lists", "lift"),
    ]


def test_names_are_put_into_words() -> None:
    job = JobFactory()
    ScoreFactory(job=job, metric="wape", role="naive", method="seasonal_naive")

    (duel,) = duels_of_job(job.pk)

    assert (duel.subject_name, duel.naive_name) == ("Demand per product", "the same day last week")
    assert duel.metric_name == "error as a share of sales (WAPE)"
    assert duel.chosen_name == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.14849, "0.148"), (-0.0876, "−0.088"), (3.707, "3.71"), (96.96, "97.0"), (1382.8, "1,383")],
)
def test_a_score_is_shown_to_the_digits_that_count(value: float, shown: str) -> None:
    assert to_three_digits(value) == shown
