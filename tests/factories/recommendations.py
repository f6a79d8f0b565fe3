"""Trained recommenders, made without training."""

from datetime import date

import factory
import numpy as np

from recommendations.algorithms.artefact import FORMAT, Artefact
from recommendations.models import RecommenderVersion
from recommendations.shelf import fingerprint
from tests.factories.jobs import JobFactory

NEIGHBOURS = {"parts": [{"kind": "neighbours", "weight": 1.0, "half_life_days": 60}]}
EVEN = {"parts": [{"kind": "neighbours", "weight": 1.0, "half_life_days": None}]}
PERSONAL = {"parts": [{"kind": "personal", "weight": 1.0, "half_life_days": 180}]}
POPULARITY = {"parts": [{"kind": "popularity", "weight": 1.0}]}


def arrays(product_ids, *, similar=(), popularity=()):
    """An artefact; ``similar`` holds (product, neighbour, similarity), ``popularity`` by place."""
    ids = sorted(product_ids)
    place = {pk: code for code, pk in enumerate(ids)}
    lists = [[] for _pk in ids]
    for product, neighbour, similarity in similar:
        lists[place[product]].append((similarity, place[neighbour]))
    width = max((len(row) for row in lists), default=0)
    neighbours = np.full((len(ids), width), -1, np.int32)
    similarities = np.zeros((len(ids), width), np.float32)
    for code, row in enumerate(lists):
        for column, (similarity, neighbour) in enumerate(sorted(row, reverse=True)):
            neighbours[code, column] = neighbour
            similarities[code, column] = similarity
    liked = np.zeros(len(ids), np.float32)
    liked[: len(popularity)] = popularity
    return Artefact(np.array(ids, np.int64), neighbours, similarities, liked)


class RecommenderVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RecommenderVersion
        exclude = ["artefact"]

    artefact = factory.LazyFunction(lambda: arrays([]))
    placement = RecommenderVersion.Placement.FOR_YOU
    model = "item cosine, last 60 days"
    recipe = factory.LazyFunction(lambda: NEIGHBOURS)
    as_of = date(2026, 7, 1)
    job = factory.SubFactory(JobFactory)
    products = factory.LazyAttribute(lambda version: len(version.artefact.product_ids))
    format = FORMAT
    blob = factory.LazyAttribute(lambda version: version.artefact.dump())
    sha256 = factory.LazyAttribute(lambda version: fingerprint(version.blob))
    is_live = True
