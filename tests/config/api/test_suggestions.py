"""Suggestions over REST: read, approve, reject, and who may."""

from decimal import Decimal

import pytest

from sales.models import Customer
from suggestions.kinds import InvalidValueError, Kind, WorldMovedError, register
from suggestions.models import Suggestion
from tests.factories.suggestions import SuggestionFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/suggestions"


def errand(suggestion, _actor):
    """The effect of the kind used here: a customer named after the value."""
    if Customer.objects.filter(number="moved").exists():
        raise WorldMovedError("The world moved.")
    Customer.objects.create(number=str(suggestion.value))


def at_most_20(_suggestion, value):
    if value > 20:
        raise InvalidValueError("At most 20.")


@pytest.fixture(autouse=True)
def _errands(monkeypatch):
    monkeypatch.setattr("suggestions.kinds._kinds", {})
    register(
        Kind(
            name="price",
            label="Errand",
            icon="directions_run",
            apply=errand,
            charts=lambda _suggestion: [],
            facts=lambda _suggestion: [],
            check_value=at_most_20,
        )
    )


def test_open_suggestions_are_listed_by_kind_and_state(client_with):
    SuggestionFactory()
    SuggestionFactory(state="rejected")
    SuggestionFactory(kind="restock")

    found = client_with("read").get(URL, {"kind": "price", "state": "open"}).json()["results"]

    assert [(row["kind"], row["state"]) for row in found] == [("price", "open")]
    assert found[0]["reason"] == "Demand falls 2% when the price rises."
    assert (found[0]["suggested_value"], found[0]["effect_low"]) == ("11.00", "40.00")


def test_pages_neither_miss_nor_double_a_row(client_with):
    made = {SuggestionFactory().pk for _ in range(5)}
    client, url, seen = client_with("read"), f"{URL}?page_size=2", []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_is_one_query_whatever_its_length(client_with, django_assert_num_queries, rows):
    client = client_with("read")
    SuggestionFactory.create_batch(rows)
    client.get(URL)

    with django_assert_num_queries(1):
        client.get(URL)


def test_approval_applies_and_names_the_key(client_with):
    suggestion = SuggestionFactory()

    reply = client_with("decide").post(f"{URL}/{suggestion.pk}/approve", {"note": "fine"})

    assert reply.status_code == 200
    assert reply.json()["state"] == "applied"
    assert reply.json()["decided_by"] == "API: storefront"
    assert Customer.objects.filter(number="11.00").exists()


def test_an_edited_value_is_applied_beside_the_computed_one(client_with):
    suggestion = SuggestionFactory()

    reply = client_with("decide").post(f"{URL}/{suggestion.pk}/approve", {"value": "12.50"})

    assert (reply.json()["suggested_value"], reply.json()["chosen_value"]) == ("11.00", "12.50")
    assert Customer.objects.filter(number="12.50").exists()


def test_a_value_beyond_a_guardrail_is_refused_and_changes_nothing(client_with):
    suggestion = SuggestionFactory()

    reply = client_with("decide").post(f"{URL}/{suggestion.pk}/approve", {"value": "21"})

    assert reply.status_code == 400
    assert reply.json()["errors"] == [
        {"field": "value", "code": "invalid", "detail": "At most 20."}
    ]
    assert_nothing_happened(suggestion)


def test_a_second_approval_is_refused(client_with):
    suggestion = SuggestionFactory()
    client = client_with("decide")
    client.post(f"{URL}/{suggestion.pk}/approve")

    reply = client.post(f"{URL}/{suggestion.pk}/approve")

    assert reply.status_code == 409
    assert "API: storefront" in reply.json()["detail"]
    assert Customer.objects.count() == 1


def test_approval_after_the_world_moved_is_refused(client_with):
    suggestion = SuggestionFactory()
    Customer.objects.create(number="moved")

    reply = client_with("decide").post(f"{URL}/{suggestion.pk}/approve")

    assert (reply.status_code, reply.json()["detail"]) == (409, "The world moved.")
    suggestion.refresh_from_db()
    assert suggestion.state == "open"


def test_a_rejection_needs_its_reason(client_with):
    suggestion = SuggestionFactory()
    client = client_with("decide")

    assert client.post(f"{URL}/{suggestion.pk}/reject").status_code == 400
    reply = client.post(f"{URL}/{suggestion.pk}/reject", {"note": "too dear"})

    assert reply.json()["state"] == "rejected"
    assert suggestion.decisions.get().note == "too dear"


@pytest.mark.parametrize("scopes", [(), ("read",), ("write", "events")])
@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_without_the_scope_nothing_is_decided(client_with, scopes, verb):
    suggestion = SuggestionFactory()

    reply = client_with(*scopes).post(f"{URL}/{suggestion.pk}/{verb}", {"note": "x"})

    assert reply.status_code == 403
    assert_nothing_happened(suggestion)


@pytest.mark.parametrize("identifier", ["999999", "x", "9" * 30, "%00"])
def test_an_unknown_suggestion_is_not_found(client_with, identifier):
    assert client_with("read").get(f"{URL}/{identifier}").status_code == 404


@pytest.mark.parametrize("value", ["abc", "1e400", "NaN", "1" * 40, None])
def test_a_value_that_is_no_amount_is_refused(client_with, value):
    suggestion = SuggestionFactory()

    reply = client_with("decide").post(
        f"{URL}/{suggestion.pk}/approve", {"value": value}, format="json"
    )

    assert reply.status_code == 400
    assert_nothing_happened(suggestion)


def assert_nothing_happened(suggestion):
    stored = Suggestion.objects.get(pk=suggestion.pk)
    assert (stored.state, stored.chosen_value) == ("open", None)
    assert not stored.decisions.exists()
    assert not Customer.objects.exclude(number="moved").exists()
    assert suggestion.suggested_value == Decimal("11.00")
