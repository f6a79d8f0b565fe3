"""Read the cells of a column: each distinct text once, the reason beside every one refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Protocol

import numpy as np
import pandas as pd
from django.utils.translation import gettext_noop

from sales.importers import dates
from sales.importers.refusals import BadValueError

CURRENCY = re.compile(r"[¥￥$€£元]|\b[A-Z]{3}\b")
GROUPED = re.compile(r"[+-]?\d{1,3}([.,'’ \u00a0\u202f]\d{3})+")
TRUE = frozenset({"1", "true", "yes", "y", "t", "on", "是", "subscribed"})
FALSE = frozenset({"0", "false", "no", "n", "f", "off", "否", "not subscribed", "unsubscribed"})
FORMULA_STARTS = frozenset("=+-@")  # an apostrophe before them is a spreadsheet's guard
HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can name one alone, no database holds it
EMPTY = gettext_noop("Empty: this cell must be filled.")
LARGEST_INTEGER = 2**31 - 1
LARGEST_COST = 10**8 - 1  # a cost has eight digits before the point


@dataclass
class Hints:
    """What the whole column says about texts that can be read in two ways."""

    zone: tzinfo = UTC
    decimal_signs: set[str] = field(default_factory=set)
    date_orders: set[str] = field(default_factory=set)


class Reader(Protocol):
    """Reads one text, already trimmed and not empty; raises BadValueError with the reason."""

    def observe(self, texts: Iterable[str], hints: Hints) -> None: ...

    def read(self, text: str, hints: Hints) -> object: ...


class _Plain:
    def observe(self, texts: Iterable[str], hints: Hints) -> None:
        """Nothing to learn from the column."""


@dataclass(frozen=True)
class Text(_Plain):
    """``is_code``: an identifier; the apostrophe some programs put before it is taken off."""

    longest: int
    is_code: bool = False

    def read(self, text: str, hints: Hints) -> str:
        if "\x00" in text:
            raise BadValueError(gettext_noop("The text holds a NUL character: remove it."))
        if HALF_CHARACTER.search(text):
            raise BadValueError(gettext_noop("The text holds half a character: send it whole."))
        if self.is_code or text[1:2] in FORMULA_STARTS:
            text = text.removeprefix("'")
        if len(text) > self.longest:
            raise BadValueError(gettext_noop("The text is too long: shorten it."))
        return text


@dataclass(frozen=True)
class Number:
    """A decimal within bounds, rounded half to even to ``places``."""

    places: int = 2
    lowest: int | None = None
    highest: int = 10**9

    def observe(self, texts: Iterable[str], hints: Hints) -> None:
        for text in texts:
            signs = [sign for sign in bare_number(text) if sign in ".,"]
            if len(set(signs)) == 2:
                hints.decimal_signs.add(signs[-1])
            elif len(signs) == 1 and not GROUPED.fullmatch(bare_number(text)):
                hints.decimal_signs.add(signs[0])

    def read(self, text: str, hints: Hints) -> Decimal:
        number = to_decimal(text, hints)
        if self.lowest is not None and number < self.lowest:
            raise BadValueError(
                gettext_noop("Below zero: such a number cannot be negative.")
                if self.lowest == 0
                else gettext_noop("The number is too small: check it.")
            )
        if abs(number) > self.highest:
            raise BadValueError(gettext_noop("The number is too large: is it in the right column?"))
        return round(number, self.places)


@dataclass(frozen=True)
class Whole(Number):
    """A whole number that a database integer holds."""

    places: int = 0
    highest: int = LARGEST_INTEGER

    def read(self, text: str, hints: Hints) -> int:  # type: ignore[override]
        number = to_decimal(text, hints)
        if abs(number) <= self.highest and number % 1:
            raise BadValueError(gettext_noop("Not a whole number: write 3, not 3.5."))
        return int(super().read(text, hints))


@dataclass(frozen=True)
class Moment:
    """A date with or without a time, as an aware moment; without a zone it is the file's."""

    def observe(self, texts: Iterable[str], hints: Hints) -> None:
        hints.date_orders |= dates.orders_shown(map(plain, texts))

    def read(self, text: str, hints: Hints) -> datetime:
        return dates.moment(plain(text), hints.date_orders, hints.zone)


@dataclass(frozen=True)
class Day(Moment):
    """The day of a date."""

    def read(self, text: str, hints: Hints) -> date:  # type: ignore[override]
        return super().read(text, hints).astimezone(hints.zone).date()


