"""The page of an experiment: who may look, who may start and stop, and what it costs."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Arm, Experiment
from sales.models import Event
from tests.factories.experiments import ExperimentFactory, RunningExperimentFactory
from tests.people import client_of
from tests.recommendations.experiments.test_results import crowd

BEGIN = timedelta(days=3)


def page(one):
    return reverse("admin:recommendations_experiment_change", args=[one.pk])


def move(client, one, name):
    return client.post(
        reverse("admin:recommendations_move_experiment", args=[one.pk]), {"move": name}
    )


def test_a_manager_starts_and_stops(db):
    one, manager = ExperimentFactory(arms=("live", "popular")), client_of("Manager")

    assert "Start the experiment" in manager.get(page(one)).content.decode()
    assert move(manager, one, "start").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("running", "a Manager")
    assert "Stop the experiment" in manager.get(page(one)).content.decode()
    move(manager, one, "stop")
    one.refresh_from_db()
    assert one.state == "stopped"
    assert "Too early to say" in manager.get(page(one)).content.decode()


def test_an_analyst_looks_and_changes_nothing(shop):
    begin = timezone.now() - BEGIN
    one = RunningExperimentFactory(started_at=begin, arms=("live", "popular"))
    crowd(one, shop, begin, 40, 0, 4)
    crowd(one, shop, begin, 40, 1, 5)
    draft = ExperimentFactory(placement="new", arms=("live", "popular"))
    analyst = client_of("Analyst")

    text = analyst.get(page(one)).content.decode()
    assert "Lists side by side" in text
    assert "Stop the experiment" not in text
    assert move(analyst, one, "stop").status_code == 403
    assert move(analyst, draft, "start").status_code == 403
    assert analyst.post(page(draft), {"name": "mine"}).status_code == 403
    one.refresh_from_db()
    draft.refresh_from_db()
    assert (one.state, draft.state, draft.started_at) == ("running", "draft", None)
    assert draft.name != "mine"


def test_strangers_and_staff_without_rights_see_nothing(db):
    one = RunningExperimentFactory(arms=("live", "popular"))
    assert Client().get(page(one)).status_code == 302
    nobody = Client()
    nobody.force_login(User.objects.create_user("new", is_staff=True))

    assert nobody.get(page(one)).status_code == 403
    assert move(nobody, one, "stop").status_code == 403
    assert move(Client(), one, "stop").status_code == 302
    one.refresh_from_db()
    assert one.state == "running"


def test_what_cannot_start_says_why(admin_client):
    one = ExperimentFactory(arms=("live",))

    reply = admin_client.post(
        reverse("admin:recommendations_move_experiment", args=[one.pk]),
        {"move": "start"},
        follow=True,
    )

    assert "2 to 5 arms" in reply.content.decode()
    assert move(admin_client, one, "explode").status_code == 302
    get = admin_client.get(reverse("admin:recommendations_move_experiment", args=[one.pk]))
    assert get.status_code == 405
    one.refresh_from_db()
    assert one.state == "draft"


def test_a_draft_is_made_in_the_form_and_what_runs_is_not_changed(admin_client):
    form = {
        "name": "Popular or trending?",
        "placement": "popular",
        "kind": "ab",
        "share": "0.5",
        "planned_visitors": "10000",
        "arms-TOTAL_FORMS": "2",
        "arms-INITIAL_FORMS": "0",
        "arms-0-position": "0",
        "arms-0-strategy": "live",
        "arms-1-position": "1",
        "arms-1-strategy": "trending",
    }
    reply = admin_client.post(reverse("admin:recommendations_experiment_add"), form)
    one = Experiment.objects.get()
    assert reply.status_code == 302
    assert list(one.arms.values_list("strategy", flat=True)) == ["live", "trending"]

    move(admin_client, one, "start")
    assert admin_client.post(page(one), form | {"share": "1"}).status_code == 403
    delete = reverse("admin:recommendations_experiment_delete", args=[one.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    one.refresh_from_db()
    assert (one.share, one.state, Arm.objects.count()) == (0.5, "running", 2)


def test_a_new_experiment_left_as_offered_compares_with_what_is_popular(shop, admin_client):
    add = reverse("admin:recommendations_experiment_add")
    formset = admin_client.get(add).context["inline_admin_formsets"][0].formset
    arms = {field.html_name: field.value() for arm in formset for field in arm}
    form = {"name": "Worth it?", "placement": "for_you", "kind": "ab", "share": "1"}
    offered = {name: "" if value is None else value for name, value in arms.items()}
    sizes = {"arms-TOTAL_FORMS": "2", "arms-INITIAL_FORMS": "0", "planned_visitors": "10000"}

    admin_client.post(add, form | offered | sizes)

    one = Experiment.objects.get()
    assert list(one.arms.values_list("position", "strategy")) == [(0, "live"), (1, "popular")]


def test_a_thousand_visitors_cost_no_more_queries_than_ten(shop, admin_client):
    begin = timezone.now() - BEGIN
    one = RunningExperimentFactory(started_at=begin, arms=("live", "popular"))
    counts = []
    crowd(one, shop, begin, 5, 0, 1)
    crowd(one, shop, begin, 5, 1, 1)
    admin_client.get(page(one))
    for visitors in (5, 500):
        Event.objects.all().delete()
        for arm in (0, 1):
            crowd(one, shop, begin, visitors, arm, visitors // 5)
        with CaptureQueriesContext(connection) as queries:
            text = admin_client.get(page(one)).content.decode()
        counts.append(len(queries))
        assert "At stake a month" in text

    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("kind", "arms"),
    [("ab", ("live", "new")), ("interleaving", ("live", "new")), ("exploration", ("live",))],
)
def test_every_kind_has_its_page_in_both_languages(shop, admin_client, kind, arms, language):
    one = RunningExperimentFactory(kind=kind, share=0.1, arms=arms)
    admin_client.cookies["django_language"] = language

    reply = admin_client.get(page(one))

    assert reply.status_code == 200
    assert f'lang="{language}"' in reply.content.decode()
