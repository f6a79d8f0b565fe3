"""Numbers, words and yes-or-no as people write them."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.importers.parsing import (
    EMPTY,
    Choice,
    Column,
    Flag,
    Hints,
    Number,
    Reader,
    Text,
    Whole,
    observe,
    read_cells,
)


def read(reader: Reader, texts: Sequence[str]) -> list[object]:
    """Values, and reasons (up to the colon) where there is none."""
    column = Column("x", reader)
    cells, hints = pd.Series(texts, dtype=object), Hints()
    observe(column, cells, hints)
    values, reasons = read_cells(column, cells, hints)
    return [
        value if reason is None else reason.split(":")[0]
        for value, reason in zip(values, reasons, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        ("1,50", "1.50"),
        ("1.50", "1.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("¥12", "12"),
        ("$ 12.00", "12"),
        ("12 EUR", "12"),
        ("£12", "12"),
        ("\uff11\uff12\uff0e\uff15\uff10", "12.50"),  # full-width
        ("\uffe5\uff11\uff12", "12"),
        ("12元", "12"),
        ("-3.5", "-3.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.234", "1.23"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert read(Number(2), [text]) == [Decimal(value)]


@pytest.mark.parametrize(
    "text",
    [
        "inf",
        "nan",
        "NaN",
        "1e400",
        "1e5",
        "abc",
        "-",
        "+",
        ".",
        ",",
        "1-2",
        "1,23,4",
        "12 34",
        "٣x",
    ],
)
def test_texts_that_are_no_numbers(text: str) -> None:
    assert read(Number(2), [text]) == ["Not a number"]


def test_a_comma_that_can_be_read_in_two_ways_is_refused_unless_the_column_tells() -> None:
    assert read(Number(), ["1,234"]) == ["A comma that may be decimal or not"]
    assert read(Number(3), ["1,234", "2,5"]) == [Decimal("1.234"), Decimal("2.5")]
    assert read(Number(3), ["1,234", "2.5"]) == [Decimal(1234), Decimal("2.5")]
    assert read(Number(3), ["1.234", "2,5"]) == [Decimal(1234), Decimal("2.5")]
    assert read(Number(3), ["1,234", "2,5", "2.5"])[0] == "A comma that may be decimal or not"


def test_bounds() -> None:
    assert read(Number(lowest=0), ["-0.01", "0", "1000000001"]) == [
        "Below zero",
        0,
        "The number is too large",
    ]
    assert read(Whole(lowest=1, highest=5), ["0", "6", "5"]) == [
        "The number is too small",
        "The number is too large",
        5,
    ]


@pytest.mark.parametrize("text", ["9223372036854775808", "2147483648", "-2147483648", "9" * 30])
def test_whole_numbers_the_database_cannot_hold(text: str) -> None:
    assert read(Whole(), [text]) == ["The number is too large"]


def test_whole_numbers() -> None:
    assert read(Whole(), ["3", "3.0", "-3", "3.5", "1,000,000"]) == [
        3,
        3,
        -3,
        "Not a whole number",
        1_000_000,
    ]


@given(st.decimals(-(10**8), 10**8, places=2))
def test_every_way_of_writing_a_number_gives_the_number(number: Decimal) -> None:
    plain, grouped = f"{number:f}", f"{number:,.2f}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    for text in (plain, grouped, swapped, f"¥{plain}", plain.replace(".", ",")):
        assert read(Number(2), [text]) == [number]


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text: str) -> None:
    for reader in (Number(2), Whole(), Text(10), Flag(), Choice({"a": "b"})):
        [value] = read(reader, [text])
        assert value is None or isinstance(value, str | Decimal | int | bool)


def test_empty_cells() -> None:
    column = Column("x", Whole(), is_required=True)
    values, reasons = read_cells(column, pd.Series(["", " ", "4"], dtype=object), Hints())
    assert reasons.tolist() == [EMPTY, EMPTY, None]
    assert values.tolist() == [None, None, 4]
    assert read(Whole(), ["", " "]) == [None, None]


def test_words() -> None:
    assert read(Text(3), [" ab ", "abcd", "a\x00"]) == [
        "ab",
        "The text is too long",
        "The text holds a NUL character",
    ]
    assert read(Choice({"paid": "PAID"}), ["Paid", "owed"]) == ["PAID", "An unknown word"]
    assert read(Flag(), ["TRUE", "0", "是", "No", "perhaps"]) == [
        True,
        False,
        True,
        False,
        "Neither yes nor no",
    ]
