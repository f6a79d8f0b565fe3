"""Experiments with their arms; ``started`` ones run since a week."""

from datetime import timedelta

import factory
from django.utils import timezone

from recommendations.models import Arm, Experiment


class ExperimentFactory(factory.django.DjangoModelFactory):
    """A draft; ``ExperimentFactory(arms=("live", "popular"))`` makes its arms too."""

    class Meta:
        model = Experiment
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Experiment {n}")
    placement = Experiment.Place.POPULAR

    @factory.post_generation
    def arms(self, create, strategies, **_kwargs):
        for position, strategy in enumerate(strategies or ()):
            Arm.objects.create(experiment=self, position=position, strategy=strategy)


class RunningExperimentFactory(ExperimentFactory):
    state = Experiment.State.RUNNING
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=7))
