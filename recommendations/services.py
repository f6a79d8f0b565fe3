"""Train the recommenders, put the winners live, and change by hand which version is."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jobs.models import Job, Score
from jobs.services import finishing, record_scores, report_progress
from recommendations import contest
from recommendations.algorithms.artefact import FORMAT, Artefact, ArtefactError
from recommendations.algorithms.interactions import Interactions
from recommendations.contest import Recipe, Winner
from recommendations.counting import counts_of, store_counts
from recommendations.facts import Facts, facts, launched_before, product_table, purchases
from recommendations.fitness import failed_checks
from recommendations.models import Arm, Experiment, RecommenderVersion
from recommendations.shelf import fingerprint, forget_versions
from recommendations.standing import standing_lists

KEPT_VERSIONS = 3
REFRESH = "recommendations.refresh"
Placement = RecommenderVersion.Placement
SUBJECTS = {"discover": "for-you list", "all": "buy-again list"}


class NotPutLiveError(Exception):
    """The version is live already, or was cleared away."""


def train(*, job: Job) -> int:
    """Hold the contest on the facts before the job's day; return how many versions were stored.

    A shop without purchases keeps what it has: a loss of data must not empty its lists.
    """
    known = facts(as_of=job.as_of)
    customers, products = known.events.shape
    result: dict[str, Any] = {
        "customers": customers,
        "products": products,
        "purchases": len(known.events),
        "kept out": known.removed,
    }
    if not len(known.events):
        with finishing(job, result):
            record_scores(job, [])
        return 0
    report_progress(job, 0.05, _("Comparing recommenders on held-back months"))
    outcome = _contest(job, known)
    report_progress(job, 0.9, _("Storing the winners"))
    placed = _placed(outcome, known.events, job.as_of)
    held = {name: _held(job, name, winner, known.events) for name, winner in placed.items()}
    versions = [_version(job, name, winner, held[name]) for name, winner in placed.items()]
    result |= {str(placement): winner.model for placement, winner in placed.items()}
    result |= {
        "settings": outcome.settings.as_result(),
        "left out for want of time": list(outcome.left_out),
        "held back": {str(name): checks for name, checks in held.items() if checks},
    }
    counts = counts_of(job, known, outcome.settings.recent["window_days"])
    with finishing(job, result):
        record_scores(job, _scores(outcome))
        go_live(versions)
        store_counts(counts)
    forget_versions()
    return len(versions)


def put_live(version: RecommenderVersion) -> RecommenderVersion:
    """Serve a stored version in place of the one that is live, whatever the checks said.

    Raises NotPutLiveError where it is live already or has been cleared away.
    """
    with transaction.atomic():
        rivals = RecommenderVersion.objects.filter(placement=version.placement)
        rivals.filter(is_live=True).exclude(pk=version.pk).update(is_live=False)
        if not rivals.filter(pk=version.pk, is_live=False).update(is_live=True):
            raise NotPutLiveError(_("This version is live already, or was cleared away."))
    forget_versions()
    version.refresh_from_db(fields=["is_live"])
    return version


def _contest(job: Job, known: Facts) -> contest.Outcome:
    note = _("Comparing recommenders on held-back months")
    champions = RecommenderVersion.objects.filter(is_live=True, as_of__lt=job.as_of)
    models = dict(champions.values_list("placement", "model"))
    return contest.hold(
        known.events,
        as_of=job.as_of,
        products=product_table(known.events.product_ids.tolist(), as_of=job.as_of),
        champions={
            objective: models[placement]
            for objective, placement in RecommenderVersion.OBJECTIVES.items()
            if placement in models
        },
        budget_seconds=settings.RECOMMENDER_SECONDS,
        on_progress=lambda share: report_progress(job, 0.05 + 0.8 * share, note),
    )


def _placed(outcome: contest.Outcome, events: Interactions, as_of: date) -> dict[str, Winner]:
    return {
        Placement.FOR_YOU: outcome.winners["discover"],
        Placement.BUY_AGAIN: outcome.winners["all"],
        Placement.SIMILAR: outcome.similar,
        Placement.POPULAR: outcome.popular,
        **standing_lists(events, launched_before=launched_before(as_of)),
    }


def _held(job: Job, placement: str, winner: Winner, events: Interactions) -> list[str]:
    """Why the winner must not go live beside the version that is; nothing in a replay."""
    live = RecommenderVersion.objects.filter(placement=placement, is_live=True).first()
    if live is None or live.as_of > job.as_of:
        return []
    return failed_checks(placement, winner, arrays_of(live), events)


def arrays_of(version: RecommenderVersion) -> tuple[Recipe, Artefact] | None:
    """Recipe and arrays of a stored version; None where this program cannot read them."""
    try:
        return version.recipe, Artefact.load(bytes(version.blob))
    except ArtefactError:
        return None


def _version(job: Job, placement: str, winner: Winner, held: list[str]) -> RecommenderVersion:
    blob = winner.artefact.dump()
    return RecommenderVersion(
        placement=placement,
        model=winner.model,
        recipe=winner.recipe,
        as_of=job.as_of,
        job=job,
        products=len(winner.artefact.product_ids),
        format=FORMAT,
        sha256=fingerprint(blob),
        blob=blob,
        held=held,
    )


def go_live(versions: list[RecommenderVersion]) -> None:
    """Store versions and swap the pointers, but for those held back; a replay of an older day does
    not push out newer lists. Of the versions that the hours made one replaced one is kept, for
    processes that still serve it.

    Call inside ``finishing``.
    """
    for version in versions:
        rivals = RecommenderVersion.objects.filter(placement=version.placement)
        is_newer = not rivals.filter(is_live=True, as_of__gt=version.as_of).exists()
        version.is_live = is_newer and not version.held
        if version.is_live:
            rivals.filter(is_live=True).update(is_live=False)
        version.save()
        replaced = rivals.filter(is_live=False).exclude(pk__in=_under_test())
        renewed = replaced.filter(job__kind=REFRESH).order_by("-pk")
        passed = list(renewed.values_list("pk", flat=True)[1:])
        RecommenderVersion.objects.filter(pk__in=passed).delete()
        old = replaced.order_by("-pk").values_list("pk", flat=True)
        RecommenderVersion.objects.filter(pk__in=list(old[KEPT_VERSIONS:])).delete()


def _under_test() -> "QuerySet[Arm, int | None]":
    """Versions that an experiment shows or is about to show."""
    arms = Arm.objects.exclude(experiment__state=Experiment.State.STOPPED)
    return arms.filter(version__isnull=False).values_list("version_id", flat=True)


def _scores(outcome: contest.Outcome) -> list[Score]:
    return [
        Score(
            subject=SUBJECTS[row["objective"]],
            method=row["model"],
            role=_role(row["model"], outcome.winners[row["objective"]].model),
            metric=row["metric"],
            value=row["value"],
            low=row["low"],
            high=row["high"],
            is_higher_better=True,
            held_back_days=contest.FOLD_DAYS * contest.FOLDS,
            cases=outcome.cases[row["objective"]],
        )
        for row in outcome.table.to_dict("records")
    ]


def _role(model: str, winner: str) -> str:
    if model == winner:
        return Score.Role.CHOSEN
    return Score.Role.NAIVE if model in contest.NAIVE else Score.Role.CANDIDATE


__all__ = ["NotPutLiveError", "arrays_of", "go_live", "purchases", "put_live", "train"]
