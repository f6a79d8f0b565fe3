"""Start and stop experiments. What runs does not change: its log would mix two questions."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.experiments.keeping import kept
from recommendations.experiments.results import result_of
from recommendations.memory import forget
from recommendations.models import Arm, Experiment
from suggestions.actors import Actor

logger = logging.getLogger(__name__)

Kind = Experiment.Kind
State = Experiment.State
MOST_ARMS = 5
ARMS = {Kind.AB: (2, MOST_ARMS), Kind.INTERLEAVING: (2, 2), Kind.EXPLORATION: (1, 1)}


class ExperimentError(Exception):
    """The experiment cannot be started or stopped; the message says why and what to do."""


def start_experiment(*, experiment: Experiment, actor: Actor) -> Experiment:
    """From draft to running: visitors are assigned from the next request on.

    ExperimentError where arms are missing or cannot make a list, where it is no draft, and where
    another experiment runs at the same list.
    """
    _refuse_unless_ready(experiment, list(experiment.arms.select_related("version")))
    drafts = Experiment.objects.filter(pk=experiment.pk, state=State.DRAFT)
    try:
        with transaction.atomic():
            moved = drafts.update(
                state=State.RUNNING, started_at=timezone.now(), decided_by=actor.name
            )
    except IntegrityError as error:
        text = _("Another experiment runs at this list: stop it first.")
        raise ExperimentError(text) from error
    return _moved(experiment, moved, _("Only a draft can be started."))


def stop_experiment(*, experiment: Experiment, actor: Actor) -> Experiment:
    """From running to stopped: every visitor sees the live list again. It does not start anew.

    What the log said at that moment is kept: orders and returns that come later change the page,
    and whoever asks why it was stopped finds what was known.
    """
    running, now = Experiment.objects.filter(pk=experiment.pk, state=State.RUNNING), timezone.now()
    moved = running.update(state=State.STOPPED, stopped_at=now, decided_by=actor.name)
    if moved:
        _keep_reading(experiment, now)
    return _moved(experiment, moved, _("Only a running experiment can be stopped."))


def _keep_reading(experiment: Experiment, moment: datetime) -> None:
    """Visitors are free of it already; a log that cannot be read must not bring it back."""
    try:
        reading = kept(result_of(experiment, until=moment))
    except Exception:
        logger.exception("The log of experiment %s could not be read.", experiment.pk)
    else:
        Experiment.objects.filter(pk=experiment.pk).update(reading=reading)


def _moved(experiment: Experiment, moved: int, otherwise: str) -> Experiment:
    if not moved:
        raise ExperimentError(otherwise)
    forget()
    experiment.refresh_from_db()
    return experiment


def _refuse_unless_ready(experiment: Experiment, arms: list[Arm]) -> None:
    fewest, most = ARMS[Kind(experiment.kind)]
    if not fewest <= len(arms) <= most:
        text = _("This kind needs %(fewest)s to %(most)s arms; it has %(count)s.")
        raise ExperimentError(text % {"fewest": fewest, "most": most, "count": len(arms)})
    if [arm.position for arm in arms] != list(range(len(arms))):
        raise ExperimentError(_("Number the arms 0, 1, 2 … without a gap."))
    for arm in arms:
        if arm.strategy == Arm.Strategy.VERSION and arm.version is None:
            text = _("Arm %(arm)s names a recommender that is gone: choose another.")
            raise ExperimentError(text % {"arm": arm})
    ways = {(arm.strategy, arm.version_id, str(arm.recipe)) for arm in arms}
    if len(ways) < len(arms):
        raise ExperimentError(_("Two arms make the same list: there is nothing to find out."))
