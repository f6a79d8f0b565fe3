"""Claiming, finishing, failing and trying again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.models import Job, Run, Score
from jobs.services import (
    StaleAttemptError,
    attempt,
    claim,
    fail_attempt,
    finishing,
    give_back,
    queue_job,
    record_scores,
    refuse,
    report_progress,
    retry,
)
from tests.factories.jobs import JobFactory, RunFactory, RunningJobFactory, ScoreFactory

pytestmark = pytest.mark.django_db
AGO = timedelta(seconds=1)


def lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - AGO)


def pass_pause(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - AGO)


def queue(key: str = "one", **changes: object) -> Job:
    return queue_job(kind="tests.work", key=key, arguments={"as_of": "2026-05-01"}, **changes)


def test_the_same_key_is_queued_once() -> None:
    first, second = queue(), queue()

    assert first == second
    assert Job.objects.count() == 1
    assert first.as_of.isoformat() == "2026-05-01"


def test_a_job_lives_and_dies_with_the_callers_transaction() -> None:
    @transaction.atomic
    def order_that_fails() -> None:
        queue()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        order_that_fails()

    assert not Job.objects.exists()


def test_a_job_is_claimed_once() -> None:
    job = queue()

    claimed = claim(job.pk)

    assert claimed is not None
    assert (claimed.state, claimed.attempt) == (Job.State.RUNNING, 1)
    assert claimed.lease_until > timezone.now()
    assert claim(job.pk) is None


def test_a_job_that_is_not_there_is_nothing_to_do() -> None:
    with attempt(4711) as job:
        assert job is None


def test_a_job_waits_until_it_is_due() -> None:
    assert claim(queue(due_at=timezone.now() + timedelta(hours=1)).pk) is None


def test_a_job_waits_for_what_it_needs() -> None:
    first = queue("first")
    second = queue("second", after=[first])

    assert claim(second.pk) is None
    with attempt(first.pk) as job, finishing(job, {}):
        pass
    assert claim(second.pk) is not None


def test_a_lapsed_lease_lets_another_worker_take_over_and_the_first_writes_nothing() -> None:
    slow = claim(queue().pk)
    lapse(slow)
    fast = claim(slow.pk)
    assert fast.attempt == 2

    with finishing(fast, {"by": "fast"}):
        pass
    with pytest.raises(StaleAttemptError), finishing(slow, {"by": "slow"}):
        JobFactory()
    with pytest.raises(StaleAttemptError):
        report_progress(slow, 0.5)

    row = Job.objects.get()
    assert row.result == {"by": "fast"}
    assert not fail_attempt(slow, "late")
    assert not give_back(slow)


def test_results_and_the_end_of_a_job_are_written_together_or_not_at_all() -> None:
    job = claim(queue().pk)

    def write_half() -> None:
        with finishing(job, {}):
            RunFactory()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()

    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert not Run.objects.exists()


def test_finishing_keeps_result_time_and_memory() -> None:
    with attempt(queue().pk) as job:
        report_progress(job, 0.4, "counting")
        assert Job.objects.get().progress == 0.4
        with finishing(job, {"products": 3}):
            pass

    job.refresh_from_db()
    assert (job.state, job.result, job.progress) == (Job.State.DONE, {"products": 3}, 1.0)
    assert 0 <= job.seconds < 60
    assert job.peak_mib > 1


def test_an_error_is_kept_and_the_job_is_tried_again_after_a_pause() -> None:
    job = queue()
    pauses = []
    for _ in range(4):
        with attempt(job.pk) as taken:
            assert taken is not None
            raise LookupError("no such product")
        job.refresh_from_db()
        pauses.append(round((job.due_at - timezone.now()).total_seconds()))
        pass_pause(job)

    assert pauses[:3] == [5, 30, 120]
    assert "LookupError: no such product" in job.error
    assert (job.state, job.attempt) == (Job.State.FAILED, 4)
    assert job.finished_at is not None
    assert claim(job.pk) is None


def test_a_body_that_forgets_to_finish_has_failed() -> None:
    with attempt(queue().pk):
        pass

    assert "without finishing" in Job.objects.get().error


def test_a_worker_told_to_stop_gives_the_job_back_without_counting_the_attempt() -> None:
    job = queue()
    for _ in range(6):
        with pytest.raises(SystemExit), attempt(job.pk):
            raise SystemExit

    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert job.last_attempt - job.attempt == 4


def test_a_stale_attempt_ends_quietly_in_the_task() -> None:
    job = queue()
    with attempt(job.pk) as slow:
        lapse(job)
        fast = claim(job.pk)
        report_progress(slow, 0.9)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == (Job.State.RUNNING, fast.attempt, "")


def test_a_refused_job_fails_at_once() -> None:
    job = queue()

    assert refuse(job.pk, "nobody can do this")
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "nobody can do this")
    assert not refuse(job.pk, "again")


def test_retry_gives_four_more_attempts_and_never_reuses_a_number() -> None:
    job = RunningJobFactory(attempt=4)
    fail_attempt(job, "broken")

    assert retry(job, actor="mei") == 1

    job.refresh_from_db()
    assert (job.state, job.retried_by, job.attempt) == (Job.State.QUEUED, "mei", 4)
    for number in (5, 6, 7, 8):
        pass_pause(job)
        assert claim(job.pk).attempt == number
        lapse(job)
    assert claim(job.pk) is None


def test_retry_takes_along_what_failed_before_and_behind_it() -> None:
    first, other = JobFactory(state="failed"), JobFactory(state="failed")
    middle, last = JobFactory(state="failed"), JobFactory(state="failed")
    middle.after.add(first)
    last.after.add(middle)

    assert retry(middle, actor="mei") == 3
    other.refresh_from_db()
    assert other.state == Job.State.FAILED


def test_retry_leaves_a_job_alone_that_has_not_failed() -> None:
    assert retry(RunningJobFactory(), actor="mei") == 0


def test_a_second_attempt_replaces_the_scores_of_the_first() -> None:
    job = RunningJobFactory()
    for value in (0.5, 0.4):
        record_scores(
            job, [ScoreFactory.build(job=None, method="naive", role=Score.Role.NAIVE, value=value)]
        )

    assert [score.value for score in job.scores.all()] == [0.4]
