"""The page of a suggestion: what it tells, and what becomes of a decision."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from suggestions import kinds
from suggestions.models import Decision, Suggestion
from tests.factories.jobs import RunFactory, ScoreFactory
from tests.factories.suggestions import SuggestionFactory


@pytest.fixture
def suggestion(product: Product) -> Suggestion:
    return SuggestionFactory(
        subject_key=f"product:{product.pk}", subject="Tea cup", subject_zh="茶杯", effect=120
    )


def page_of(suggestion: Suggestion) -> str:
    return reverse("admin:suggestions_suggestion_change", args=[suggestion.pk])


def decide(client: Client, suggestion: Suggestion, **data: str) -> str:
    url = reverse("admin:suggestions_decide", args=[suggestion.pk])
    return client.post(url, data, follow=True).content.decode()


def assert_nothing_changed(suggestion: Suggestion, price: str = "10.00") -> None:
    suggestion.refresh_from_db()
    assert suggestion.state == Suggestion.State.OPEN
    assert suggestion.chosen_value is None
    assert not Decision.objects.exists()
    assert Product.objects.get().price == Decimal(price)


def test_the_page_shows_the_comparison_of_the_job_it_rests_on(
    manager: Client, suggestion: Suggestion
) -> None:
    assert "No comparison was recorded." in manager.get(page_of(suggestion)).content.decode()
    score = ScoreFactory(role="chosen", method="smoothing", value=0.1234)
    ScoreFactory(job=score.job, role="naive", method="last week", value=0.4321)
    suggestion.evidence = {"compared_in_job": score.job_id}
    suggestion.save()

    text = manager.get(page_of(suggestion)).content.decode()

    assert "No comparison was recorded." not in text
    assert all(words in text for words in ("smoothing", "last week", "0.123", "0.432"))


def test_the_page_tells_why_and_how_sure(manager: Client, suggestion: Suggestion) -> None:
    suggestion.guardrails = [{"text": "Held to a step of %(s)s.", "params": {"s": "10 %"}}]
    suggestion.assumptions = [{"text": "Cost is assumed."}]
    suggestion.job.run = RunFactory()
    suggestion.job.save()
    suggestion.save()
    ScoreFactory(job=suggestion.job, role="chosen", method="elasticity", value=0.3)
    ScoreFactory(job=suggestion.job, role="naive", method="no change", value=0.4)

    text = manager.get(page_of(suggestion)).content.decode()

    for words in (
        "Demand falls 2% when the price rises.",
        "¥10.00",
        "¥11.00",
        "+¥120",
        "likely between +¥40 and +¥200",
        "Sales of two days",
        "−1.42",
        "Held to a step of 10 %.",
        "Cost is assumed.",
        reverse("admin:catalog_assumption_changelist"),
        "no change",
        "+25 %",
        "model wins",
        reverse("admin:jobs_run_change", args=[suggestion.job.run_id]),
        reverse("admin:catalog_product_change", args=[Product.objects.get().pk]),
    ):
        assert words in text


def test_a_chinese_reader_reads_the_chinese_title(manager: Client, suggestion: Suggestion) -> None:
    reply = manager.get(page_of(suggestion), headers={"accept-language": "zh-hans"})

    assert "茶杯" in reply.content.decode()
    assert 'lang="zh-hans"' in reply.content.decode()


def test_approval_applies_the_computed_value(manager: Client, suggestion: Suggestion) -> None:
    text = decide(manager, suggestion, verb="approve", value="11.00", note="fine")

    assert "Approved and applied: ¥11.00 for Tea cup" in text
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.chosen_value) == ("applied", None)
    assert suggestion.decided_by == "a Manager"
    assert Product.objects.get().price == Decimal("11.00")
    assert list(Decision.objects.values_list("state", "note")) == [
        ("approved", "fine"),
        ("applied", ""),
    ]


def test_an_edited_value_stands_beside_the_computed_one(
    manager: Client, suggestion: Suggestion
) -> None:
    text = decide(manager, suggestion, verb="approve", value="10.50")

    assert "Approved and applied: ¥10.50" in text
    suggestion.refresh_from_db()
    assert suggestion.suggested_value == Decimal("11.00")
    assert suggestion.chosen_value == Decimal("10.50")
    assert Product.objects.get().price == Decimal("10.50")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("7.99", "A price may fall by 20 % at most.", id="past a guardrail"),
        pytest.param("10.505", "no more than 2 decimal places", id="too many decimals"),
        pytest.param("-1", "greater than or equal to 0", id="negative"),
        pytest.param("ten", "Enter a number.", id="no number"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_reason(
    manager: Client, suggestion: Suggestion, value: str, words: str
) -> None:
    text = decide(manager, suggestion, verb="approve", value=value)

    assert words in text
    assert_nothing_changed(suggestion)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("7.99", "A price may fall by 20 % at most."),
        ("10.505", "no more than 2 decimal places"),
        ("10.50", "Within the guardrails."),
    ],
)
def test_guardrails_speak_while_one_types(
    manager: Client, suggestion: Suggestion, value: str, words: str
) -> None:
    url = reverse("admin:suggestions_check", args=[suggestion.pk])

    assert words in manager.get(url, {"value": value}).content.decode()
    assert_nothing_changed(suggestion)


def test_a_second_decision_is_refused(manager: Client, suggestion: Suggestion) -> None:
    decide(manager, suggestion, verb="approve", value="11.00")

    again = decide(manager, suggestion, verb="approve", value="9.00")
    rejected = decide(manager, suggestion, verb="reject", note="too late")

    assert "already applied (a Manager); nothing was changed" in again
    assert "already applied (a Manager); nothing was changed" in rejected
    assert Product.objects.get().price == Decimal("11.00")
    assert Decision.objects.count() == 2


def test_a_moved_world_is_not_overwritten(manager: Client, suggestion: Suggestion) -> None:
    Product.objects.update(price=Decimal("12.00"))

    text = decide(manager, suggestion, verb="approve", value="11.00")

    assert "The price moved meanwhile." in text
    assert_nothing_changed(suggestion, price="12.00")


def test_rejection_wants_a_reason(manager: Client, suggestion: Suggestion) -> None:
    text = decide(manager, suggestion, verb="reject", note="")

    assert "This field is required." in text
    assert_nothing_changed(suggestion)


def test_rejection_keeps_who_and_why(manager: Client, suggestion: Suggestion) -> None:
    text = decide(manager, suggestion, verb="reject", note="a promise to customers")

    assert "Rejected: Tea cup stays as it is." in text
    assert "a promise to customers" in text
    decision = Decision.objects.get()
    assert (decision.state, decision.actor) == ("rejected", "a Manager")
    assert Product.objects.get().price == Decimal("10.00")


def test_the_next_suggestion_is_one_click_away(manager: Client, suggestion: Suggestion) -> None:
    SuggestionFactory(effect=190)
    following = SuggestionFactory(effect=60)

    text = decide(manager, suggestion, verb="reject", note="no")

    assert f'href="{page_of(following)}"' in text


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_an_analyst_looks_but_does_not_decide(
    analyst: Client, suggestion: Suggestion, verb: str
) -> None:
    assert "a manager decides on them" in analyst.get(page_of(suggestion)).content.decode()
    reply = analyst.post(
        reverse("admin:suggestions_decide", args=[suggestion.pk]),
        {"verb": verb, "value": "11.00", "note": "x"},
    )

    assert reply.status_code == 403
    assert "You may look at suggestions, not decide on them." in reply.content.decode()
    assert_nothing_changed(suggestion)


def test_a_stranger_sees_and_decides_nothing(client: Client, suggestion: Suggestion) -> None:
    reply = client.post(
        reverse("admin:suggestions_decide", args=[suggestion.pk]), {"verb": "approve"}
    )

    assert reply.status_code == 302
    assert reply["Location"].startswith(reverse("admin:login"))
    assert_nothing_changed(suggestion)


def test_a_decision_is_never_a_plain_link(manager: Client, suggestion: Suggestion) -> None:
    url = reverse("admin:suggestions_decide", args=[suggestion.pk])

    assert manager.get(url, {"verb": "approve"}).status_code == 405
    assert_nothing_changed(suggestion)


def test_a_kind_that_is_gone_can_be_read_and_rejected(
    manager: Client, suggestion: Suggestion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})

    assert "cannot be applied" in manager.get(page_of(suggestion)).content.decode()
    assert "is not known here" in decide(manager, suggestion, verb="approve")
    assert_nothing_changed(suggestion)
    decide(manager, suggestion, verb="reject", note="of no use now")
    suggestion.refresh_from_db()
    assert suggestion.state == "rejected"


@pytest.mark.parametrize(
    ("path", "pk"), [("change", 4711), ("decide", 4711), ("check", 4711), ("change", "²")]
)
def test_a_suggestion_that_is_not_there_leads_home(
    admin_client: Client, path: str, pk: object
) -> None:
    name = "suggestions_suggestion_change" if path == "change" else f"suggestions_{path}"

    reply = admin_client.get(reverse(f"admin:{name}", args=[pk]))

    assert reply.status_code == 302


def test_the_page_takes_few_queries(manager: Client, suggestion: Suggestion) -> None:
    SuggestionFactory.create_batch(30)
    with CaptureQueriesContext(connection) as queries:
        manager.get(page_of(suggestion))

    assert len(queries) == 9
