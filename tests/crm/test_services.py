"""The nightly segments: suggested, approved, and blind to the future."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import serializers

from crm.models import SegmentMember, SegmentSuggestion
from crm.services import segment_all
from crm.tasks import segment_customers
from jobs.models import Score
from jobs.services import queue_job
from sales.models import Customer
from suggestions.actors import Actor
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion
from suggestions.services import approve
from tests.crm.conftest import AS_OF, sell

pytestmark = pytest.mark.django_db
ACTOR = Actor("li")


def result_of_night(night, key):
    segment_all(job=night(key))
    suggestions = Suggestion.objects.filter(state="open").order_by("subject_key")
    rows = [
        {**row["fields"], "created_at": None, "job": None}
        for row in serializers.serialize("python", suggestions)
    ]
    members = SegmentMember.objects.filter(suggestion__suggestion__state="open").order_by(
        "customer_id"
    )
    figures = members.values_list(
        "suggestion__segment", "customer_id", "recency_days", "frequency", "monetary"
    )
    scores = Score.objects.filter(job__key=key).order_by("method")
    return repr((rows, list(figures), list(scores.values_list("method", "value", "low", "high"))))


def test_every_customer_is_suggested_once(shop, night):
    segment_all(job=night())

    assert SegmentMember.objects.count() == 20
    assert SegmentMember.objects.values("customer").distinct().count() == 20
    best = SegmentMember.objects.get(customer__number="C01")
    assert best.suggestion.segment == "champions"
    assert (best.recency_days, best.frequency, best.monetary) == (4, 20, Decimal("4000.00"))


def test_a_suggestion_is_complete(shop, night):
    segment_all(job=night())
    suggestion = Suggestion.objects.get(subject_key="segment:champions")

    assert suggestion.subject == "Champions"
    assert suggestion.evidence["held_back_days"] == 90
    assert "earns nothing by itself" in suggestion.reason_in_words
    assert suggestion.effect_low <= suggestion.effect <= suggestion.effect_high
    assert suggestion.expires_on > AS_OF


def test_both_figures_are_stored(shop, night):
    job = night()
    segment_all(job=job)

    assert {score.role for score in job.scores.all()} == {"chosen", "naive"}


def test_facts_of_the_day_and_later_change_nothing(shop, night):
    before = result_of_night(night, "first")
    for k, customer in enumerate(Customer.objects.all()):
        sell(customer, AS_OF + timedelta(days=k % 3), Decimal(5000), f"later-{k}")
    after = result_of_night(night, "second")

    assert before == after


def test_approval_sets_the_segment_on_the_customers(shop, night):
    segment_all(job=night())

    for suggestion in Suggestion.objects.all():
        approve(suggestion, actor=ACTOR)

    assert Customer.objects.get(number="C01").segment == "champions"
    assert not Customer.objects.filter(segment="").exists()


def test_customers_moved_by_hand_since_stay_where_they_are(shop, night):
    segment_all(job=night())
    Customer.objects.filter(number="C01").update(segment="loyal")

    approve(Suggestion.objects.get(subject_key="segment:champions"), actor=ACTOR)

    assert Customer.objects.get(number="C01").segment == "loyal"


def test_approval_is_refused_once_all_customers_have_moved(shop, night):
    segment_all(job=night())
    Customer.objects.update(segment="loyal")
    suggestion = Suggestion.objects.get(subject_key="segment:champions")

    with pytest.raises(WorldMovedError):
        approve(suggestion, actor=ACTOR)

    suggestion.refresh_from_db()
    assert suggestion.state == "open"
    assert set(Customer.objects.values_list("segment", flat=True)) == {"loyal"}


def test_a_customer_already_there_is_not_suggested_again(shop, night):
    segment_all(job=night("first"))
    for suggestion in Suggestion.objects.all():
        approve(suggestion, actor=ACTOR)

    assert segment_all(job=night("second")) == 0


def test_a_second_delivery_does_nothing(shop, night):
    job = queue_job(kind="crm.segment_customers", key="n", arguments={"as_of": AS_OF.isoformat()})

    assert segment_customers(job.pk) > 0
    assert segment_customers(job.pk) == 0
    assert SegmentSuggestion.objects.count() == Suggestion.objects.count()


def test_an_empty_shop_is_no_error(night):
    assert segment_all(job=night()) == 0


def test_the_number_of_queries_does_not_grow_with_customers(shop, night, django_assert_num_queries):
    job = night()

    with django_assert_num_queries(16):
        segment_all(job=job)
