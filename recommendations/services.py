"""Train the recommenders and put the winners live."""

from datetime import date, timedelta

import pandas as pd
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Product
from jobs.models import Job, Score
from jobs.services import finishing, record_scores, report_progress
from recommendations import contest
from recommendations.algorithms.artefact import FORMAT
from recommendations.algorithms.interactions import Interactions
from recommendations.models import Arm, Experiment, RecommenderVersion
from recommendations.shelf import fingerprint, forget_versions
from recommendations.standing import NEW_DAYS, standing_lists
from sales.selectors import order_lines

WINDOW_DAYS = 730
KEPT_VERSIONS = 3
Placement = RecommenderVersion.Placement
SUBJECTS = {"discover": "for-you list", "all": "buy-again list"}
GUEST = -1


def train(*, job: Job) -> int:
    """Hold the contest on the facts before the job's day; return how many versions were stored.

    A shop without purchases keeps what it has: a loss of data must not empty its lists.
    """
    interactions = purchases(as_of=job.as_of)
    customers, products = interactions.shape
    result: dict[str, object] = {
        "customers": customers,
        "products": products,
        "purchases": len(interactions),
    }
    if not len(interactions):
        with finishing(job, result):
            record_scores(job, [])
        return 0
    report_progress(job, 0.1, _("Comparing recommenders on held-back months"))
    outcome = contest.hold(interactions, as_of=job.as_of)
    report_progress(job, 0.9, _("Storing the winners"))
    placed = {
        Placement.FOR_YOU: outcome.winners["discover"],
        Placement.BUY_AGAIN: outcome.winners["all"],
        Placement.SIMILAR: outcome.similar,
        Placement.POPULAR: outcome.popular,
        **standing_lists(interactions, launched_before=_launched_before(job.as_of)),
    }
    versions = [_version(job, placement, winner) for placement, winner in placed.items()]
    result |= {str(placement): winner.model for placement, winner in placed.items()}
    with finishing(job, result):
        record_scores(job, _scores(outcome))
        _go_live(versions)
    forget_versions()
    return len(versions)


def purchases(*, as_of: date) -> Interactions:
    """What known customers bought in the two years before ``as_of``: one event per order and
    product, dated by the shop's day. Returns and guests' orders are left out.
    """
    lines = order_lines(before=as_of, since=as_of - timedelta(days=WINDOW_DAYS))
    bought = lines[(lines["customer_id"] != GUEST) & (lines["quantity"] > 0)]
    events = bought.drop_duplicates(["order_id", "product_id"])
    frame = events.rename(columns={"day": "timestamp", "unit_price": "price"})
    return Interactions.from_frame(pd.DataFrame(frame))


def _launched_before(as_of: date) -> list[int]:
    """Products that are not new, however lately the first one was sold."""
    until = as_of - timedelta(days=NEW_DAYS)
    return list(Product.objects.filter(launched_on__lt=until).values_list("pk", flat=True))


def _version(job: Job, placement: str, winner: contest.Winner) -> RecommenderVersion:
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
    )


def _go_live(versions: list[RecommenderVersion]) -> None:
    """Store versions and swap the pointers; a replay of an older day does not push out newer lists.

    Call inside ``finishing``.
    """
    for version in versions:
        rivals = RecommenderVersion.objects.filter(placement=version.placement)
        version.is_live = not rivals.filter(is_live=True, as_of__gt=version.as_of).exists()
        if version.is_live:
            rivals.filter(is_live=True).update(is_live=False)
        version.save()
        replaced = rivals.filter(is_live=False).exclude(pk__in=_under_test())
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
