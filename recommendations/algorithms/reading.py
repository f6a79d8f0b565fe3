"""What an experiment says so far: visitors and money per arm, a preference, or a policy's worth.

All three read the log of what was shown and clicked, a frame with one row per event: visitor,
arm or team or chance, and time. Visitors who broke the rules of the game are left out whole, in
every arm alike, and counted by reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln

from recommendations.algorithms.experiment import (
    SRM_ALARM,
    Difference,
    adjusted_by_past,
    always_valid_difference,
    sample_ratio_p,
)
from recommendations.algorithms.guards import DEFAULT, Limits, fake_profiles, latest
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.off_policy import Estimate, Log, doubly_robust, ips, snips

ALPHA = 0.05
FEWEST = 30  # visitors per arm before an interval is worth a word
PRIOR_IMPRESSIONS = 20.0  # of the mean rate, in each product's rate


@dataclass(frozen=True)
class ArmReading:
    """What the visitors of one arm did since they first saw it."""

    visitors: int
    clickers: int
    buyers: int
    revenue: float

    @property
    def conversion(self) -> float:
        return self.buyers / self.visitors if self.visitors else 0.0

    @property
    def per_visitor(self) -> float:
        return self.revenue / self.visitors if self.visitors else 0.0


@dataclass(frozen=True)
class Comparison:
    """An arm less the first one, per visitor; intervals hold at every look."""

    arm: int
    conversion: Difference
    revenue: Difference


@dataclass(frozen=True)
class AbReading:
    """Arms in order, comparisons of all but the first, p of the split as it was planned.

    ``noise_left``: the variance of money that what visitors bought before does not explain, as a
    share; differences of money are free of the rest.
    """

    arms: list[ArmReading]
    comparisons: list[Comparison]
    sample_ratio_p: float
    noise_left: float = 1.0

    @property
    def is_split_wrong(self) -> bool:
        """Then nothing else here may be read."""
        return self.sample_ratio_p < SRM_ALARM

    @property
    def is_too_early(self) -> bool:
        return min(arm.visitors for arm in self.arms) < FEWEST


@dataclass(frozen=True)
class Leaning:
    """Visitors whose clicks leaned to either ranker; ``p_value`` holds at every look."""

    visitors: int
    first: int
    second: int
    p_value: float

    @property
    def is_decided(self) -> bool:
        return self.p_value < ALPHA

    @property
    def share_second(self) -> float:
        decided = self.first + self.second
        return self.second / decided if decided else 0.5


@dataclass(frozen=True)
class Worth:
    """Clicks per product shown that a policy would earn, by three estimators."""

    policy: str
    ips: Estimate
    snips: Estimate
    doubly_robust: Estimate


def suspects(
    shown: pd.DataFrame, acts: pd.DataFrame, limits: Limits = DEFAULT
) -> dict[str, set[str]]:
    """Visitors to leave out, by reason: flood, fake_profiles.

    shown: visitor, list (its id), at; acts: visitor, product_id, at (what was clicked, put in the
    cart, bought). A flood is more lists a day than ``limits.per_day``.
    """
    lists = shown.drop_duplicates("list")
    codes, names = pd.factorize(lists["visitor"])
    days = (lists["at"].astype("int64") // 86_400_000_000).to_numpy()
    within = latest(codes, days, limits.per_day)
    fake: set[str] = set()
    if len(acts):
        people, labels = pd.factorize(acts["visitor"])
        frame = pd.DataFrame(
            {
                "customer_id": people,
                "product_id": acts["product_id"].to_numpy(),
                "timestamp": acts["at"].dt.tz_localize(None).to_numpy(),
            }
        )
        events = Interactions.from_frame(frame)
        chosen = events.customer_ids[fake_profiles(events, limits)]
        fake = set(labels[chosen])
    return {"flood": set(names[np.unique(codes[~within])]), "fake_profiles": fake}


def crossed(shown: pd.DataFrame) -> set[str]:
    """Visitors who saw more than one arm, such as one person under two names."""
    arms = shown.groupby("visitor")["arm"].nunique()
    return set(arms.index[arms > 1])


def read_ab(
    shown: pd.DataFrame,
    clicks: Sequence[str],
    sales: pd.DataFrame,
    *,
    arms: int,
    planned: int,
    past: "pd.Series[float] | None" = None,
) -> AbReading:
    """Visitors, buyers and money per arm.

    shown: visitor, arm, at, each visitor in one arm; clicks: visitors; sales: visitor, at, money.
    Sales count from the moment a visitor first saw the list; what came before it did not cause.
    past: money by visitor before the experiment; differences of money are adjusted by it (CUPED),
    those of visitors whose past is unknown are not.
    """
    people = shown.groupby("visitor").agg(arm=("arm", "first"), since=("at", "min"))
    since = people["since"].rename_axis(None)
    later = sales.merge(since, left_on="visitor", right_index=True).reset_index(drop=True)
    money = later[later["at"] >= later["since"]].groupby("visitor")["money"].sum()
    people["money"] = money.reindex(people.index).fillna(0.0)
    people["buys"] = (people["money"] > 0).astype(float)
    people["adjusted"] = _adjusted(people["money"], past)
    people["clicks"] = people.index.isin(set(clicks))
    groups = [people[people["arm"] == arm] for arm in range(arms)]
    readings = [
        ArmReading(
            len(one), int(one["clicks"].sum()), int(one["buys"].sum()), float(one["money"].sum())
        )
        for one in groups
    ]
    counts = [reading.visitors for reading in readings]
    alpha = ALPHA / max(arms - 1, 1)  # several arms, several chances to be fooled

    def difference(arm: int, column: str) -> Difference:
        control, treatment = (groups[one][column].to_numpy(np.float64) for one in (0, arm))
        return always_valid_difference(control, treatment, alpha=alpha, planned=planned)

    comparisons = [
        Comparison(arm, difference(arm, "buys"), difference(arm, "adjusted"))
        for arm in range(1, arms)
    ]
    raw, left = (float(people[name].var(ddof=0)) for name in ("money", "adjusted"))
    noise_left = left / raw if raw > 0 else 1.0
    return AbReading(readings, comparisons, sample_ratio_p(counts, [1 / arms] * arms), noise_left)


def _adjusted(
    money: "pd.Series[float]", past: "pd.Series[float] | None"
) -> "NDArray[np.float64] | pd.Series[float]":
    """Money less what the past explains; who has none known counts as the mean of those who do."""
    known = None if past is None else past.reindex(money.index)
    if known is None or known.isna().all():
        return money
    before = np.asarray(known.fillna(known.mean()), np.float64)
    return adjusted_by_past(np.asarray(money, np.float64), before)


def read_interleaving(shown: pd.DataFrame, acts: pd.DataFrame) -> Leaning:
    """shown: visitor; acts: visitor, team (0 or 1) of each product clicked, put in a cart, bought.

    Each visitor has one vote, for the team with more of their acts; a tie is none.
    """
    second = acts["team"].groupby(acts["visitor"]).sum()
    total = acts.groupby("visitor").size()
    leaning = 2 * second - total
    first, other = int((leaning < 0).sum()), int((leaning > 0).sum())
    return Leaning(shown["visitor"].nunique(), first, other, always_valid_sign_p(first, other))


def always_valid_sign_p(first: int, second: int) -> float:
    """p-value of equal chances that may be looked at after every vote.

    The mixture sequential probability ratio test (Robbins 1970; Johari et al. 2017) of 1/2 against
    every other share alike: 1 / Bayes factor, which exceeds 1/p with a chance of p at most, ever.
    """
    votes = first + second
    log_factor = float(betaln(first + 1, second + 1)) + votes * np.log(2)
    return float(min(1.0, np.exp(-log_factor)))


def chance_shown(
    is_greedy: NDArray[np.bool_],
    places: NDArray[np.int64],
    pool: NDArray[np.int64],
    share: float,
) -> NDArray[np.float64]:
    """With which probability a product stood in its list.

    With a chance of ``share`` the ``places`` hold a uniform draw from the ``pool``, else the
    greedy list.
    """
    drawn = share * places / np.maximum(pool, 1)
    return np.asarray(drawn + np.where(is_greedy, 1 - share, 0.0))


def read_exploration(
    log: pd.DataFrame, policies: Mapping[str, Sequence[int]], rng: np.random.Generator
) -> list[Worth]:
    """What was shown, and what lists the same for all would have earned.

    log: visitor, product_id, is_greedy, chance, reward, one row per product shown. The policy
    ``as_live`` shows the greedy list; ``policies`` holds the products of others, which may show
    only what the draws can reach. Rates are per product shown, wherever it stood.
    """
    rewards, logged = (log[name].to_numpy(np.float64) for name in ("reward", "chance"))
    products, visitors = log["product_id"].to_numpy(), pd.factorize(log["visitor"])[0]
    rates = _rates(products, rewards)
    predicted = np.array([rates[int(product)] for product in products], np.float64)
    found = []
    for name, wanted in {
        "as_live": log["is_greedy"].to_numpy(np.float64),
        **{name: np.isin(products, shown).astype(float) for name, shown in policies.items()},
    }.items():
        one = Log(rewards, logged, wanted, visitors)
        weights = one.weights()
        known = policies.get(name)
        level = (
            float(np.mean([rates.get(product, rewards.mean()) for product in known]))
            if known
            else float(weights @ predicted / max(weights.sum(), 1e-12))
        )
        robust = doubly_robust(one, predicted, np.full(len(log), level), rng)
        found.append(Worth(name, ips(one, rng), snips(one, rng), robust))
    return found


def _rates(products: NDArray[np.int64], rewards: NDArray[np.float64]) -> dict[int, float]:
    """Reward per impression of each product, shrunk towards the mean of all."""
    mean = float(rewards.mean()) if len(rewards) else 0.0
    known, codes, sizes = np.unique(products, return_inverse=True, return_counts=True)
    sums = np.bincount(codes, rewards, minlength=len(known))
    rates = (sums + PRIOR_IMPRESSIONS * mean) / (sizes + PRIOR_IMPRESSIONS)
    return dict(zip(known.tolist(), rates.tolist(), strict=True))
