"""Runs and jobs in the admin: live while they go on, tried again where they failed."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Job
from tests.factories.jobs import JobFactory, RunFactory, ScoreFactory
from tests.people import client_of


def page_of(client: Client, row: object, **headers: str) -> str:
    name = row._meta.model_name
    url = reverse(f"admin:jobs_{name}_change", args=[row.pk])
    return client.get(url, headers=headers).content.decode()


def test_a_run_shows_its_steps_and_scores(admin_client: Client) -> None:
    run = RunFactory()
    job = JobFactory(run=run, kind="pricing.suggest_prices", state="done")
    ScoreFactory(job=job, role="chosen", method="elasticity", value=0.5)
    ScoreFactory(job=job, role="naive", method="no change", value=0.4)

    text = page_of(admin_client, run)

    assert "Suggest prices" in text
    assert "no better" in text
    assert "−25 %" in text


@pytest.mark.parametrize(
    ("state", "is_live"), [("queued", True), ("running", True), ("done", False), ("failed", False)]
)
def test_a_page_refreshes_itself_while_work_goes_on(
    admin_client: Client, state: str, is_live: bool
) -> None:
    job = JobFactory(run=RunFactory(), state=state, progress=0.25, note="product 3 of 12")

    for row in (job, job.run):
        assert ('hx-trigger="every 2s"' in page_of(admin_client, row)) is is_live


def test_a_refresh_brings_the_part_that_changes(admin_client: Client) -> None:
    job = JobFactory(state="running", progress=0.25, note="product 3 of 12")

    text = page_of(admin_client, job, hx_request="true")

    assert "product 3 of 12" in text
    assert 'aria-valuenow="25"' in text
    assert "<html" not in text


def test_a_failed_job_shows_its_error_and_is_tried_again(admin_client: Client) -> None:
    job = JobFactory(state="failed", error="ValueError: no prices", attempt=4)
    assert "ValueError: no prices" in page_of(admin_client, job)

    reply = admin_client.post(reverse("admin:jobs_retry", args=[job.pk]), follow=True)

    assert "The job is queued again." in reply.content.decode()
    job.refresh_from_db()
    assert (job.state, job.retried_by) == (Job.State.QUEUED, "admin")


def test_only_a_failed_job_is_tried_again(admin_client: Client) -> None:
    job = JobFactory(state="done")

    reply = admin_client.post(reverse("admin:jobs_retry", args=[job.pk]), follow=True)

    assert "Only a failed job can be tried again" in reply.content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_an_analyst_watches_but_does_not_try_again(db: None) -> None:
    analyst = client_of("Analyst")
    job = JobFactory(state="failed")

    assert "Try again" not in page_of(analyst, job)
    assert analyst.post(reverse("admin:jobs_retry", args=[job.pk])).status_code == 403
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_trying_again_is_never_a_plain_link(admin_client: Client) -> None:
    job = JobFactory(state="failed")

    assert admin_client.get(reverse("admin:jobs_retry", args=[job.pk])).status_code == 405


@pytest.mark.parametrize("model", ["run", "job"])
def test_what_is_not_there_leads_home(admin_client: Client, model: str) -> None:
    assert admin_client.get(reverse(f"admin:jobs_{model}_change", args=[4711])).status_code == 302
