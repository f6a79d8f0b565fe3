"""A/B statistics that may be looked at every day, and the check that the split was sound."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SRM_ALARM = 0.001


def arm(experiment: str, visitor: str, shares: Sequence[float]) -> int:
    """The arm of a visitor: the same every time, in proportion to `shares` over all visitors."""
    digest = hashlib.sha256(f"{experiment}\x00{visitor}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64 * sum(shares)
    for number, edge in enumerate(np.cumsum(shares)):
        if place < edge:
            return number
    return len(shares) - 1


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Chi-square p-value of the visitors per arm; below 0.001 the results must not be read.

    Fabijan et al. (2019), "Diagnosing sample ratio mismatch in online experiments".
    """
    if sum(counts) == 0:
        return 1.0
    expected = np.array(shares) / sum(shares) * sum(counts)
    return float(stats.chisquare(counts, expected).pvalue)


@dataclass(frozen=True)
class Difference:
    """Treatment minus control per visitor, with an interval that holds at every look."""

    effect: float
    low: float
    high: float
    visitors: int

    @property
    def decided(self) -> bool:
        """Does the interval leave out 0?"""
        return self.low > 0 or self.high < 0


def always_valid_difference(
    control: NDArray[np.float64],
    treatment: NDArray[np.float64],
    alpha: float = 0.05,
    planned: int = 10_000,
) -> Difference:
    """Asymptotic confidence sequence of the difference of means, one value per visitor.

    The mixture boundary of Robbins (1970) as in Waudby-Smith et al. (2024), tightest when
    `planned` visitors have come; at any number of visitors, and however often it is looked at,
    the chance that the interval ever misses the truth is at most `alpha`.
    """
    visitors = len(control) + len(treatment)
    if min(len(control), len(treatment)) < 2:
        return Difference(float("nan"), -math.inf, math.inf, visitors)
    effect = float(treatment.mean() - control.mean())
    variance = float(control.var(ddof=1) / len(control) + treatment.var(ddof=1) / len(treatment))
    mix = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / planned
    spread = visitors * mix + 1
    factor = math.sqrt(spread / (visitors * mix) * math.log(spread / alpha**2))
    half = math.sqrt(variance) * factor
    return Difference(effect, effect - half, effect + half, visitors)


def adjusted_by_past(values: NDArray[np.float64], past: NDArray[np.float64]) -> NDArray[np.float64]:
    """CUPED (Deng et al. 2013): values less what each visitor's past already explains.

    Pass the visitors of both arms together, so that both are adjusted by the same slope.
    """
    spread = float(past.var())
    if spread == 0:
        return values
    slope = float(((values - values.mean()) * (past - past.mean())).mean()) / spread
    return np.asarray(values - slope * (past - past.mean()))


def visitors_needed(rate: float, lift: float) -> int:
    """Visitors per arm to see a relative `lift` of a rate: 80 % power, 5 % error, fixed end."""
    return math.ceil(16 * rate * (1 - rate) / (rate * lift) ** 2)
