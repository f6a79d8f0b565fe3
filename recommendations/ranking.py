"""Scores at request time: a version's arrays and a history give a ranked list with reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.diversity import Rules, boosted
from recommendations.algorithms.personal import TIE_BREAK
from recommendations.fusing import RANKS, TREES, by_trees, evened, ranked, top

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
NONE = -1
POSITION_DECAY = 0.8
LONGEST_VISIT = 20
NO_RULES = Rules()


@dataclass(frozen=True)
class Past:
    """Known products of a history by code, newest first, with age in days and weight.

    Ages count from the newest act, which lies ``idle_days`` back: where only the order counts they
    need not be known, and models that compare a history with others' take both.
    """

    codes: Codes
    ages: Floats
    weights: Floats
    is_purchase: NDArray[np.bool_]
    idle_days: float = 0.0


class Ranked(NamedTuple):
    """A product's code and score, what led to it, and the product that did (-1: none)."""

    code: int
    score: float
    kind: str
    reason: int = NONE


class Gains(NamedTuple):
    """What each liked product adds to its neighbours: their codes and sums, both liked x k."""

    liked: Codes
    ids: NDArray[np.int32]
    sums: Floats


class Scored(NamedTuple):
    """A part of a recipe with its score per product; ``gains`` where neighbours gave them."""

    part: Mapping[str, Any]
    scores: Floats
    gains: Gains | None = None


def visit(codes: Sequence[int]) -> Past:
    """A visit as a history: products in the order seen, the last one newest.

    Each place before the last counts 0.8 times as much; only the last 20 count. Ludewig & Jannach
    (2018), "Evaluation of session-based recommendation algorithms".
    """
    recent = np.array(codes[::-1][:LONGEST_VISIT], np.int64)
    weights = POSITION_DECAY ** np.arange(len(recent), dtype=np.float64)
    return Past(recent, np.zeros(len(recent)), weights, np.zeros(len(recent), np.bool_))


NO_PAST = visit([])


def basket(codes: Sequence[int]) -> Past:
    """A cart as a history: each product once, all alike, whatever the order."""
    each = np.unique(np.array(codes, np.int64))
    return Past(each, np.zeros(len(each)), np.ones(len(each)), np.zeros(len(each), np.bool_))


def rank(
    arrays: Artefact,
    recipe: Mapping[str, Any],
    past: Past,
    *,
    hidden: NDArray[np.bool_],
    places: int,
    rules: Rules = NO_RULES,
) -> list[Ranked]:
    """The best products that are not hidden, best first; ties go to the lower code.

    ``recipe``: parts with kind (neighbours, personal, factors, popularity), weight, half_life_days
    and the name of their ``lists`` or ``table``. The parts of several are divided by their best
    score among what is not hidden before they are added, as ``WeightedBlend`` does, unless the
    recipe names another ``fusion``; then the boosts of ``rules`` multiply the sum.
    """
    scored = [_scored(arrays, part, past, hidden) for part in recipe["parts"]]
    scored, total = _fused(arrays, recipe, past, scored)
    codes, values = top(boosted(total.astype(np.float32), rules), places)
    return _explained(scored, past, codes, values)


def _fused(
    arrays: Artefact, recipe: Mapping[str, Any], past: Past, scored: Sequence[Scored]
) -> tuple[list[Scored], Floats]:
    """The parts as they were compared, and one score per product."""
    fusion = recipe.get("fusion")
    if fusion == RANKS:
        scored = [one._replace(scores=ranked(one.scores, recipe)) for one in scored]
    elif fusion or len(scored) > 1:
        scored = [one._replace(scores=evened(one.scores)) for one in scored]
    if fusion == TREES:
        bought = _bought(past)
        parts, ages = [one.scores for one in scored], bought.ages + bought.idle_days
        return list(scored), by_trees(arrays, recipe, parts, bought.codes, ages)
    total = np.zeros(len(arrays.product_ids))
    for one in scored:
        total += one.part["weight"] * one.scores
    return list(scored), total


def _liked(past: Past, part: Mapping[str, Any], idle_days: float = 0.0) -> tuple[Codes, Floats]:
    """Each product of the past once, with the sum of its decayed weights.

    With a ``decay``, an act p moments before the last weighs decay ** p.
    """
    weights = past.weights
    half_life_days = part.get("half_life_days")
    if half_life_days is not None and (idle_days or past.ages.any()):
        weights = weights * np.exp2(-(past.ages + idle_days) / half_life_days)
    if "decay" in part:
        _moments, places = np.unique(past.ages, return_inverse=True)
        weights = weights * part["decay"] ** places
    codes, places = np.unique(past.codes, return_inverse=True)
    return codes, np.asarray(np.bincount(places, weights, minlength=len(codes)), np.float64)


