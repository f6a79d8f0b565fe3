"""The life of a suggestion: who may move it, when, and what is remembered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from catalog.models import Product
from crm.models import SegmentSuggestion
from suggestions import kinds
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, Kind, WorldMovedError
from suggestions.models import Decision, Suggestion, say
from suggestions.services import AlreadyDecidedError, approve, expire, publish, reject
from tests.factories.jobs import RunningJobFactory
from tests.factories.suggestions import SuggestionFactory

pytestmark = pytest.mark.django_db
MEI = Actor(name="mei")
LI = Actor(name="li")
State = Suggestion.State


@pytest.fixture
def advice(product: Product) -> Suggestion:
    return SuggestionFactory(subject_key=f"product:{product.pk}")


def history(suggestion: Suggestion) -> list[tuple[str, str]]:
    return [(row.state, row.actor) for row in suggestion.decisions.all()]


def test_approval_applies_and_remembers_who_and_when(advice: Suggestion, product: Product) -> None:
    approve(advice, actor=MEI, note="fine")

    product.refresh_from_db()
    assert product.price == Decimal("11.00")
    assert (advice.state, advice.decided_by, advice.chosen_value) == (State.APPLIED, "mei", None)
    assert advice.decided_at <= advice.applied_at
    assert history(advice) == [(State.APPROVED, "mei"), (State.APPLIED, "mei")]
    assert advice.decisions.first().note == "fine"


def test_the_value_staff_chose_stands_beside_the_computed_one(
    advice: Suggestion, product: Product
) -> None:
    approve(advice, actor=MEI, value=Decimal("10.50"))

    product.refresh_from_db()
    assert product.price == Decimal("10.50")
    assert (advice.suggested_value, advice.chosen_value) == (Decimal("11.00"), Decimal("10.50"))
    assert advice.value == Decimal("10.50")


def test_a_second_approval_is_refused_and_says_who_was_faster(
    advice: Suggestion, product: Product
) -> None:
    also_open = Suggestion.objects.get(pk=advice.pk)
    approve(advice, actor=MEI)
    Product.objects.update(price=Decimal("10.00"))

    with pytest.raises(AlreadyDecidedError, match=r"already applied \(mei\)"):
        approve(also_open, actor=LI)

    product.refresh_from_db()
    assert product.price == Decimal("10.00")
    assert len(history(advice)) == 2


def test_an_approval_after_the_world_moved_changes_nothing(
    advice: Suggestion, product: Product
) -> None:
    Product.objects.update(price=Decimal("9.00"))

    with pytest.raises(WorldMovedError):
        approve(advice, actor=MEI)

    product.refresh_from_db()
    assert product.price == Decimal("9.00")
    assert advice.state == State.OPEN, "the caller's object must not claim an approval"
    advice.refresh_from_db()
    assert (advice.state, advice.decided_by, history(advice)) == (State.OPEN, "", [])


@pytest.mark.parametrize("value", ["7.99", "10.123", "NaN", "Infinity", "1e12", "1e400"])
def test_a_value_that_breaks_a_rule_is_refused(advice: Suggestion, value: str) -> None:
    with pytest.raises(InvalidValueError):
        approve(advice, actor=MEI, value=Decimal(value))

    advice.refresh_from_db()
    assert advice.state == State.OPEN


def test_a_kind_may_forbid_changing_the_value(
    advice: Suggestion, price_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = Kind(
        name="price",
        label="Price",
        icon="sell",
        apply=price_kind.apply,
        charts=price_kind.charts,
        facts=price_kind.facts,
        is_editable=False,
    )
    monkeypatch.setattr(kinds, "_kinds", {"price": fixed})

    with pytest.raises(InvalidValueError, match="cannot be changed"):
        approve(advice, actor=MEI, value=Decimal("10.50"))
    assert approve(advice, actor=MEI).state == State.APPLIED


def test_rejection_keeps_the_reason_and_cannot_be_approved_later(advice: Suggestion) -> None:
    reject(advice, actor=LI, note="a gift line")

    assert advice.state == State.REJECTED
    assert [(row.state, row.actor, row.note) for row in advice.decisions.all()] == [
        (State.REJECTED, "li", "a gift line")
    ]
    with pytest.raises(AlreadyDecidedError, match=r"rejected \(li\)"):
        approve(advice, actor=MEI)
    with pytest.raises(AlreadyDecidedError):
        reject(advice, actor=MEI, note="again")


def test_open_suggestions_expire_after_their_last_day_and_no_others() -> None:
    last = date(2026, 5, 10)
    stale = SuggestionFactory(expires_on=last - timedelta(days=1))
    fresh = SuggestionFactory(expires_on=last)
    done = SuggestionFactory(expires_on=last - timedelta(days=1), state=State.APPLIED)

    assert expire(today=last) == 1
    assert expire(today=last) == 0

    states = dict(Suggestion.objects.values_list("pk", "state"))
    assert states == {stale.pk: State.EXPIRED, fresh.pk: State.OPEN, done.pk: State.APPLIED}
    assert history(stale) == [(State.EXPIRED, "schedule")]
    with pytest.raises(AlreadyDecidedError, match="expired"):
        approve(stale, actor=MEI)


def test_publishing_supersedes_what_is_open_of_the_kind_only() -> None:
    old, decided = SuggestionFactory(), SuggestionFactory(state=State.APPLIED)
    other_kind = SuggestionFactory(kind="restock", subject_key=old.subject_key)
    job = RunningJobFactory()

    new = SuggestionFactory.build(job=None, subject_key=old.subject_key)
    detail = SegmentSuggestion(segment="lost", customers=3, share_of_revenue=0.1)
    assert publish(job=job, kind="price", suggestions=[new], details=[detail]) == 1

    for row in (old, decided, other_kind):
        row.refresh_from_db()
    assert old.state == State.SUPERSEDED
    assert history(old) == [(State.SUPERSEDED, str(job))]
    assert (decided.state, other_kind.state) == (State.APPLIED, State.OPEN)
    current = Suggestion.objects.get(kind="price", state=State.OPEN)
    assert (current.job, current.segment.customers) == (job, 3)


def test_a_suggestion_without_its_typed_row_is_not_published() -> None:
    old = SuggestionFactory()

    with pytest.raises(ValueError, match="shorter"):
        publish(
            job=RunningJobFactory(),
            kind="price",
            suggestions=[SuggestionFactory.build(job=None)],
            details=[],
        )

    assert list(Suggestion.objects.values_list("pk", "state")) == [(old.pk, State.OPEN)]


def test_a_subject_has_one_open_suggestion_of_a_kind() -> None:
    first = SuggestionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SuggestionFactory(subject_key=first.subject_key)
    SuggestionFactory(subject_key=first.subject_key, state=State.REJECTED)


def test_an_effect_lies_within_its_interval() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SuggestionFactory(effect=Decimal("10"), effect_low=Decimal("11"))


def test_history_rows_are_kept_for_each_kind_of_end(advice: Suggestion) -> None:
    approve(advice, actor=MEI, value=Decimal("10.50"))

    assert [row.value for row in Decision.objects.all()] == [Decimal("10.50")] * 2


def test_messages_are_said_in_the_readers_language_with_their_figures() -> None:
    message = {"text": "Demand falls %(share)s when …", "params": {"share": "2%"}}

    assert say(message) == "Demand falls 2% when …"
    with translation.override("zh-hans"):
        assert "2%" in say(message)
    assert say({"text": "100% certain"}) == "100% certain"


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_approve_at_once_one_succeeds(advice: Suggestion, product: Product) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the test database in memory has one connection; see the run on PostgreSQL")

    def try_it(number: int) -> bool:
        try:
            approve(Suggestion.objects.get(pk=advice.pk), actor=Actor(name=f"staff {number}"))
        except AlreadyDecidedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
    assert len(history(advice)) == 2
