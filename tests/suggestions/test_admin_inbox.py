"""The list of suggestions: what is shown, in which order, and what may be done in bulk."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from suggestions.models import Decision, Suggestion
from tests.factories.suggestions import SuggestionFactory

INBOX = reverse("admin:suggestions_suggestion_changelist")


def shown(client: Client, **filters: str) -> list[str]:
    rows = client.get(INBOX, filters).context["cl"].result_list
    return [suggestion.subject for suggestion in rows]


def bulk(client: Client, action: str, chosen: list[Suggestion], **more: str) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in chosen], **more}
    return client.post(INBOX, data, follow=True).content.decode()


def test_open_ones_stand_first_by_expected_effect(manager: Client) -> None:
    SuggestionFactory(subject="small", effect=50)
    SuggestionFactory(subject="large", effect=150)
    SuggestionFactory(subject="gone", effect=180, state=Suggestion.State.REJECTED)

    assert shown(manager) == ["large", "small"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"kind": "restock"}, ["rice"], id="by kind"),
        pytest.param({"state": "rejected"}, ["gone"], id="by state"),
        pytest.param({"state": "all"}, ["gone", "tea", "rice", "old"], id="every state"),
        pytest.param({"risk": "3"}, ["rice"], id="by risk"),
        pytest.param({"risk": "x"}, ["tea", "rice", "old"], id="a risk that is none"),
        pytest.param({"risk": "²"}, ["tea", "rice", "old"], id="a digit that is no number"),
        pytest.param({"age": "older"}, ["old"], id="by age"),
        pytest.param({"age": "today"}, ["tea", "rice"], id="made today"),
        pytest.param({"age": "expiring"}, ["tea"], id="about to expire"),
        pytest.param({"effect_from": "60", "effect_to": "100"}, ["rice"], id="by effect"),
        pytest.param({"q": "茶"}, ["tea"], id="searched in Chinese"),
    ],
)
def test_the_list_is_narrowed(
    manager: Client, filters: dict[str, str], expected: list[str]
) -> None:
    soon = timezone.localdate() + timedelta(days=1)
    SuggestionFactory(subject="tea", subject_zh="茶", effect=150, expires_on=soon)
    SuggestionFactory(subject="rice", subject_zh="米", effect=90, kind="restock", risk=3)
    old = SuggestionFactory(subject="old", subject_zh="旧", effect=50)
    SuggestionFactory(subject="gone", subject_zh="去", effect=180, state="rejected")
    a_month_ago = timezone.now() - timedelta(days=30)
    Suggestion.objects.filter(pk=old.pk).update(created_at=a_month_ago)

    assert shown(manager, **filters) == expected


def test_a_thousand_rows_cost_as_many_queries_as_ten(manager: Client) -> None:
    counts = []
    for rows in (10, 990):
        job = SuggestionFactory.build().job
        job.save()
        Suggestion.objects.bulk_create(SuggestionFactory.build_batch(rows, job=job))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            manager.get(INBOX)
        counts.append(len(queries))

    assert counts == [8, 8]


@pytest.mark.parametrize("verb", ["add", "delete"])
def test_nobody_adds_or_deletes_by_hand(admin_client: Client, verb: str) -> None:
    suggestion = SuggestionFactory()
    args = [suggestion.pk] if verb == "delete" else []

    reply = admin_client.post(reverse(f"admin:suggestions_suggestion_{verb}", args=args))

    assert reply.status_code == 403
    assert Suggestion.objects.get() == suggestion


def test_nobody_edits_by_hand(admin_client: Client) -> None:
    suggestion = SuggestionFactory(suggested_value=11)

    reply = admin_client.post(
        reverse("admin:suggestions_suggestion_change", args=[suggestion.pk]),
        {"suggested_value": "99"},
    )

    assert reply.status_code == 405
    assert Suggestion.objects.get().suggested_value == 11


def test_bulk_approval_asks_before_it_acts(manager: Client, product: Product) -> None:
    suggestion = SuggestionFactory(subject_key=f"product:{product.pk}", effect=120)

    text = bulk(manager, "approve_selected", [suggestion])

    assert "Approve 1 suggestion?" in text
    assert "+¥120" in text
    assert Suggestion.objects.get().state == "open"
    assert not Decision.objects.exists()


def test_bulk_approval_applies_each_and_tells_the_refused(
    manager: Client, product: Product
) -> None:
    good = SuggestionFactory(subject_key=f"product:{product.pk}")
    moved = SuggestionFactory(subject_key="product:0", subject="Moved cup")
    decided = SuggestionFactory(state="rejected", decided_by="Li")

    text = bulk(manager, "approve_selected", [good, moved, decided], confirmed="1")

    assert "1 suggestion approved." in text
    assert "Moved cup: The price moved meanwhile." in text
    assert "already rejected (Li)" in text
    states = dict(Suggestion.objects.values_list("pk", "state"))
    assert states == {good.pk: "applied", moved.pk: "open", decided.pk: "rejected"}
    product.refresh_from_db()
    assert product.price == Decimal("11.00")


def test_bulk_rejection_wants_a_reason(manager: Client) -> None:
    suggestion = SuggestionFactory()

    text = bulk(manager, "reject_selected", [suggestion], confirmed="1", note=" ")

    assert "This field is required." in text
    assert Suggestion.objects.get().state == "open"


def test_bulk_rejection_keeps_the_reason(manager: Client) -> None:
    both = SuggestionFactory.create_batch(2)

    text = bulk(manager, "reject_selected", both, confirmed="1", note="sale season")

    assert "2 suggestions rejected." in text
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"rejected"}
    assert set(Decision.objects.values_list("note", "actor")) == {("sale season", "a Manager")}


@pytest.mark.parametrize("action", ["approve_selected", "reject_selected"])
def test_an_analyst_decides_nothing_in_bulk(analyst: Client, action: str) -> None:
    suggestion = SuggestionFactory()

    bulk(analyst, action, [suggestion], confirmed="1", note="no")

    assert Suggestion.objects.get().state == "open"
    assert not Decision.objects.exists()


def test_a_stranger_is_sent_to_the_login(client: Client, db: None) -> None:
    suggestion = SuggestionFactory()

    reply = client.post(INBOX, {"action": "reject_selected", "_selected_action": suggestion.pk})

    assert reply.status_code == 302
    assert reply["Location"].startswith(reverse("admin:login"))
    assert Suggestion.objects.get().state == "open"


def test_a_list_says_whether_it_is_empty_or_narrowed_to_nothing(manager: Client) -> None:
    empty = manager.get(INBOX).content.decode()
    SuggestionFactory(subject="tea")
    whole = manager.get(INBOX).content.decode()
    searched = manager.get(INBOX, {"q": "coffee"}).content.decode()

    assert "Nothing waits for you." in empty
    assert "Show all" not in whole
    assert "No row fits this search" in searched
    assert "Show all" in searched
