"""Scores at request time: a version's arrays and a history give a ranked list with reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.diversity import Rules, boosted
from recommendations.algorithms.personal import TIE_BREAK
from recommendations.algorithms.recommender import best

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


@dataclass(frozen=True)
class Ranked:
    """A product's code and score, what led to it, and the product that did (-1: none)."""

    code: int
    score: float
    kind: str
    reason: int = NONE


def visit(codes: Sequence[int]) -> Past:
    """A visit as a history: products in the order seen, the last one newest.

    Each place before the last counts 0.8 times as much; only the last 20 count. Ludewig & Jannach
    (2018), "Evaluation of session-based recommendation algorithms".
    """
    recent = np.array(codes[::-1][:LONGEST_VISIT], np.int64)
    weights = POSITION_DECAY ** np.arange(len(recent), dtype=np.float64)
    return Past(recent, np.zeros(len(recent)), weights, np.zeros(len(recent), np.bool_))


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
    score among what is not hidden before they are added, as ``WeightedBlend`` does; then the
    boosts of ``rules`` multiply the sum.
    """
    parts = recipe["parts"]
    scored = [(part, np.where(hidden, 0.0, _part(arrays, part, past))) for part in parts]
    if len(scored) > 1:
        scored = [(part, _evened(scores)) for part, scores in scored]
    total = np.zeros(len(arrays.product_ids))
    for part, scores in scored:
        total += part["weight"] * scores
    codes, values = best(boosted(total.astype(np.float32), rules)[None, :], places)
    found = codes[0] >= 0
    chosen = codes[0][found]
    reasons = [_reasons(arrays, part, past, chosen) for part in parts]
    return [
        _explained(scored, reasons, int(code), float(value))
        for code, value in zip(chosen, values[0][found], strict=True)
    ]


def _evened(scores: Floats) -> Floats:
    """Divided by the largest, so that parts of different scale can be added."""
    return scores / (float(np.abs(scores).max(initial=0.0)) or 1.0)


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


def _gains(
    arrays: Artefact, part: Mapping[str, Any], past: Past
) -> tuple[Codes, NDArray[np.int32], Floats]:
    """Liked products, their neighbours and what they add to each: places x neighbours."""
    codes, weights = _liked(past, part)
    ids, similarities = arrays.neighbours(part.get("lists", ""))
    return codes, ids[codes], similarities[codes] * weights[:, None]


def _neighbours(arrays: Artefact, part: Mapping[str, Any], past: Past) -> Floats:
    _codes, ids, gains = _gains(arrays, part, past)
    known = ids >= 0
    return _summed(ids[known], gains[known], arrays)


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
    "neighbours": _neighbours,
    "personal": _personal,
    "factors": _factors,
    "popularity": _popularity,
}


def _part(arrays: Artefact, part: Mapping[str, Any], past: Past) -> Floats:
    return _KINDS[part["kind"]](arrays, part, past)


def _reasons(
    arrays: Artefact, part: Mapping[str, Any], past: Past, chosen: NDArray[Any]
) -> dict[int, int]:
    """For each product the part speaks for, the product of the past that led to it."""
    if part["kind"] == "personal":
        return {int(code): NONE for code in np.intersect1d(_bought(past).codes, chosen)}
    if part["kind"] != "neighbours":
        return dict.fromkeys(chosen.tolist(), NONE)
    codes, ids, gains = _gains(arrays, part, past)
    is_chosen = np.zeros(len(arrays.product_ids) + 1, np.bool_)  # the last one for code -1: none
    is_chosen[chosen] = True
    sources, columns = np.nonzero(is_chosen[ids])
    # Written in rising order of gain, so that the highest stays.
    order = np.argsort(gains[sources, columns], kind="stable")
    targets = ids[sources, columns][order]
    return dict(zip(targets.tolist(), codes[sources][order].tolist(), strict=True))


def _explained(
    scored: Sequence[tuple[Mapping[str, Any], Floats]],
    reasons: Sequence[Mapping[int, int]],
    code: int,
    value: float,
) -> Ranked:
    """The part that gave most is the reason; what no part speaks for is there for being popular."""
    gains = [part["weight"] * scores[code] for part, scores in scored]
    place = int(np.argmax(gains)) if gains else NONE
    given = reasons[place] if gains else {}
    if code not in given:
        return Ranked(code, value, "popularity")
    if given[code] == code:
        return Ranked(code, value, "personal")
    part = scored[place][0]
    return Ranked(code, value, part.get("why", part["kind"]), given[code])
