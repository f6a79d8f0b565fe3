"""Lists under test: the visitor's arm, two arms in one list, or a draw from the best products."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from recommendations.algorithms.interleaving import team_draft
from recommendations.experiments import tags
from recommendations.experiments.running import Kind, Lot, Trial, Way
from recommendations.listing import (
    NEWEST,
    PINNED,
    POPULAR_RECIPE,
    Answer,
    Plan,
    Recommended,
    Source,
    answer,
)
from recommendations.models import Arm, RecommenderVersion
from recommendations.shelf import Live, live
from recommendations.wording import WHY

Placement = RecommenderVersion.Placement
Strategy = Arm.Strategy
Make = Callable[[Live | None], Plan]
FOR_ALL = {
    Strategy.POPULAR: Placement.POPULAR,
    Strategy.TRENDING: Placement.TRENDING,
    Strategy.NEW: Placement.NEW,
}
MADE_BY = {"session": Placement.SIMILAR, "cart": Placement.TOGETHER}
POOL = 3  # an exploration draws from so many times the places of the list
MOST_POOLED = 100


@dataclass(frozen=True)
class Served:
    """A list and the tag its id carries; "" where no experiment touched it."""

    answer: Answer
    tag: str = ""


def serve(make: Make, lot: Lot | None, rng: np.random.Generator | None = None) -> Served:
    """Make the list of a lot. ``make`` plans it by a version, or by the live one.

    Who wants no personal list sees what everybody who wants none sees: no experiment.
    """
    if lot is None:
        return Served(answer(make(None)))
    first = plan_of(lot.trial.ways[lot.arm], make)
    if not first.may_vary:
        return Served(answer(make(None)))
    if lot.trial.kind == Kind.AB:
        return Served(answer(first), tags.arm_tag(lot.trial.pk, lot.arm))
    rng = np.random.default_rng(secrets.randbits(64)) if rng is None else rng
    if lot.trial.kind == Kind.INTERLEAVING:
        return _interleaved(lot.trial, first, plan_of(lot.trial.ways[1], make), rng)
    return _explored(lot.trial, first, rng)


def plan_of(way: Way, make: Make) -> Plan:
    """The plan of an arm; one that lost its version, or its strategy's, is as live."""
    if way.strategy == Strategy.VERSION:
        return make(way.version)
    plan = make(None)
    if way.strategy == Strategy.RECIPE and plan.wish.placement and way.recipe:
        base = live(MADE_BY.get(plan.wish.placement, plan.wish.placement))
        return make(replace(base, recipe=way.recipe)) if base else plan
    if way.strategy in FOR_ALL:
        return _the_same_for_all(FOR_ALL[Strategy(way.strategy)], plan)
    return plan


def _the_same_for_all(placement: str, plan: Plan) -> Plan:
    """What is popular, trending or new in place of the plan's own sources; same filters, rules."""
    version = live(placement)
    if version is None or placement == Placement.POPULAR:
        return replace(plan, sources=[], version=version)
    reason = NEWEST if placement == Placement.NEW else placement
    source = Source(version, placement, POPULAR_RECIPE, why=reason)
    return replace(plan, sources=[source], version=version)


def _is_pinned(item: Recommended) -> bool:
    return item.reason["text"] == WHY[PINNED]


def _with_pins(free: list[Recommended], like: Answer) -> list[Recommended]:
    """The products in order, those the merchant pinned at their places in ``like``."""
    found = list(free)
    for place, item in enumerate(like.items):
        if _is_pinned(item):
            found.insert(place, item)
    return found


def _interleaved(trial: Trial, one: Plan, other: Plan, rng: np.random.Generator) -> Served:
    """Team draft of both lists; pinned products keep their places and count for no team."""
    lists = (answer(one), answer(other))
    free = [[item for item in made.items if not _is_pinned(item)] for made in lists]
    known = {item.product_id: item for item in (*free[1], *free[0])}
    places = max(map(len, free))
    queues = [[item.product_id for item in items] for items in free]
    draft = team_draft(queues[0], queues[1], places, rng)
    items = _with_pins([known[pk] for pk in draft.products], lists[0])
    picks = zip(draft.products, draft.teams, strict=True)
    teams = {known[pk].sku: bool(team) for pk, team in picks}
    return Served(replace(lists[0], items=items), tags.team_tag(trial.pk, teams))


def _explored(trial: Trial, plan: Plan, rng: np.random.Generator) -> Served:
    """With a chance of ``share`` the free places hold a random draw from the best products."""
    n = plan.wish.n
    deep = answer(replace(plan, wish=replace(plan.wish, n=min(POOL * n, MOST_POOLED))))
    shown = replace(deep, items=deep.items[:n])
    pool = [item for item in deep.items if not _is_pinned(item)]
    greedy = {item.sku for item in shown.items if not _is_pinned(item)}
    places = len(greedy)
    if rng.random() >= trial.share:
        return Served(shown, tags.undrawn_tag(trial.pk, places, len(pool)))
    drawn = [pool[code] for code in rng.choice(len(pool), places, replace=False)]
    marks = {item.sku: item.sku in greedy for item in drawn}
    made = replace(shown, items=_with_pins(drawn, shown))
    return Served(made, tags.drawn_tag(trial.pk, len(pool), marks))
