"""One bit for each of a list's products in a few characters, looked up by the product's name.

A list says by itself which of its products came from which ranker, so nothing is written when it
is served and a storefront sends back no more than the id and the product. The characters are the
solution of a linear system over GF(2) with one equation per product: the product's hash, read as
a row of bits, times the solution gives its bit (Dietzfelbinger & Pagh 2008, "Succinct data
structures for retrieval and approximate membership").
"""

import hashlib
from collections.abc import Mapping

SPARE_BITS = 8
DIGIT_BITS = 4
MOST = 100
SALTS = "0123456789abcdef"


def write_bits(bits: Mapping[str, bool]) -> str:
    """The characters from which ``read_bit`` gives each key's bit; at most 100 keys."""
    if len(bits) > MOST:
        raise ValueError(f"at most {MOST} keys, not {len(bits)}")
    digits = -(-(len(bits) + SPARE_BITS) // DIGIT_BITS)
    for salt in SALTS:  # each fails for one list in 256
        found = _solve(bits, salt, digits * DIGIT_BITS)
        if found is not None:
            return f"{salt}{found:0{digits}x}"
    raise ValueError("no solution: two keys are the same")


def read_bit(text: str, key: str) -> bool:
    """The bit of a key that was written; of another key, a coin's. ValueError for other texts."""
    salt, digits = text[:1], text[1:]
    row = _row(key, salt, len(digits) * DIGIT_BITS)
    return (row & int(digits, 16)).bit_count() % 2 == 1


def _row(key: str, salt: str, width: int) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=16, salt=salt.encode()).digest()
    return int.from_bytes(digest, "big") & ((1 << width) - 1)


def _solve(bits: Mapping[str, bool], salt: str, width: int) -> int | None:
    """Gauss and Jordan: each row loses the leading bits of the others; free bits are 0."""
    reduced: dict[int, int] = {}  # leading place -> row, its wanted bit above the width
    for key, bit in bits.items():
        row = _row(key, salt, width) | bit << width
        for place, other in reduced.items():
            if row >> place & 1:
                row ^= other
        pattern = row & ((1 << width) - 1)
        if not pattern:
            if row:
                return None
            continue
        place = pattern.bit_length() - 1
        for known, other in reduced.items():
            if other >> place & 1:
                reduced[known] = other ^ row
        reduced[place] = row
    return sum(1 << place for place, row in reduced.items() if row >> width)
