"""What a nightly run cost, how its models did beside the naive ones, and what it suggests."""

from decimal import Decimal
from typing import TypedDict

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from jobs.models import Job, Run, Score
from suggestions.kinds import kinds
from suggestions.models import Suggestion
from suggestions.money import signed_money, with_unit

TOP = 10
CENT = Decimal("0.01")


class ScoreLine(TypedDict):
    subject: str
    metric: str
    chosen: str
    value: float
    naive: str | None
    naive_value: float | None


class StepLine(TypedDict):
    kind: str
    state: str
    seconds: float | None
    peak_mib: float | None
    result: dict[str, object]
    scores: list[ScoreLine]
    error: str


class KindLine(TypedDict):
    kind: str
    count: int
    effect: Decimal


class SuggestionLine(TypedDict):
    kind: str
    subject: str
    current: Decimal | None
    suggested: Decimal
    unit: str
    effect: Decimal
    effect_low: Decimal
    effect_high: Decimal
    reason: str


class Report(TypedDict):
    run: int
    as_of: str
    seconds: float
    steps: list[StepLine]
    suggestions: list[KindLine]
    top: list[SuggestionLine]


def report(run: Run) -> Report:
    """The figures of a run that has ended; seconds from the first start to the last end."""
    jobs = list(run.jobs.order_by("pk").prefetch_related("scores"))
    made = Suggestion.objects.filter(job__run=run)
    counts = made.values("kind").annotate(count=Count("pk"), effect=Sum("effect")).order_by("kind")
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "seconds": _seconds(jobs),
        "steps": [_step(job) for job in jobs],
        "suggestions": [
            {
                "kind": row["kind"],
                "count": row["count"],
                "effect": row["effect"].quantize(CENT),  # SQLite forgets trailing zeros
            }
            for row in counts
        ],
        "top": [_suggestion(row) for row in made.order_by("-effect", "pk")[:TOP]],
    }


def _seconds(jobs: list[Job]) -> float:
    starts = [job.started_at for job in jobs if job.started_at]
    ends = [job.finished_at for job in jobs if job.finished_at]
    return round((max(ends) - min(starts)).total_seconds(), 2) if starts and ends else 0.0


def _step(job: Job) -> StepLine:
    return {
        "kind": job.kind,
        "state": job.state,
        "seconds": None if job.seconds is None else round(job.seconds, 2),
        "peak_mib": None if job.peak_mib is None else round(job.peak_mib, 1),
        "result": job.result,
        "scores": _scores(job),
        "error": job.error,
    }


def _scores(job: Job) -> list[ScoreLine]:
    """Each method in use beside the naive one on the same subject and metric."""
    rows = list(job.scores.all())
    naive = {(row.subject, row.metric): row for row in rows if row.role == Score.Role.NAIVE}
    lines: list[ScoreLine] = []
    for row in rows:
        if row.role != Score.Role.CHOSEN:
            continue
        rival = naive.get((row.subject, row.metric))
        lines.append(
            {
                "subject": row.subject,
                "metric": row.metric,
                "chosen": row.method,
                "value": row.value,
                "naive": rival.method if rival else None,
                "naive_value": rival.value if rival else None,
            }
        )
    return lines


def _suggestion(row: Suggestion) -> SuggestionLine:
    return {
        "kind": row.kind,
        "subject": row.subject,
        "current": row.current_value,
        "suggested": row.suggested_value,
        "unit": row.unit,
        "effect": row.effect,
        "effect_low": row.effect_low,
        "effect_high": row.effect_high,
        "reason": row.reason_in_words,
    }


def show(found: Report, console: Console) -> None:
    """Print a report as tables."""
    console.print(_steps_table(found))
    if any(step["scores"] for step in found["steps"]):
        console.print(_scores_table(found))
    console.print(_kinds_table(found))
    if found["top"]:
        console.print(_top_table(found))


def _table(title: str, left: list[str], right: list[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right")
    return table


def _steps_table(found: Report) -> Table:
    title = _("Nightly run %(number)s as of %(day)s: %(seconds)s s") % {
        "number": found["run"],
        "day": found["as_of"],
        "seconds": f"{found['seconds']:.1f}",
    }
    table = _table(title, [_("step"), _("state")], [_("seconds"), _("peak MiB")])
    for step in found["steps"]:
        state = str(Job.State(step["state"]).label)
        table.add_row(step["kind"], state, _plain(step["seconds"]), _plain(step["peak_mib"]))
    return table


def _scores_table(found: Report) -> Table:
    table = _table(
        _("Methods in use beside the naive ones, on days held back"),
        [_("compared"), _("measure"), _("in use"), _("naive")],
        [_("in use"), _("naive")],
    )
    for step in found["steps"]:
        for row in step["scores"]:
            value, rival = _short(row["value"]), _short(row["naive_value"])
            naive = row["naive"] or "–"
            table.add_row(row["subject"], row["metric"], row["chosen"], naive, value, rival)
    return table


def _kinds_table(found: Report) -> Table:
    table = _table(_("Suggestions"), [_("kind")], [_("count"), _("expected effect")])
    for row in found["suggestions"]:
        table.add_row(_label(row["kind"]), f"{row['count']:,}", signed_money(row["effect"]))
    return table


def _top_table(found: Report) -> Table:
    table = _table(
        _("Largest expected effects"),
        [_("kind"), _("subject")],
        [_("current"), _("suggested"), _("effect"), _("from"), _("to")],
    )
    known = kinds()
    for row in found["top"]:
        decimals = known[row["kind"]].decimals if row["kind"] in known else 2
        figures = (row["current"], row["suggested"])
        effects = (row["effect"], row["effect_low"], row["effect_high"])
        table.add_row(
            _label(row["kind"]),
            row["subject"],
            *(with_unit(value, row["unit"], decimals=decimals) for value in figures),
            *(signed_money(value) for value in effects),
        )
    return table


def _label(kind: str) -> str:
    known = kinds().get(kind)
    return str(known.label) if known else kind


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
