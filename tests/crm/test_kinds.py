"""What the inbox shows of a segment suggestion."""

import pytest
from django.utils import translation

from crm.kinds import SEGMENT
from crm.services import segment_all
from suggestions.models import Suggestion

pytestmark = pytest.mark.django_db


def test_charts_count_every_member(shop, night):
    segment_all(job=night())
    suggestion = Suggestion.objects.order_by("-suggested_value").first()

    origins, recency = SEGMENT.charts(suggestion)

    assert sum(origins.datasets[0]["data"]) == suggestion.suggested_value
    assert sum(recency.datasets[0]["data"]) == suggestion.suggested_value


def test_facts_name_the_customers_and_their_share(shop, night):
    segment_all(job=night())
    shares = [dict(SEGMENT.facts(s)) for s in Suggestion.objects.all()]

    total = sum(float(row["Their share of all revenue so far"].rstrip("%")) for row in shares)
    assert total == pytest.approx(100, abs=0.5)


def test_a_chinese_reader_sees_the_chinese_subject(shop, night):
    segment_all(job=night())
    suggestion = Suggestion.objects.get(subject_key="segment:champions")

    with translation.override("zh-hans"):
        assert suggestion.subject_zh