@dataclass(frozen=True)
class Choice(_Plain):
    """One of the keys of ``meanings``, in any case; the value is what it means."""

    meanings: Mapping[str, str]

    def read(self, text: str, hints: Hints) -> str:
        meaning = self.meanings.get(plain(text).casefold())
        if meaning is None:
            raise BadValueError(gettext_noop("An unknown word: use one that the templates list."))
        return meaning


@dataclass(frozen=True)
class Flag(_Plain):
    """Yes or no."""

    def read(self, text: str, hints: Hints) -> bool:
        word = plain(text).casefold()
        if word in TRUE or word in FALSE:
            return word in TRUE
        raise BadValueError(gettext_noop("Neither yes nor no: write true or false."))


def plain(text: str) -> str:
    """Full-width digits, signs and letters as the usual ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def bare_number(text: str) -> str:
    """The number without currency signs and blanks."""
    return CURRENCY.sub("", plain(text).removeprefix("'")).strip()


def to_decimal(text: str, hints: Hints) -> Decimal:
    """The number a text stands for.

    Raises BadValueError for a text that is no finite number, or whose comma can be read in two
    ways and the column does not tell which.
    """
    number = bare_number(text)
    signs = [sign for sign in number if sign in ".,"]
    decimal = _decimal_sign(number, signs, hints)
    grouping = set(".,'’ \u00a0\u202f") - {decimal}
    has_groups = any(sign in number for sign in grouping)
    whole, _, rest = number.partition(decimal) if decimal else (number, "", "")
    if has_groups and not GROUPED.fullmatch(whole):
        raise BadValueError(gettext_noop("Not a number: write 1234.50."))
    digits = "".join(char for char in whole if char not in grouping)
    if not re.fullmatch(r"[+-]?\d*", digits) or not re.fullmatch(r"\d*", rest):
        raise BadValueError(gettext_noop("Not a number: write 1234.50."))
    try:
        return Decimal(f"{digits or '0'}.{rest or '0'}" if digits not in "+-" or rest else "x")
    except InvalidOperation:
        raise BadValueError(gettext_noop("Not a number: write 1234.50.")) from None


def _decimal_sign(number: str, signs: list[str], hints: Hints) -> str:
    if not signs:
        return ""
    if len(set(signs)) == 2:
        return signs[-1]
    if len(signs) > 1:
        return ""
    if not GROUPED.fullmatch(number):
        return signs[0]
    if len(hints.decimal_signs) == 1:
        return signs[0] if signs[0] in hints.decimal_signs else ""
    if signs[0] == ".":
        return "."
    raise BadValueError(
        gettext_noop("A comma that may be decimal or not: write 1234 or 1.234 instead.")
    )


@dataclass(frozen=True)
class Column:
    """A column of a layout: its name in the templates, other names for it, and its reader."""

    name: str
    reader: Reader
    aliases: tuple[str, ...] = ()
    is_required: bool = False


def observe(column: Column, cells: pd.Series, hints: Hints) -> None:
    """Learn from a chunk of the column what ``read_cells`` will need."""
    if not isinstance(column.reader, _Plain):
        column.reader.observe(filter(None, map(str.strip, pd.unique(cells))), hints)


def by_distinct(cells: pd.Series, function: Callable[[str], object]) -> pd.Series:
    """``function`` of every text, called once for each distinct one; missing stays missing."""
    codes, texts = pd.factorize(cells.to_numpy())
    values = np.full(len(texts) + 1, None, dtype=object)  # the last one for code -1: missing
    for place, text in enumerate(texts):
        values[place] = function(text)
    return pd.Series(values[codes], index=cells.index, dtype=object)


def read_cells(column: Column, cells: pd.Series, hints: Hints) -> tuple[pd.Series, pd.Series]:
    """Values (None: empty) and reasons (None: fine), both with the index of ``cells``."""
    codes, texts = pd.factorize(cells.to_numpy())
    values = np.empty(len(texts), dtype=object)
    reasons = np.full(len(texts), None, dtype=object)
    for place, cell in enumerate(texts):
        text = cell.strip()
        if not text:
            if column.is_required:
                reasons[place] = EMPTY
            continue
        try:
            values[place] = column.reader.read(text, hints)
        except BadValueError as error:
            reasons[place] = str(error)
    return (
        pd.Series(values[codes], index=cells.index, dtype=object),
        pd.Series(reasons[codes], index=cells.index, dtype=object),
    )
