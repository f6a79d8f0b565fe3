"""Recommendation ids say where and when a list was made."""

from datetime import UTC, datetime

import pytest
import time_machine

from recommendations.ids import new_recommendation_id, read_recommendation_id
from sales.models import Event

MOMENT = datetime(2026, 7, 1, 12, 30, 0, 250_000, tzinfo=UTC)


def test_an_id_says_placement_version_and_time():
    with time_machine.travel(MOMENT, tick=False):
        origin = read_recommendation_id(new_recommendation_id("buy_again", 123456789))

    assert (origin.placement, origin.version, origin.made_at) == ("buy_again", 123456789, MOMENT)


def test_ids_fit_the_event_table_differ_and_sort_by_time():
    with time_machine.travel(MOMENT, tick=False):
        early = {new_recommendation_id("buy_again", 123456789) for _ in range(100)}
    with time_machine.travel(MOMENT.replace(second=1), tick=False):
        late = new_recommendation_id("buy_again", 123456789)

    assert len(early) == 100
    assert max(map(len, early)) <= Event._meta.get_field("recommendation_id").max_length
    assert max(early) < late


@pytest.mark.parametrize(
    "text", ["", "x", "for_you-1", "for_you-1.zz", "for_you-x." + "0" * 32, "a-1." + "0" * 32]
)
def test_other_texts_are_no_ids(text):
    assert read_recommendation_id(text) is None
