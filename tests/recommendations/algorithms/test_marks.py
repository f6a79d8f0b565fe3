"""A bit per product in a few characters, read back by the product's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.algorithms.marks import read_bit, write_bits


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.booleans(), max_size=100))
def test_every_bit_is_read_back(bits):
    text = write_bits(bits)

    assert {key: read_bit(text, key) for key in bits} == bits
    assert len(text) <= 1 + (len(bits) + 8 + 3) // 4


def test_a_list_of_ten_takes_six_characters():
    assert len(write_bits({str(n): n % 2 == 0 for n in range(10)})) == 6


def test_more_than_a_hundred_are_refused():
    with pytest.raises(ValueError, match="at most 100"):
        write_bits({str(n): True for n in range(101)})


def test_other_texts_are_refused():
    with pytest.raises(ValueError, match="base 16"):
        read_bit("0zz", "cup")
