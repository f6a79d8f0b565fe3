"""Did our model beat the simple rule in this shop? Scores paired with their naive rival."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jobs.models import Score
from jobs.terms import HEADLINES, METHODS, METRICS, SUBJECTS, in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIGNED = ("bias",)  # too high and too low are equally bad


@dataclass
class Duel:
    """One subject and metric: the method in use, its naive rival, and what else was tried."""

    subject: str
    metric: str
    is_higher_better: bool
    held_back_days: int
    cases: int
    chosen: Score | None = None
    naive: Score | None = None
    candidates: list[Score] = field(default_factory=list)

    @property
    def gain(self) -> float | None:
        """How much better than the naive rival, as a share of the rival; negative is worse."""
        if self.chosen is None or self.naive is None or self.naive.value == 0:
            return None
        chosen, naive = self.chosen.value, self.naive.value
        if self.metric in SIGNED:
            chosen, naive = abs(chosen), abs(naive)
        better = chosen - naive
        return (better if self.is_higher_better else -better) / abs(naive)

    @property
    def subject_name(self) -> "StrOrPromise":
        return in_words(SUBJECTS, self.subject)

    @property
    def metric_name(self) -> "StrOrPromise":
        return in_words(METRICS, self.metric)

    @property
    def chosen_name(self) -> "StrOrPromise":
        return in_words(METHODS, self.chosen.method) if self.chosen else ""

    @property
    def naive_name(self) -> "StrOrPromise":
        return in_words(METHODS, self.naive.method) if self.naive else ""

    @property
    def is_naive_in_use(self) -> bool:
        """The simple rule won and was kept."""
        return self.chosen is None or (
            self.naive is not None and self.chosen.method == self.naive.method
        )

    @property
    def is_won(self) -> bool:
        gain = self.gain
        return not self.is_naive_in_use and gain is not None and gain > 0


def duels(scores: Iterable[Score]) -> list[Duel]:
    """Pair the scores by subject and metric, in the order in which they come."""
    found: dict[tuple[int, str, str], Duel] = {}
    for score in scores:
        key = (score.job_id, score.subject, score.metric)
        duel = found.setdefault(
            key,
            Duel(
                score.subject,
                score.metric,
                score.is_higher_better,
                score.held_back_days,
                score.cases,
            ),
        )
        if score.role == Score.Role.CHOSEN:
            duel.chosen = score
        elif score.role == Score.Role.NAIVE:
            duel.naive = score
        else:
            duel.candidates.append(score)
    return list(found.values())


def headlines(found: Iterable[Duel]) -> list[Duel]:
    """One duel per subject: the metric that says most, else the first that was measured."""
    best: dict[str, Duel] = {}
    for duel in found:
        rival = best.setdefault(duel.subject, duel)
        if _weight(duel) < _weight(rival):
            best[duel.subject] = duel
    return list(best.values())


def _weight(duel: Duel) -> int:
    return HEADLINES.index(duel.metric) if duel.metric in HEADLINES else len(HEADLINES)


def duels_of_run(run_id: int) -> list[Duel]:
    """The scoreboard of a run, in one query."""
    return duels(Score.objects.filter(job__run_id=run_id).order_by("job_id", "pk"))


def duels_of_job(job_id: int) -> list[Duel]:
    """The scoreboard of a job, in one query."""
    return duels(Score.objects.filter(job_id=job_id).order_by("pk"))