def _neighbours(arrays: Artefact, part: Mapping[str, Any], past: Past) -> tuple[Floats, Gains]:
    liked, weights = _liked(past, part)
    ids, similarities = arrays.neighbours(part.get("lists", ""))
    gains = Gains(liked, ids[liked], similarities[liked] * weights[:, None])
    known = gains.ids >= 0
    return _summed(gains.ids[known], gains.sums[known], arrays), gains


def _personal(arrays: Artefact, part: Mapping[str, Any], past: Past) -> Floats:
    """Own decayed purchases; popularity breaks ties, as in ``PersonalFrequency``."""
    bought = _bought(past)
    codes, weights = _liked(bought, part, bought.idle_days)
    own = _summed(codes, weights, arrays)
    popularity = arrays.table(part.get("table", ""))
    return own + popularity * (TIE_BREAK / max(float(popularity.max(initial=0)), 1e-9))


def _factors(arrays: Artefact, part: Mapping[str, Any], past: Past) -> Floats:
    """The customer's factors solved from the history, as the last step of ``IALS`` does."""
    others = arrays.table(part["table"])
    codes, weights = _liked(past, part, past.idle_days)
    if not len(codes):
        return np.zeros(len(others))
    taken = others[codes].astype(np.float64)
    penalty = part["l2"] * (len(codes) + part["unobserved"] * len(others)) ** part["nu"]
    system = part["unobserved"] * arrays.table(part["gram"]).astype(np.float64)
    system += (taken * weights[:, None]).T @ taken + penalty * np.eye(others.shape[1])
    return np.asarray(others @ np.linalg.solve(system, taken.T @ weights), np.float64)


def _bought(past: Past) -> Past:
    chosen = past.is_purchase
    return Past(
        past.codes[chosen],
        past.ages[chosen],
        past.weights[chosen],
        chosen[chosen],
        past.idle_days,
    )


def _summed(codes: NDArray[Any], weights: Floats, arrays: Artefact) -> Floats:
    """Sum of the weights per product; floats also where there is nothing to sum."""
    sums = np.bincount(codes, weights, minlength=len(arrays.product_ids))
    return np.asarray(sums, np.float64)


def _popularity(arrays: Artefact, part: Mapping[str, Any], _past: Past) -> Floats:
    return arrays.table(part.get("table", "")).astype(np.float64)


_KINDS: dict[str, Callable[[Artefact, Mapping[str, Any], Past], Floats]] = {
    "personal": _personal,
    "factors": _factors,
    "popularity": _popularity,
}


def _scored(
    arrays: Artefact, part: Mapping[str, Any], past: Past, hidden: NDArray[np.bool_]
) -> Scored:
    """What a part says of each product; hidden ones score 0."""
    if part["kind"] == "neighbours":
        scores, gains = _neighbours(arrays, part, past)
        return Scored(part, np.where(hidden, 0.0, scores), gains)
    return Scored(part, np.where(hidden, 0.0, _KINDS[part["kind"]](arrays, part, past)))


def _explained(
    scored: Sequence[Scored], past: Past, codes: Codes, values: NDArray[np.float32]
) -> list[Ranked]:
    """The part that gave most is the reason; what no part speaks for is there for being popular."""
    if not scored or not len(codes):
        return []
    most = _most(scored, codes)
    reasons = {place: _reasons(scored[place], past, codes) for place in set(most)}
    return [
        _reasoned(scored[place].part, reasons[place], code, value)
        for place, code, value in zip(most, codes.tolist(), values.tolist(), strict=True)
    ]


def _most(scored: Sequence[Scored], codes: Codes) -> list[int]:
    """For each product the place of the part that gave it most."""
    if len(scored) == 1:
        return [0] * len(codes)
    given = np.stack([one.part["weight"] * one.scores[codes] for one in scored])
    most: list[int] = given.argmax(axis=0).tolist()
    return most


def _reasons(one: Scored, past: Past, chosen: Codes) -> dict[int, int]:
    """For each product the part speaks for, the product of the past that led to it."""
    if one.part["kind"] == "personal":
        return {int(code): NONE for code in np.intersect1d(_bought(past).codes, chosen)}
    if one.gains is None:
        return dict.fromkeys(chosen.tolist(), NONE)
    is_chosen = np.zeros(len(one.scores) + 1, np.bool_)  # the last one for code -1: none
    is_chosen[chosen] = True
    sources, columns = np.nonzero(is_chosen[one.gains.ids])
    # Written in rising order of gain, so that the highest stays.
    order = np.argsort(one.gains.sums[sources, columns], kind="stable")
    targets = one.gains.ids[sources, columns][order]
    led = one.gains.liked[sources][order]
    return dict(zip(targets.tolist(), led.tolist(), strict=True))


def _reasoned(
    part: Mapping[str, Any], reasons: Mapping[int, int], code: int, value: float
) -> Ranked:
    if code not in reasons:
        return Ranked(code, value, "popularity")
    if reasons[code] == code:
        return Ranked(code, value, "personal")
    return Ranked(code, value, part.get("why", part["kind"]), reasons[code])
