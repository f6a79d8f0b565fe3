"""What another ranker would have earned, estimated from the log of the present one.

Horvitz & Thompson (1952); Swaminathan & Joachims (2015), self-normalised; Dudík, Langford & Li
(2011), doubly robust. Every estimate needs the logged probability of each shown product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLIP = 20.0
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """Mean reward per impression under the new policy, its 95 % bootstrap interval, and how many
    impressions the log is worth (effective sample size)."""

    value: float
    low: float
    high: float
    effective: float


@dataclass(frozen=True)
class Log:
    """One row per impression: reward, probability it was shown with, probability wanted now.

    `visitors`: a code per row, from 0; the bootstrap then draws visitors, whose impressions are
    not independent of each other.
    """

    rewards: Values
    logged: Values
    wanted: Values
    visitors: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if len(self.logged) and not (self.logged > 0).all():
            raise ValueError("logged probabilities must be above 0: keep some exploration")

    def weights(self, clip: float = CLIP) -> Values:
        """wanted / logged, cut at `clip`."""
        return np.minimum(self.wanted / self.logged, clip)


def effective_size(weights: Values) -> float:
    """(sum w)^2 / sum w^2, Kish (1965)."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def ips(log: Log, rng: np.random.Generator, clip: float = CLIP) -> Estimate:
    """Inverse propensity score: mean of reward times weight."""
    weights = log.weights(clip)
    return _estimate(log, log.rewards * weights, np.ones(len(weights)), weights, rng)


def snips(log: Log, rng: np.random.Generator, clip: float = CLIP) -> Estimate:
    """Self-normalised: sum of reward times weight over the sum of weights; steadier than IPS."""
    weights = log.weights(clip)
    return _estimate(log, log.rewards * weights, weights, weights, rng)


def doubly_robust(
    log: Log, of_shown: Values, of_policy: Values, rng: np.random.Generator, clip: float = CLIP
) -> Estimate:
    """A reward model corrected by the log: right if either the model or the propensities are.

    `of_shown`: predicted reward of what was shown; `of_policy`: of the new policy's choice.
    """
    weights = log.weights(clip)
    corrected = of_policy + weights * (log.rewards - of_shown)
    return _estimate(log, corrected, np.ones(len(weights)), weights, rng)


ROUNDS = 500
MOST_GROUPS = 1000  # of visitors: more would cost memory and change no interval


def _estimate(
    log: Log, top: Values, bottom: Values, weights: Values, rng: np.random.Generator
) -> Estimate:
    if len(top) == 0 or bottom.sum() == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0.0)
    value = float(top.sum() / bottom.sum())
    if log.visitors is not None:
        groups = log.visitors % MOST_GROUPS
        top = np.bincount(groups, top).astype(np.float64)
        bottom = np.bincount(groups, bottom).astype(np.float64)
    drawn = rng.multinomial(len(top), np.full(len(top), 1 / len(top)), size=ROUNDS)
    ratios = (drawn @ top) / np.maximum(drawn @ bottom, 1e-12)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return Estimate(value, float(low), float(high), effective_size(weights))
