"""What waits, and what comes next."""

from decimal import Decimal

import pytest

from suggestions.selectors import Pile, next_open, open_pile, piles_by_kind
from tests.factories.suggestions import SuggestionFactory

pytestmark = pytest.mark.django_db


def test_piles_count_open_ones_only() -> None:
    assert open_pile() == Pile(0, Decimal(0))
    SuggestionFactory(effect=100)
    SuggestionFactory(effect=50, kind="restock")
    SuggestionFactory(effect=60, kind="restock")
    SuggestionFactory(effect=150, state="rejected")

    assert open_pile() == Pile(3, Decimal(210))
    assert piles_by_kind() == {"price": Pile(1, Decimal(100)), "restock": Pile(2, Decimal(110))}


def test_a_reader_who_goes_on_sees_each_one_once() -> None:
    effects = [90, 100, 90, 60]
    waiting = [SuggestionFactory(effect=effect) for effect in effects]
    best = waiting[1]
    seen = [best.pk]
    current = best
    for _step in range(3):
        current = next_open(after=current)
        seen.append(current.pk)

    assert seen == [waiting[1].pk, waiting[0].pk, waiting[2].pk, waiting[3].pk]
    assert next_open(after=current) == best


def test_nothing_comes_after_the_last() -> None:
    assert next_open(after=SuggestionFactory()) is None
