"""Co-counts between two nights: what is stored, and how the hour's purchases are added."""

import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jobs.models import Job
from recommendations.algorithms.incremental import IncrementalCosine
from recommendations.algorithms.incremental_state import from_state, grown, state_of
from recommendations.algorithms.interactions import Interactions, as_days
from recommendations.algorithms.neighbours import Ids, Similarities
from recommendations.entrants import COSINE, LONG
from recommendations.facts import WINDOW_DAYS, Facts
from recommendations.models import CoCounts

OWN = ("customer_ids", "product_ids", "fake_customers")


@dataclass(frozen=True)
class Counts:
    """Customers x products from a first day on. New customers and products come at the end, so
    ``product_ids`` need not be sorted. ``fake_customers``: whose purchases the night kept out.
    """

    model: IncrementalCosine
    customer_ids: NDArray[np.int64]
    product_ids: NDArray[np.int64]
    fake_customers: NDArray[np.int64]

    @classmethod
    def of(cls, events: Interactions, fake_customers: NDArray[np.int64], k: int) -> Self:
        """Count everything once."""
        model = IncrementalCosine(k).fit(events.matrix(as_of=np.inf))
        return cls(model, events.customer_ids, events.product_ids, fake_customers)

    def dump(self) -> bytes:
        """Arrays only, without pickles."""
        body = io.BytesIO()
        arrays = {name: getattr(self, name) for name in OWN}
        np.savez(body, allow_pickle=False, **arrays, **state_of(self.model))
        return body.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Read what ``dump`` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            state = {name: arrays[name] for name in arrays.files}
        own = {name: state.pop(name) for name in OWN}
        return cls(from_state(state), **own)

    def added(self, events: Interactions) -> "Counts":
        """With these purchases; those counted already change nothing."""
        customers = _appended(self.customer_ids, events.customer_ids)
        products = _appended(self.product_ids, events.product_ids)
        model = grown(self.model, len(customers), len(products))
        model.update(
            _places(customers, events.customer_ids)[events.customers],
            _places(products, events.product_ids)[events.products],
        )
        return replace(self, customer_ids=customers, product_ids=products)

    def lists(self, product_ids: NDArray[np.int64]) -> tuple[Ids, Similarities]:
        """Neighbours in the codes of the given sorted ids, which hold all that was counted."""
        ids, similarities = self.model.neighbours()
        code = np.searchsorted(product_ids, self.product_ids).astype(np.int32)
        found = np.full((len(product_ids), ids.shape[1]), -1, np.int32)
        values = np.zeros(found.shape, np.float32)
        found[code] = np.where(ids >= 0, code[np.maximum(ids, 0)], np.int32(-1))
        values[code] = similarities
        return found, values


def counts_of(job: Job, known: Facts, window_days: float | None) -> CoCounts:
    """The row that the hours after a training go on from."""
    since = first_day(job.as_of, window_days, job.as_of - timedelta(days=WINDOW_DAYS))
    events = known.events.between(as_days(since), np.inf)
    blob = Counts.of(events, known.fake_customers, LONG).dump()
    return CoCounts(lists=COSINE, since=since, as_of=job.as_of, job=job, blob=blob)


def store_counts(row: CoCounts) -> None:
    """In place of the older row; a replay of the past changes nothing. Call in ``finishing``."""
    if CoCounts.objects.filter(as_of__gt=row.as_of).exists():
        return
    CoCounts.objects.all().delete()
    row.save()


def first_day(as_of: date, window_days: float | None, longest: date) -> date:
    """Where the window of a model trained for ``as_of`` begins."""
    if window_days is None:
        return longest
    return max(date.fromordinal(as_of.toordinal() - int(window_days)), longest)


def _appended(
    known: NDArray[np.int64], ids: Collection[int] | NDArray[np.int64]
) -> NDArray[np.int64]:
    fresh = np.setdiff1d(np.asarray(ids, np.int64), known)
    return np.concatenate([known.astype(np.int64), fresh])


def _places(known: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each id stands in an unsorted array that holds it."""
    order = np.argsort(known, kind="stable")
    return np.asarray(order[np.searchsorted(known[order], ids)], np.int64)
