"""The nightly run: its steps, its slot, its command."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from celery import current_app
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from config import pipeline
from config.pipeline import Step, free_slot, nightly_slot, start_nightly
from config.tasks import start_nightly as start_scheduled
from jobs.models import Job, Run, Score
from jobs.services import attempt, finishing, record_scores
from suggestions.models import Suggestion
from suggestions.services import publish
from tests.factories.jobs import ScoreFactory
from tests.factories.suggestions import SuggestionFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 10)


def start(slot: str = "nightly:2026-05-10") -> Run:
    return start_nightly(as_of=DAY, trigger=Run.Trigger.STAFF, slot=slot)


@pytest.fixture
def task() -> Iterator[Callable[[str, Callable[[Job], None]], None]]:
    """Add a Celery task for one test: its body runs inside ``finishing``."""
    names = []

    def add(name: str, body: Callable[[Job], None]) -> None:
        def run(job_id: int) -> None:
            with attempt(job_id) as job, finishing(job, {"rows": 3}):
                body(job)

        current_app.task(run, name=name)
        names.append(name)

    yield add
    for name in names:
        current_app.tasks.unregister(name)


def advise(job: Job) -> None:
    record_scores(
        job,
        [
            ScoreFactory.build(job=None, method="ensemble", role=Score.Role.CHOSEN, value=0.31),
            ScoreFactory.build(
                job=None, method="moving average", role=Score.Role.NAIVE, value=0.42
            ),
        ],
    )
    rows = [SuggestionFactory.build(job=None, subject="Tea [cup]", effect=Decimal("150.00"))]
    publish(job=job, kind="price", suggestions=rows, details=[_Detail()])
    bowls = SuggestionFactory.build(
        job=None, subject="Bowl", unit="pcs", current_value=None, suggested_value=Decimal(10786)
    )
    publish(job=job, kind="restock", suggestions=[bowls], details=[_Detail()])


class _Detail:
    """Stands for an app's typed row."""

    class _default_manager:  # noqa: N801 - Django's name
        @staticmethod
        def bulk_create(details: list[object], batch_size: int) -> None:
            assert len(details) <= batch_size


@pytest.fixture
def steps(
    monkeypatch: pytest.MonkeyPatch, task: Callable[[str, Callable[[Job], None]], None]
) -> None:
    monkeypatch.setattr(
        pipeline, "STEPS", (Step("tests.learn"), Step("tests.advise", after=("tests.learn",)))
    )
    task("tests.learn", lambda _job: None)
    task("tests.advise", advise)


def test_a_run_queues_every_step_with_its_day_and_its_needs() -> None:
    run = start()

    jobs = {job.kind: job for job in run.jobs.all()}
    assert list(jobs) != []
    assert set(jobs) == {step.kind for step in pipeline.STEPS}
    assert {job.as_of for job in jobs.values()} == {DAY}
    needs = {kind: [need.kind for need in job.after.all()] for kind, job in jobs.items()}
    for kind in ("inventory.suggest_restock", "inventory.suggest_adjustments"):
        assert needs.pop(kind) == ["inventory.forecast_demand"]
    assert set(map(tuple, needs.values())) == {()}


def test_a_slot_starts_one_run() -> None:
    assert start() == start()
    assert Run.objects.count() == 1
    assert Job.objects.count() == len(pipeline.STEPS)


def test_the_same_day_can_be_run_again_in_another_slot() -> None:
    assert free_slot(DAY) == nightly_slot(DAY)
    start(free_slot(DAY))
    start(free_slot(DAY))
    start(free_slot(DAY))

    slots = set(Run.objects.values_list("slot", flat=True))
    assert slots == {"nightly:2026-05-10", "nightly:2026-05-10:2", "nightly:2026-05-10:3"}


def test_a_run_closes_suggestions_whose_last_day_has_passed() -> None:
    stale = SuggestionFactory(expires_on=DAY - timedelta(days=1))

    start()

    stale.refresh_from_db()
    assert stale.state == Suggestion.State.EXPIRED


def test_two_schedulers_start_one_run_of_the_night() -> None:
    assert start_scheduled() == start_scheduled()
    assert Run.objects.get().trigger == Run.Trigger.SCHEDULE


@pytest.mark.usefixtures("steps")
def test_the_command_runs_all_and_tells_costs_scores_and_suggestions() -> None:
    out = StringIO()
    call_command("nightly", "--as-of", "2026-05-10", stdout=out)

    text = out.getvalue()
    for piece in ("2026-05-10", "tests.learn", "ensemble", "moving average", "0.31", "0.42"):
        assert piece in text
    assert "Tea [cup]" in text, "square brackets are text, not markup"
    for figure in ("+¥150", "¥10.00", "¥11.00", "10,786 pcs"):
        assert figure in text
    assert "10,786.00" not in text


@pytest.mark.usefixtures("steps")
def test_the_command_prints_json_for_machines() -> None:
    out = StringIO()
    call_command("nightly", "--as-of", "2026-05-10", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert [(step["kind"], step["state"]) for step in found["steps"]] == [
        ("tests.learn", "done"),
        ("tests.advise", "done"),
    ]
    assert all(step["seconds"] >= 0 and step["peak_mib"] > 1 for step in found["steps"])
    assert found["steps"][1]["scores"] == [
        {
            "subject": "demand",
            "metric": "WAPE",
            "chosen": "ensemble",
            "value": 0.31,
            "naive": "moving average",
            "naive_value": 0.42,
        }
    ]
    assert found["suggestions"] == [
        {"kind": "price", "count": 1, "effect": "150.00"},
        {"kind": "restock", "count": 1, "effect": "120.00"},
    ]
    assert found["top"][0]["reason"] == "Demand falls 2% when the price rises."


def test_a_step_nobody_can_do_fails_the_command_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        pipeline, "STEPS", (Step("tests.unknown"), Step("tests.next", after=("tests.unknown",)))
    )

    with pytest.raises(CommandError, match=r"No installed app has a task named tests\.unknown"):
        call_command("nightly", stdout=StringIO())
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.FAILED}


@pytest.mark.usefixtures("steps")
def test_with_a_broker_the_command_waits_for_workers(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.JOB_POLL_SECONDS = 0.01
    sent = []

    def worker_elsewhere(kind: str, args: list[int], **_options: object) -> None:
        sent.append(kind)
        current_app.tasks[kind](args[0])

    monkeypatch.setattr(current_app, "send_task", worker_elsewhere)
    call_command("nightly", stdout=StringIO())

    assert sent == ["tests.learn", "tests.advise"]
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
