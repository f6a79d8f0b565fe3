"""Prices a shop would put on a label: whole cents, with the endings customers know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Cents = npt.NDArray[np.int64]
UNIT, TEN = 100, 1000
MOST_CANDIDATES = 400
LEAST_PRICES = 20


@dataclass(frozen=True)
class Endings:
    """Endings in cents: of prices below 10 within the unit, of others within the ten.

    So 138.00 ends in 800 of a ten, 2.95 in 95 of a unit.
    """

    below_ten: tuple[int, ...]
    from_ten: tuple[int, ...]

    @classmethod
    def of_cents(cls, cents: Iterable[int]) -> "Endings":
        """Return the endings that are the same in every unit."""
        known = tuple(sorted(cents))
        return cls(known, tuple(unit * UNIT + c for unit in range(10) for c in known))

    def allow(self, cents: Cents) -> npt.NDArray[np.bool_]:
        """Return which prices end as they should."""
        small = np.isin(cents % UNIT, self.below_ten)
        return np.where(cents < TEN, small, np.isin(cents % TEN, self.from_ten))


ENDINGS: dict[str, Endings] = {
    "any": Endings.of_cents(range(100)),
    "5": Endings.of_cents(range(0, 100, 5)),
    "9": Endings.of_cents(range(9, 100, 10)),
    "99": Endings.of_cents([99]),
    "95": Endings.of_cents([95]),
    "90": Endings.of_cents([90]),
    "00": Endings.of_cents([0]),
}


def common_endings(prices: Sequence[float], *, share: float = 0.9) -> Endings:
    """Return the endings of ``share`` of the shop's prices, the most frequent taken first.

    Tens are looked at where at least twenty prices are 10 or more, else cents alone.
    """
    cents = np.rint(np.asarray(prices, dtype=np.float64) * 100).astype(np.int64)
    if not len(cents):
        return ENDINGS["any"]
    plain = Endings.of_cents(_most_frequent(cents % UNIT, share))
    large, small = cents[cents >= TEN], cents[cents < TEN]
    return Endings(
        _most_frequent(small % UNIT, share) if len(small) >= LEAST_PRICES else plain.below_ten,
        _most_frequent(large % TEN, share) if len(large) >= LEAST_PRICES else plain.from_ten,
    )


def _most_frequent(endings: Cents, share: float) -> tuple[int, ...]:
    values, counts = np.unique(endings, return_counts=True)
    order = np.lexsort((values, -counts))
    reached = np.cumsum(counts[order])
    needed = int(np.searchsorted(reached, share * len(endings) - 1e-9)) + 1
    return tuple(sorted(int(value) for value in values[order[:needed]]))


def candidate_prices(low: float, high: float, endings: Endings) -> Cents:
    """Return the prices in cents within [low, high] that end as ``endings`` say.

    Wide ranges are thinned evenly to 400 prices; an empty range gives none.
    """
    first, last = int(np.ceil(round(low * 100, 6))), int(np.floor(round(high * 100, 6)))
    tens = np.arange(first // TEN, last // TEN + 1, dtype=np.int64)
    if len(tens) > MOST_CANDIDATES:
        tens = np.unique(np.linspace(tens[0], tens[-1], MOST_CANDIDATES).astype(np.int64))
    grid = (tens[:, None] * TEN + np.arange(TEN)).ravel()
    grid = grid[(grid >= max(first, 1)) & (grid <= last)]
    grid = grid[endings.allow(grid)]
    if len(grid) <= MOST_CANDIDATES:
        return grid
    return grid[np.linspace(0, len(grid) - 1, MOST_CANDIDATES).astype(np.intp)]
