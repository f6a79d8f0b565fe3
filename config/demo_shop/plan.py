"""What shop is asked for, and the random streams that make it the same shop each time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Days: TypeAlias = npt.NDArray[np.datetime64]
Texts: TypeAlias = npt.NDArray[np.object_]

OFFSET = "+08:00"  # Asia/Shanghai keeps one offset all year


@dataclass(frozen=True)
class Plan:
    """Size and window of the shop; the window is the ``days`` whole days before ``today``."""

    seed: int
    today: date
    days: int
    products: int
    customers: int

    def __post_init__(self) -> None:
        """Refuse a shop too small to hold its own mechanisms.

        Raises ValueError.
        """
        if self.days < 60 or self.products < 20 or self.customers < 50:
            raise ValueError("a shop needs at least 60 days, 20 products and 50 customers")

    @property
    def start(self) -> date:
        """The first day of sales."""
        return self.today - timedelta(days=self.days)

    @property
    def dates(self) -> Days:
        """Every day of the window."""
        return as_days(self.start, np.arange(self.days))

    def rng(self, stream: str) -> np.random.Generator:
        """A generator of its own per stream, so a change in one part leaves the others alone."""
        return np.random.default_rng([self.seed, *stream.encode()])


def as_days(start: date, positions: Ints) -> Days:
    """The dates of positions in the window."""
    dates: Days = np.datetime64(start, "D") + positions.astype("timedelta64[D]")
    return dates


def day_text(dates: Days) -> list[str]:
    """ISO days."""
    return [str(day) for day in np.datetime_as_string(dates, unit="D")]


def moment_text(dates: Days, seconds: Ints) -> list[str]:
    """ISO timestamps with offset: ``seconds`` after the midnight of each day, Shanghai time."""
    moments = dates.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    return [f"{moment}{OFFSET}" for moment in np.datetime_as_string(moments, unit="s")]


def pick(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Indices drawn with replacement in proportion to ``weights``."""
    edges = np.cumsum(weights)
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    chosen: Ints = np.minimum(drawn, len(edges) - 1).astype(np.int64)
    return chosen
