"""What an experiment says, for people: figures, the money at stake, a verdict in plain words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from recommendations.algorithms.experiment import Difference
from recommendations.algorithms.reading import (
    AbReading,
    Leaning,
    Worth,
    chance_shown,
    crossed,
    read_ab,
    read_exploration,
    read_interleaving,
    suspects,
)
from recommendations.experiments.log import Log, log_of
from recommendations.listing import Filters
from recommendations.models import Arm, Experiment
from recommendations.selectors import new_arrivals, popular, trending
from suggestions.money import number, rounded_money

MONTH_DAYS = 30
Kind = Experiment.Kind


@dataclass(frozen=True)
class Stake:
    """Money a month if every visitor saw the arm, less what the first arm earns."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """One of the readings, and what it says; who was left out; days of the log."""

    days: float
    ab: AbReading | None = None
    leaning: Leaning | None = None
    worths: list[Worth] = field(default_factory=list)
    stakes: dict[int, Stake] = field(default_factory=dict)
    kept_out: dict[str, int] = field(default_factory=dict)
    impressions: int = 0

    @property
    def verdict(self) -> str:
        """In plain words, in the reader's language."""
        return self._said[0]

    @property
    def tone(self) -> str:
        """good, bad, warn or plain."""
        return self._said[1]

    @property
    def _said(self) -> tuple[str, str]:
        if self.ab:
            return ab_verdict(self.ab, self.stakes)
        return leaning_verdict(self.leaning) if self.leaning else worth_verdict(self.worths)


def result_of(experiment: Experiment, *, until: datetime) -> Result:
    """Read the log without bots, floods, fake profiles and visitors of two arms."""
    log = log_of(experiment, until=until)
    out = suspects(log.shown, log.acts)
    if experiment.kind == Kind.AB:
        out["crossed"] = crossed(_with_arms(log.shown))
    log = log.without(set().union(*out.values()))
    begin, end = experiment.started_at or until, min(until, experiment.stopped_at or until)
    days = max((end - begin).total_seconds() / 86_400, 1 / 24)
    read = {Kind.AB: _ab, Kind.INTERLEAVING: _interleaving, Kind.EXPLORATION: _exploration}
    found = read[Kind(experiment.kind)](experiment, log, days)
    counts = {reason: len(visitors) for reason, visitors in out.items()}
    return Result(**found, days=days, kept_out=counts, impressions=len(log.shown))


def _with_arms(shown: pd.DataFrame) -> pd.DataFrame:
    arms = [-1 if tag.arm is None else tag.arm for tag in shown["tag"]]
    return shown.assign(arm=np.array(arms, np.int64))


def _ab(experiment: Experiment, log: Log, days: float) -> dict[str, Any]:
    reading = read_ab(
        _with_arms(log.shown),
        list(log.acts["visitor"]),
        log.sales,
        arms=experiment.arms.count(),
        planned=experiment.planned_visitors,
        past=log.past,
    )
    everybody = sum(arm.visitors for arm in reading.arms) / experiment.share
    monthly = everybody / days * MONTH_DAYS
    stakes = {one.arm: _stake(one.revenue, monthly) for one in reading.comparisons}
    return {"ab": reading, "stakes": stakes}


def _stake(difference: Difference, monthly: float) -> Stake:
    return Stake(difference.effect * monthly, difference.low * monthly, difference.high * monthly)


def letter(arm: int) -> str:
    """A, B, C … as arms are called."""
    return chr(ord("A") + arm)


def ab_verdict(reading: AbReading, stakes: dict[int, Stake]) -> tuple[str, str]:
    """Plain words and their tone; the best arm that is proven speaks, else the doubt."""
    if reading.is_split_wrong:
        text = _(
            "Do not read the figures: visitors did not split as planned (p = %(p)s). Look for lists"
            " that are asked for but not reported, or reported under another visitor."
        )
        return text % {"p": f"{reading.sample_ratio_p:.2g}"}, "bad"
    if reading.is_too_early:
        return _("Too early to say: too few visitors have come."), "plain"
    proven = [one for one in reading.comparisons if one.revenue.decided]
    if not proven:
        return _("No difference in money per visitor is proven so far."), "plain"
    best = max(proven, key=lambda one: one.revenue.effect)
    stake = stakes[best.arm]
    words = {"arm": letter(best.arm), "low": _money(stake.low), "high": _money(stake.high)}
    if best.revenue.effect > 0:
        text = _("%(arm)s earns more than A: between %(low)s and %(high)s a month.")
        return text % words, "good"
    words |= {"low": _money(-stake.high), "high": _money(-stake.low)}
    text = _("%(arm)s earns less than A: between %(low)s and %(high)s a month. Keep A.")
    return text % words, "bad"


