"""Are freshly trained lists fit to go live? Both models serve the same customers, side by side."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.health import DEFAULT, Tolerance, list_health
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.recommender import Codes
from recommendations.contest import Recipe, Winner
from recommendations.models import RecommenderVersion
from recommendations.ranking import Past, basket, rank

Placement = RecommenderVersion.Placement
SAMPLE = 200
PLACES = 10
OF_CUSTOMERS = (Placement.FOR_YOU, Placement.BUY_AGAIN)
BESIDE_PRODUCTS = (Placement.SIMILAR,)
SAME_FOR_ALL = ("popularity",)
ANYTHING = Tolerance(empty=0.05, coverage_loss=1.0, overlap=0.0, dominance=1.0)


def failed_checks(
    placement: str, new: Winner, old: tuple[Recipe, Artefact] | None, events: Interactions
) -> list[str]:
    """Names of the checks that the new lists fail beside the lists they would replace.

    A list that is the same for everybody covers little by its nature, and is only asked whether
    it is empty. Lists that nobody's purchases make are not judged.
    """
    pasts = sample(placement, events)
    if old is None or not pasts:
        return []
    recipe, arrays = old
    ours = _lists(new.recipe, new.artefact, pasts)
    theirs = _lists(recipe, arrays, _recoded(pasts, new.artefact, arrays))
    before = _in_codes_of(theirs, arrays, new.artefact)
    tolerance = ANYTHING if _is_same_for_all(new.recipe) else DEFAULT
    return list(list_health(ours, before, len(new.artefact.product_ids), tolerance).failed)


def sample(placement: str, events: Interactions) -> list[Past]:
    """Pasts of some customers, or of the products bought most, as serving would see them."""
    if placement in OF_CUSTOMERS:
        customers = np.unique(events.customers)
        chosen = customers[:: max(len(customers) // SAMPLE, 1)][:SAMPLE]
        return [past_of(events, int(customer)) for customer in chosen]
    if placement in BESIDE_PRODUCTS:
        bought = np.bincount(events.products, minlength=events.shape[1])
        order = np.argsort(-bought, kind="stable")[:SAMPLE]
        return [basket([int(code)]) for code in order if bought[code] > 1]
    return []


def past_of(events: Interactions, customer: int, as_of: float | None = None) -> Past:
    """A customer's purchases, newest first, by the codes of the events; aged to ``as_of``, or to
    the newest event of the shop.
    """
    chosen = np.flatnonzero(events.customers == customer)[::-1]
    days = events.days[chosen]
    end = float(events.days[-1]) if as_of is None else as_of
    ones = np.ones(len(chosen))
    return Past(
        events.products[chosen].astype(np.int64),
        days[0] - days,
        ones,
        ones.astype(bool),
        end - float(days[0]),
    )


def _is_same_for_all(recipe: Recipe) -> bool:
    return all(part["kind"] in SAME_FOR_ALL for part in recipe["parts"])


def _lists(recipe: Mapping[str, object], arrays: Artefact, pasts: list[Past]) -> Codes:
    nothing = np.zeros(len(arrays.product_ids), bool)
    found = np.full((len(pasts), PLACES), -1, np.int32)
    for row, past in enumerate(pasts):
        codes = [one.code for one in rank(arrays, recipe, past, hidden=nothing, places=PLACES)]
        found[row, : len(codes)] = codes
    return found


def _recoded(pasts: list[Past], ours: Artefact, theirs: Artefact) -> list[Past]:
    """The same pasts in the codes of other arrays, without what these do not know."""
    place = _places(ours.product_ids, theirs.product_ids)
    found = []
    for past in pasts:
        codes = place[past.codes]
        known = codes >= 0
        found.append(
            replace(
                past,
                codes=codes[known],
                ages=past.ages[known],
                weights=past.weights[known],
                is_purchase=past.is_purchase[known],
            )
        )
    return found


def _in_codes_of(lists: Codes, theirs: Artefact, ours: Artefact) -> Codes:
    place = _places(theirs.product_ids, ours.product_ids)
    return np.where(lists >= 0, place[np.maximum(lists, 0)], -1).astype(np.int32)


def _places(these: NDArray[np.int64], those: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of these ids stands among those, sorted; -1 where it does not."""
    if not len(those):
        return np.full(max(len(these), 1), -1, np.int64)
    spots = np.minimum(np.searchsorted(those, these), len(those) - 1)
    return np.where(those[spots] == these, spots, -1) if len(these) else np.array([-1])
