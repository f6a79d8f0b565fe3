"""Between two nights: new purchases reach neighbours, popularity, trends and new arrivals.

Nothing is trained again. Co-counts grow by the new purchases and only the lists that they touch
are chosen anew; sums are summed. What cannot be kept up so (EASE, factors, weights, cancelled
orders) waits for the night.
"""

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jobs.models import Job
from jobs.services import finishing
from recommendations.algorithms.artefact import FORMAT, Artefact, Lists
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.popularity import Popularity
from recommendations.combined import TREES_TABLE
from recommendations.contest import GRAM, Recipe
from recommendations.counting import Counts
from recommendations.entrants import COSINE
from recommendations.facts import (
    capped,
    known_products,
    launched_before,
    over_products,
    purchases,
)
from recommendations.models import CoCounts, RecommenderVersion
from recommendations.services import arrays_of, go_live
from recommendations.shelf import fingerprint, forget_versions
from recommendations.standing import newness, trend

Placement = RecommenderVersion.Placement
UNTOUCHED = (Placement.TOGETHER,)


def refresh(*, job: Job) -> int:
    """Bring the live versions up to the purchases before the job's day; how many were renewed.

    Does nothing before the first training, or for a day before the last one.
    """
    row = CoCounts.objects.filter(as_of__lte=job.as_of).first()
    if row is None:
        with finishing(job, {"renewed": 0}):
            return 0
    counts = Counts.load(bytes(row.blob))
    events = _events(job.as_of, counts)
    recent = events.between(as_days(row.since), np.inf)
    counts = counts.added(recent)
    versions = [
        _renewed(version, job, events, counts)
        for version in RecommenderVersion.objects.filter(is_live=True, as_of__lte=job.as_of)
        if version.placement not in UNTOUCHED
    ]
    stored = [version for version in versions if version is not None]
    result = {
        "renewed": len(stored),
        "purchases counted": len(recent),
        "lists chosen anew": counts.model.recounted_,
    }
    with finishing(job, result):
        CoCounts.objects.filter(pk=row.pk).update(blob=counts.dump(), as_of=job.as_of, job=job)
        go_live(stored)
    forget_versions()
    return len(stored)


def _events(as_of: date, counts: Counts) -> Interactions:
    bought = purchases(as_of=as_of)
    fake = np.isin(bought.customer_ids, counts.fake_customers)[bought.customers]
    events = capped(bought.take(~fake))
    return over_products(events, known_products(as_of=as_of))


def _renewed(
    version: RecommenderVersion, job: Job, events: Interactions, counts: Counts
) -> RecommenderVersion | None:
    read = arrays_of(version)
    if read is None:
        return None
    recipe, old = read
    ids = np.union1d(old.product_ids.astype(np.int64), counts.product_ids)
    ids = np.union1d(ids, events.product_ids)
    arrays = widened(old, ids)
    if COSINE in arrays.lists:
        width = arrays.lists[COSINE][0].shape[1]
        found, values = counts.lists(ids)
        arrays = replace(
            arrays, lists={**arrays.lists, COSINE: (found[:, :width], values[:, :width])}
        )
    arrays = _scored_again(version.placement, recipe, arrays, over_products(events, ids), job.as_of)
    blob = arrays.dump()
    return RecommenderVersion(
        placement=version.placement,
        model=version.model,
        recipe=recipe,
        as_of=job.as_of,
        job=job,
        products=len(ids),
        format=FORMAT,
        sha256=fingerprint(blob),
        blob=blob,
    )


def _scored_again(
    placement: str, recipe: Recipe, arrays: Artefact, events: Interactions, as_of: date
) -> Artefact:
    """With the figures that are sums over purchases, made from all of them."""
    if placement == Placement.TRENDING:
        return replace(arrays, popularity=trend(events))
    if placement == Placement.NEW:
        return replace(arrays, popularity=newness(events, launched_before(as_of)))
    tables = dict(arrays.tables)
    for part in recipe["parts"]:
        if part["kind"] == "popularity" and part.get("table"):
            model = Popularity(part["half_life_days"]).fit(events, as_days(as_of))
            tables[part["table"]] = model.popularity_
    return replace(arrays, tables=tables)


def widened(old: Artefact, ids: NDArray[np.int64]) -> Artefact:
    """The same arrays for more products (sorted ids): new ones have no neighbours and no score."""
    code = np.searchsorted(ids, old.product_ids).astype(np.int32)
    return Artefact(
        ids,
        *_wider((old.ids, old.similarities), code, len(ids)),
        _taller(old.popularity, code, len(ids)),
        lists={name: _wider(lists, code, len(ids)) for name, lists in old.lists.items()},
        tables={
            name: table
            if name == TREES_TABLE or name.endswith(GRAM)
            else _taller(table, code, len(ids))
            for name, table in old.tables.items()
        },
    )


def _wider(lists: Lists, code: NDArray[np.int32], count: int) -> Lists:
    ids, similarities = lists
    found = np.full((count, ids.shape[1]), -1, np.int32)
    if len(code):
        found[code] = np.where(ids >= 0, code[np.maximum(ids, 0)], np.int32(-1))
    return found, _taller(similarities, code, count)


def _taller(table: NDArray[np.float32], code: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    found = np.zeros((count, *table.shape[1:]), np.float32)
    found[code] = table
    return found
