"""The rows of an experiment's page, in the reader's words."""

from dataclasses import dataclass, field, replace

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.algorithms.experiment import Difference, visitors_needed
from recommendations.algorithms.off_policy import Estimate
from recommendations.algorithms.reading import Worth
from recommendations.experiments.keeping import read
from recommendations.experiments.results import Result, Stake, letter, result_of
from recommendations.models import Arm, Experiment
from suggestions.money import money, number, rounded_money, signed_money

NOTHING = "–"
LIFT = 0.1
FEWEST_BUYERS = 10


@dataclass(frozen=True)
class ArmRow:
    """One arm: figures as text, and its interval against the first arm."""

    letter: str
    name: str
    visitors: str
    clickers: str
    conversion: str
    per_visitor: str
    difference: str
    stake: str
    tone: str = ""


@dataclass(frozen=True)
class PolicyRow:
    """One list and what it would have earned by each estimator, in clicks per 1,000 shown."""

    name: str
    ips: str
    snips: str
    doubly_robust: str
    effective: str


@dataclass(frozen=True)
class Page:
    """``facts`` as label, value, remark; rows by kind; who was left out.

    ``then``: the page as it was when the experiment was stopped, if that was kept.
    """

    result: Result
    facts: list[tuple[str, str, str]]
    arms: list[ArmRow] = field(default_factory=list)
    policies: list[PolicyRow] = field(default_factory=list)
    kept_out: list[tuple[str, str]] = field(default_factory=list)
    then: "Page | None" = None

    @property
    def has_moved(self) -> bool:
        """Whether later orders, returns or lists changed what the experiment says."""
        return self.then is not None and self.then.says != self.says

    @property
    def says(self) -> tuple[object, ...]:
        """What a reader compares."""
        return self.result.verdict, self.arms, self.policies, self.result.leaning


def page_of(experiment: Experiment) -> Page | None:
    """What has come back so far; None for a draft."""
    if experiment.state == Experiment.State.DRAFT:
        return None
    arms = list(experiment.arms.all())
    then = _page(experiment, arms, read(experiment.reading)) if experiment.reading else None
    now = _page(experiment, arms, result_of(experiment, until=timezone.now()))
    return replace(now, then=then)


def _page(experiment: Experiment, arms: list[Arm], result: Result) -> Page:
    return Page(
        result,
        _facts(experiment, result),
        _arm_rows(result, arms),
        [_policy(worth) for worth in result.worths],
        _kept_out(result),
    )


def _facts(experiment: Experiment, result: Result) -> list[tuple[str, str, str]]:
    facts = [
        (_("Days"), number(result.days, decimals=1), _since(experiment)),
        (_("Products shown"), number(result.impressions), _("reported by the storefront")),
    ]
    if result.ab:
        arms = result.ab.arms
        p = result.ab.sample_ratio_p
        remark = _("as planned") if p >= 0.001 else _("not as planned")
        facts.append((_("Split of visitors"), f"p = {p:.3g}", remark))
        if result.ab.noise_left < 1:
            share = f"−{number(100 * (1 - result.ab.noise_left))} %"
            facts.append((_("Noise"), share, _("explained by purchases of the 90 days before")))
        if arms[0].buyers >= FEWEST_BUYERS and arms[0].conversion < 1:
            needed = visitors_needed(arms[0].conversion, LIFT)
            remark = _("visitors per arm, to see a tenth more buyers")
            facts.append((_("Needed"), number(needed), remark))
    if result.leaning:
        one = result.leaning
        facts += [
            (_("Visitors"), number(one.visitors), ""),
            (_("Lean to A"), number(one.first), ""),
            (_("Lean to B"), number(one.second), f"p = {one.p_value:.3g}"),
        ]
    return facts


def _since(experiment: Experiment) -> str:
    day = timezone.localdate(experiment.started_at).isoformat()
    return _("since %(day)s, by %(who)s") % {"day": day, "who": experiment.decided_by or NOTHING}


def _arm_rows(result: Result, arms: list[Arm]) -> list[ArmRow]:
    if result.ab is None:
        return []
    against = {one.arm: one for one in result.ab.comparisons}
    return [
        ArmRow(
            letter=letter(place),
            name=arm.get_strategy_display(),
            visitors=number(read.visitors),
            clickers=number(read.clickers),
            conversion=f"{number(100 * read.conversion, decimals=2)} %",
            per_visitor=money(read.per_visitor),
            difference=_difference(against[place].revenue) if place in against else NOTHING,
            stake=_stake(result.stakes.get(place)),
            tone=_tone(against[place].revenue) if place in against else "",
        )
        for place, (arm, read) in enumerate(zip(arms, result.ab.arms, strict=True))
    ]


def _tone(difference: Difference) -> str:
    if not difference.decided:
        return ""
    return "zg-gain" if difference.effect > 0 else "zg-loss"


def _difference(one: Difference) -> str:
    if not np.isfinite([one.low, one.high]).all():
        return NOTHING
    words = {"low": money(one.low), "high": money(one.high), "value": money(one.effect)}
    return _("%(value)s (%(low)s to %(high)s)") % words


def _stake(stake: Stake | None) -> str:
    if stake is None or not np.isfinite([stake.low, stake.high]).all():
        return NOTHING
    low, high = (rounded_money(round(value, 2)) for value in (stake.low, stake.high))
    words = {"value": signed_money(stake.value), "low": low, "high": high}
    return _("%(value)s (%(low)s to %(high)s)") % words


def _policy(worth: Worth) -> PolicyRow:
    is_live = worth.policy == "as_live"
    name = _("as it is live, nothing drawn") if is_live else Arm.Strategy(worth.policy).label
    return PolicyRow(
        name=str(name),
        ips=_per_thousand(worth.ips),
        snips=_per_thousand(worth.snips),
        doubly_robust=_per_thousand(worth.doubly_robust),
        effective=number(worth.snips.effective),
    )


def _per_thousand(one: Estimate) -> str:
    if not np.isfinite([one.value, one.low, one.high]).all():
        return NOTHING
    value, low, high = (number(1000 * x, decimals=1) for x in (one.value, one.low, one.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def _kept_out(result: Result) -> list[tuple[str, str]]:
    reasons = {
        "flood": _("floods: more than 200 lists a day"),
        "fake_profiles": _("profiles that look made to push a product"),
        "crossed": _("saw more than one arm"),
    }
    return [(reasons[name], number(count)) for name, count in result.kept_out.items()]
