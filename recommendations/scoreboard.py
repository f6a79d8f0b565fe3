"""The last contest as people read it: a leaderboard per objective, and a verdict per list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jobs.models import Job, Score
from jobs.terms import METHODS, METRICS, in_words
from recommendations.algorithms.judging import NDCG
from recommendations.entrants import NAIVE, NOT_SERVED, POPULAR
from recommendations.models import RecommenderVersion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Placement = RecommenderVersion.Placement
TRAIN = "recommendations.train"
SUBJECT_OF: dict[str, str] = {
    Placement.FOR_YOU: "for-you list",
    Placement.BUY_AGAIN: "buy-again list",
}
SHOWN = (
    "recall@10",
    "mrr@10",
    "hit_rate@10",
    "ndcg@20",
    "recall@20",
    "coverage@10",
    "novelty@10",
    "revenue@10",
)
STATES: "dict[str, StrOrPromise]" = {
    "chosen": _("in use"),
    "naive": _("simple rule"),
    "not_served": _("judged, cannot be served"),
    "candidate": _("also tried"),
}
UNKNOWN = "unknown"


@dataclass
class Row:
    """One model: NDCG@10 with its interval, and the other figures by metric."""

    method: str
    state: str
    score: Score | None = None
    others: dict[str, float] = field(default_factory=dict)
    top: float = 1.0

    @property
    def name(self) -> "StrOrPromise":
        return in_words(METHODS, self.method)

    @property
    def state_name(self) -> "StrOrPromise":
        return STATES[self.state]

    @property
    def figures(self) -> list[float | None]:
        """In the order of ``SHOWN``; None where not measured."""
        return [self.others.get(metric) for metric in SHOWN]

    @property
    def bar(self) -> tuple[float, float, float]:
        """Value, and start and width of the interval, in percent of the widest on the board."""
        if self.score is None or self.score.low is None or self.score.high is None:
            return (0.0, 0.0, 0.0)
        scale = 100 / self.top
        low, high = max(self.score.low, 0.0), self.score.high
        return (
            round(self.score.value * scale, 2),
            round(low * scale, 2),
            round((high - low) * scale, 2),
        )


@dataclass(frozen=True)
class Verdict:
    """Did personalisation beat popularity? ``answer``: yes, no or unknown."""

    answer: str
    gain: float | None = None
    model: "StrOrPromise" = ""

    @property
    def is_won(self) -> bool:
        return self.answer == "yes"


NO_VERDICT = Verdict(UNKNOWN)


def last_contest() -> Job | None:
    """The newest training that compared anything."""
    trained = Job.objects.filter(kind=TRAIN, state=Job.State.DONE, scores__isnull=False)
    return trained.order_by("-finished_at", "-pk").first()


def boards(scores: Iterable[Score]) -> dict[str, list[Row]]:
    """Rows per subject, best first."""
    found: dict[str, dict[str, Row]] = {}
    for score in scores:
        board = found.setdefault(score.subject, {})
        row = board.setdefault(score.method, Row(score.method, _state(score)))
        if score.metric == NDCG:
            row.score = score
        else:
            row.others[score.metric] = score.value
    return {subject: _ranked(list(board.values())) for subject, board in found.items()}


def _state(score: Score) -> str:
    return "not_served" if score.method in NOT_SERVED else score.role


def _ranked(rows: list[Row]) -> list[Row]:
    top = max((row.score.high or 0.0 for row in rows if row.score), default=0.0) or 1.0
    for row in rows:
        row.top = top
    return sorted(rows, key=lambda row: -(row.score.value if row.score else -1.0))


def verdict(rows: Sequence[Row]) -> Verdict:
    """The model in use beside what is popular; a simple rule in use is no personalised list."""
    chosen = next((row for row in rows if row.state == "chosen"), None)
    popular = next((row for row in rows if row.method == POPULAR), None)
    if chosen is None or chosen.score is None or popular is None or popular.score is None:
        return NO_VERDICT
    gain = None
    if popular.score.value:
        gain = chosen.score.value / popular.score.value - 1
    is_personal = chosen.method not in _SAME_FOR_ALL
    won = is_personal and chosen.score.value > popular.score.value
    return Verdict("yes" if won else "no", gain, chosen.name)


_SAME_FOR_ALL = (POPULAR, "popularity over 30 days", "popularity over 2 days")


def metric_names() -> list["StrOrPromise"]:
    """The words above the figures."""
    return [in_words(METRICS, metric) for metric in SHOWN]


__all__ = ["NAIVE", "Row", "Verdict", "boards", "last_contest", "metric_names", "verdict"]
