"""Whatever workers do and whenever they die: each job is done once or failed with a reason."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from jobs.models import Job, Run
from jobs.services import (
    StaleAttemptError,
    claim,
    fail_attempt,
    finishing,
    give_back,
    queue_job,
    report_progress,
    retry,
    sweep,
)
from tests.factories.jobs import RunFactory


class Ledger(RuleBasedStateMachine):
    """Workers hold copies of jobs they claimed, for as long as they like; leases lapse under them.

    An effect is a Run row written with the end of its job.
    """

    jobs = Bundle("jobs")
    attempts = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.claims: set[tuple[int, int]] = set()
        self.queued = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @rule(target=jobs)
    def queue(self) -> Job:
        self.queued += 1
        return queue_job(kind="tests.work", key=f"job {self.queued}", arguments={})

    @rule(target=jobs, needed=jobs)
    def queue_after(self, needed: Job) -> Job:
        self.queued += 1
        key = f"job {self.queued}"
        return queue_job(kind="tests.work", key=key, arguments={}, after=[needed])

    @rule(target=attempts, job=jobs)
    def take(self, job: Job) -> Job | None:
        unmet = job.after.exclude(state=Job.State.DONE).exists()
        taken = claim(job.pk)
        if taken is not None:
            assert not unmet, "a job was started before what it needs was done"
            assert (job.pk, taken.attempt) not in self.claims, "an attempt was given out twice"
            self.claims.add((job.pk, taken.attempt))
        return taken

    @rule(held=consumes(attempts))
    def finish(self, held: Job | None) -> None:
        if held is None:
            return
        owns = Job.objects.filter(pk=held.pk, attempt=held.attempt, state="running").exists()
        try:
            with finishing(held, {"attempt": held.attempt}):
                RunFactory(name=held.key)
        except StaleAttemptError:
            assert not owns
        else:
            assert owns

    @rule(held=attempts)
    def show_progress(self, held: Job | None) -> None:
        if held is None:
            return
        before = Job.objects.get(pk=held.pk)
        owns = (before.attempt, before.state) == (held.attempt, Job.State.RUNNING)
        try:
            report_progress(held, 0.5, "half")
        except StaleAttemptError:
            assert not owns
            assert Job.objects.get(pk=held.pk).progress == before.progress
        else:
            assert owns

    @rule(held=consumes(attempts))
    def break_down(self, held: Job | None) -> None:
        if held is not None:
            fail_attempt(held, "broken")

    @rule(held=consumes(attempts))
    def stop_worker(self, held: Job | None) -> None:
        if held is not None:
            give_back(held)

    @rule(job=jobs)
    def let_lease_lapse(self, job: Job) -> None:
        Job.objects.filter(pk=job.pk, state="running").update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )

    @rule(job=jobs)
    def let_pause_pass(self, job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))

    @rule()
    def sweep_up(self) -> None:
        sweep()

    @rule(job=jobs)
    def try_again(self, job: Job) -> None:
        retry(job, actor="staff")

    @invariant()
    def no_effect_is_lost_doubled_or_early(self) -> None:
        done = set(Job.objects.filter(state="done").values_list("key", flat=True))
        effects = list(Run.objects.values_list("name", flat=True))
        assert sorted(done) == sorted(effects)

    @invariant()
    def every_job_is_still_there_and_says_why_it_failed(self) -> None:
        assert Job.objects.count() == self.queued
        assert not Job.objects.filter(state="failed", error="").exists()
        assert not Job.objects.filter(attempt__gt=F("last_attempt")).exists()


@pytest.mark.django_db
def test_no_order_of_events_loses_doubles_or_hides_work() -> None:
    examples = settings(max_examples=20, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Ledger, settings=examples)


@pytest.mark.django_db
def test_a_job_left_to_workers_that_die_fails_after_four() -> None:
    job = queue_job(kind="tests.work", key="deadly", arguments={})
    starts = 0
    while claim(job.pk):
        starts += 1
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert sweep().given_up == 1
    job.refresh_from_db()
    assert (starts, job.state) == (4, Job.State.FAILED)
    assert "worker died" in job.error
