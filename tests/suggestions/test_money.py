"""Amounts in words of the reader's language."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from suggestions.money import money, number, rounded, rounded_money, signed_money, with_unit


@pytest.mark.parametrize(
    ("currency", "language", "expected"),
    [
        ("CNY", "en", "¥1,234.50"),
        ("CNY", "zh-hans", "¥1,234.50"),
        ("GBP", "en", "£1,234.50"),
        ("EUR", "zh-hans", "€1,234.50"),
    ],
)
def test_money_has_the_sign_readers_expect(
    settings: object, currency: str, language: str, expected: str
) -> None:
    settings.SHOP_CURRENCY = currency
    with override(language):
        assert money(Decimal("1234.5")) == expected


def test_gains_and_losses_carry_their_sign() -> None:
    assert signed_money(Decimal("320.4")) == "+¥320"
    assert signed_money(Decimal(-15)) == "−¥15"
    assert signed_money(0) == "¥0"


def test_numbers_are_grouped() -> None:
    assert number(1234567.891, decimals=1) == "1,234,567.9"
    assert number(-3) == "−3"


@pytest.mark.parametrize(
    ("amount", "words"),
    [("33583.20", "33,583"), ("100", "100"), ("99.90", "99.90"), ("-4120.7", "-4,121")],
)
def test_cents_are_told_below_a_hundred_only(amount: str, words: str) -> None:
    assert rounded(Decimal(amount)) == words
    assert rounded_money(Decimal(amount)).replace("−¥", "-").removeprefix("¥") == words


def test_values_come_with_their_unit() -> None:
    assert with_unit(Decimal("12.5"), "CNY") == "¥12.50"
    assert with_unit(Decimal(48), "pcs", decimals=0) == "48 pcs"
    assert with_unit(Decimal(3), "") == "3"
    assert with_unit(None, "CNY") == "–"
