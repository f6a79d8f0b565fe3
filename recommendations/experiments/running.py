"""Which experiments run, and which arm a visitor sees: known without a write and without a query.

The arm is a hash of experiment and visitor, so it is the same on every request, in every process.
"""

from dataclasses import dataclass
from typing import Any

from recommendations.algorithms.experiment import arm
from recommendations.memory import remembered
from recommendations.models import Arm, Experiment
from recommendations.shelf import Live

Kind = Experiment.Kind


@dataclass(frozen=True)
class Way:
    """How an arm makes its list; ``version`` and ``recipe`` where the strategy needs them."""

    strategy: str
    version: Live | None = None
    recipe: dict[str, Any] | None = None


LIVE = Way(Arm.Strategy.LIVE)


@dataclass(frozen=True)
class Trial:
    """A running experiment. ``share``: of visitors, or of lists in an exploration."""

    pk: int
    kind: str
    share: float
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Lot:
    """What a visitor drew: an experiment and, in an A/B test, an arm."""

    trial: Trial
    arm: int = 0

    @property
    def is_steady(self) -> bool:
        """Whether the same request gets the same list again."""
        return self.trial.kind == Kind.AB


def draw(placement: str, visitor: str) -> Lot | None:
    """The lot of a visitor; None where nothing runs, and for a visitor who takes no part.

    Without a visitor there is no lot: a list that cannot stay the same must not vary.
    """
    trial = running().get(placement)
    if trial is None or not visitor:
        return None
    if trial.kind == Kind.EXPLORATION:
        return Lot(trial)
    arms = len(trial.ways) if trial.kind == Kind.AB else 1
    shares = [trial.share / arms] * arms + [1 - trial.share]
    drawn = arm(str(trial.pk), visitor, shares)
    return Lot(trial, drawn) if drawn < arms else None


@remembered()
def running() -> dict[str, Trial]:
    """The experiments that run, by list; one query for all their arms."""
    arms = Arm.objects.filter(experiment__state=Experiment.State.RUNNING)
    found: dict[str, Trial] = {}
    for row in arms.select_related("experiment", "version").defer("version__blob"):
        one = row.experiment
        known = found.get(one.placement)
        before = known.ways if known else ()
        found[one.placement] = Trial(one.pk, one.kind, one.share, (*before, _way(row)))
    return found


def _way(row: Arm) -> Way:
    version = row.version
    if version is None:
        return Way(row.strategy, None, row.recipe)
    facts = (version.placement, version.model, version.recipe, version.sha256)
    return Way(row.strategy, Live(version.pk, *facts), row.recipe)