def _money(amount: float) -> str:
    return rounded_money(round(amount, 2))


def _interleaving(experiment: Experiment, log: Log, days: float) -> dict[str, Any]:
    acts = log.acts.drop_duplicates(["list", "product_id", "kind"])
    teams = [tag.team(sku) for tag, sku in zip(acts["tag"], acts["sku"], strict=True)]
    shown = set(zip(log.shown["list"], log.shown["product_id"], strict=True))
    was_shown = [pair in shown for pair in zip(acts["list"], acts["product_id"], strict=True)]
    credited = acts.assign(team=np.array(teams, np.int64))[np.array(was_shown, bool)]
    return {"leaning": read_interleaving(log.shown, credited)}


def leaning_verdict(leaning: Leaning) -> tuple[str, str]:
    """Which ranker visitors prefer, if that is proven."""
    if not leaning.first + leaning.second:
        return _("Too early to say: nobody has clicked yet."), "plain"
    if not leaning.is_decided:
        return _("Visitors prefer neither list so far."), "plain"
    share = max(leaning.share_second, 1 - leaning.share_second)
    words = {"share": number(100 * share), "arm": letter(int(leaning.share_second > 0.5))}
    text = _("Visitors prefer %(arm)s: %(share)s %% of those who lean to either.")
    return text % words, "good"


def _exploration(experiment: Experiment, log: Log, days: float) -> dict[str, Any]:
    shown = log.shown.drop_duplicates(["list", "product_id"])
    clicked = set(zip(log.acts["list"], log.acts["product_id"], strict=True))
    pairs = zip(shown["list"], shown["product_id"], strict=True)
    tags = list(shown["tag"])
    greedy = np.array(
        [tag.is_greedy(sku) for tag, sku in zip(tags, shown["sku"], strict=True)], bool
    )
    places = np.array([tag.places for tag in tags], np.int64)
    pool = np.array([tag.pool for tag in tags], np.int64)
    rows = shown[["visitor", "product_id"]].assign(
        is_greedy=greedy,
        chance=chance_shown(greedy, places, pool, experiment.share),
        reward=[float(pair in clicked) for pair in pairs],
    )
    rows = rows[rows["chance"] > 0]  # pinned by the shop: never drawn, never left out
    n = int(np.median(places)) if len(places) else 0
    rng = np.random.default_rng(experiment.pk)
    return {"worths": read_exploration(rows, _policies(n), rng)}


def _policies(n: int) -> dict[str, list[int]]:
    """The lists that are the same for all, as they are today; those without products are none."""
    if not n:
        return {}
    filters = Filters(personalized=False)
    lists = {
        Arm.Strategy.POPULAR: popular(n, filters),
        Arm.Strategy.TRENDING: trending(n, filters),
        Arm.Strategy.NEW: new_arrivals(n, filters),
    }
    return {
        str(name): [item.product_id for item in made.items] for name, made in lists.items() if made
    }


def worth_verdict(worths: list[Worth]) -> tuple[str, str]:
    """Whether a simple list would have earned more clicks than the live one."""
    live, others = worths[0], worths[1:]
    if not np.isfinite(live.snips.value):
        return _("Too early to say: nothing came back yet."), "plain"
    better = [one for one in others if one.snips.low > live.snips.high]
    if not better:
        return _("No simple list would have earned more clicks than the live one."), "good"
    best = max(better, key=lambda one: one.snips.value)
    name = Arm.Strategy(best.policy).label
    text = _("This list would have earned more clicks: %(list)s. Try it in an A/B test.")
    return text % {"list": name}, "warn"
