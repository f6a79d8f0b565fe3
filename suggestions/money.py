"""Amounts as the reader's language writes them."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal, get_currency_symbol
from django.conf import settings
from django.utils.translation import get_language, pgettext

Amount = Decimal | float | int
WHOLE_FROM = 100


def _locale() -> str:
    return "zh_CN" if (get_language() or "").startswith("zh") else "en_GB"


def money(amount: Amount, *, currency: str = "", decimals: int = 2) -> str:
    """``¥1,234.50``; the shop's currency unless another is named."""
    pattern = "¤#,##0" + ("." + "0" * decimals if decimals else "")
    return format_currency(
        amount,
        currency or settings.SHOP_CURRENCY,
        format=f"{pattern};−{pattern}",
        locale=_symbols(),
        currency_digits=False,
    )


def _symbols() -> str:
    """Chinese symbols in both languages where the shop counts in yuan: ¥, never CN¥."""
    return "zh_CN" if settings.SHOP_CURRENCY == "CNY" else _locale()


def signed_money(amount: Amount, *, decimals: int = 0) -> str:
    """``+¥320`` or ``−¥15``: a gain or a loss."""
    text = money(amount, decimals=decimals)
    return f"+{text}" if amount > 0 else text


def rounded_money(amount: Amount) -> str:
    """``¥33,583``; below a hundred the cents count: ``¥6.40``."""
    return money(amount, decimals=_decimals(amount))


def rounded(amount: Amount) -> str:
    """The same without a sign, alike in every language: for messages that are stored."""
    return f"{amount:,.{_decimals(amount)}f}"


def _decimals(amount: Amount) -> int:
    return 0 if amount >= WHOLE_FROM or amount <= -WHOLE_FROM else 2


def number(value: Amount, *, decimals: int = 0) -> str:
    """``1,234.5`` with at most so many decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, format=f"{pattern};−{pattern}", locale=_locale())


def with_unit(value: Amount | None, unit: str, *, decimals: int = 2) -> str:
    """A value of a suggestion: money where the unit is the shop's currency, else ``12 pcs``."""
    if value is None:
        return "–"
    if unit == settings.SHOP_CURRENCY:
        return money(value, decimals=decimals)
    return f"{number(value, decimals=decimals)} {unit_in_words(unit)}".strip()


def unit_in_words(unit: str) -> str:
    """``pcs`` in the reader's language; the sign of the shop's currency: ``¥``."""
    if unit == settings.SHOP_CURRENCY:
        return get_currency_symbol(unit, locale=_symbols())
    words = {"pcs": pgettext("unit", "pcs"), "customers": pgettext("unit", "customers")}
    return words.get(unit, unit)
