"""Suggestions of a kind; the typed rows of an app's kind are its own factory's."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from suggestions.models import Decision, Suggestion
from tests.factories.jobs import JobFactory


class SuggestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Suggestion

    kind = "price"
    subject_key = factory.Sequence(lambda n: f"product:{n}")
    subject = factory.Sequence(lambda n: f"Tea cup {n}")
    subject_zh = factory.Sequence(lambda n: f"茶杯 {n}")
    job = factory.SubFactory(JobFactory)
    as_of = factory.LazyFunction(timezone.localdate)
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))
    unit = "CNY"
    current_value = Decimal("10.00")
    suggested_value = Decimal("11.00")
    effect = Decimal("120.00")
    effect_low = Decimal("40.00")
    effect_high = Decimal("200.00")
    effect_days = 28
    risk = Suggestion.Risk.LOW
    reason = factory.LazyFunction(
        lambda: [
            {"text": "Demand falls %(share)s when the price rises.", "params": {"share": "2%"}}
        ]
    )
    evidence = factory.LazyFunction(lambda: {"elasticity": -1.2})


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    suggestion = factory.SubFactory(SuggestionFactory)
    state = Suggestion.State.REJECTED
    actor = "staff"
