"""All recommenders on the same held-back months, in one pass through the past, within a budget.

Months are walked oldest first. At each cut every model is fitted once, and scores each customer
once: the same scores judge the model, its part in the blend, and teach the blends of later months.
Only one month's models are in memory at a time.
"""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommendations.algorithms.ascent import Weights, blend_weights
from recommendations.algorithms.evaluation import (
    OBJECTIVES,
    PLACES,
    Fold,
    Question,
    question,
)
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.judging import NDCG, PerCustomer, Result, judged, result_rows
from recommendations.algorithms.panel import (
    Candidates,
    max_normalised,
    union_of_best,
)
from recommendations.algorithms.recommender import (
    Codes,
    Recommender,
    Scores,
    batches,
    best,
    hide_seen,
)

BLEND = "blend"
Clock = Callable[[], float]


@dataclass(frozen=True)
class Entrant:
    """A model that competes. `is_part`: the blend may use it. `is_needed`: no budget drops it."""

    name: str
    model: Recommender
    is_served: bool = True
    is_part: bool = False
    is_needed: bool = False


@dataclass(frozen=True)
class Terms:
    """How the contest is held; `anchors`: towards which part thin data pull each blend."""

    folds: int = 4
    lessons: int = 2
    fold_days: float = 30
    min_buyers: int = 5
    most_customers: int = 2000
    most_taught: int = 500
    per_model: int = 30
    budget_seconds: float = 150
    random_state: int = 0
    clock: Clock = time.monotonic
    anchors: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _State:
    """What is carried from month to month."""

    entrants: list[Entrant]
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    tables: dict[str, list[Candidates]] = field(default_factory=dict)
    ndcg: PerCustomer = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    cases: dict[str, int] = field(default_factory=dict)

    def drop(self, name: str) -> None:
        self.entrants = [one for one in self.entrants if one.name != name]
        self.left_out.append(name)


def play(
    entrants: Sequence[Entrant],
    interactions: Interactions,
    as_of: float,
    terms: Terms,
    on_month: Callable[[float], None] = lambda _share: None,
) -> Result:
    """Judge every entrant and the blend of the parts on the last `folds` months before `as_of`.

    When the budget is spent the walk ends with the months judged so far, one at least.
    Entrants come in the order in which time is spent on them. The blend's weights are fitted on
    the `lessons` months before each judged month, never on that month itself.
    """
    started = terms.clock()
    state = _State(list(entrants))
    past = interactions.before(as_of)
    months = terms.folds + terms.lessons
    for number in range(months):
        cut = as_of - (months - number) * terms.fold_days
        fold = Fold(cut, cut + terms.fold_days)
        left = terms.budget_seconds - (terms.clock() - started)
        if state.rows and left <= 0:
            break
        asked = _questions(past, fold, terms)
        if asked:
            place = number - terms.lessons
            _month(state, past, fold, asked, (place, months - number, left), terms)
        on_month((number + 1) / months)
    names = [one.name for one in state.entrants if one.is_part]
    weights = {
        objective: blend_weights(tables[-terms.lessons :], names, terms.anchors.get(objective))
        for objective, tables in state.tables.items()
    }
    for name in state.left_out:
        state.rows = [row for row in state.rows if row["model"] != name]
        state.ndcg = {key: found for key, found in state.ndcg.items() if key[1] != name}
    columns = ["objective", "model", "fold", "metric", "value", "low", "high"]
    table = pd.DataFrame(state.rows, columns=columns)
    return Result(table, state.ndcg, weights, tuple(state.left_out), state.cases)


def _questions(past: Interactions, fold: Fold, terms: Terms) -> dict[str, Question]:
    seen = past.before(fold.end)
    asked = {name: question(seen, fold, name, terms.min_buyers) for name in OBJECTIVES}
    return {name: _sampled(one, terms) for name, one in asked.items() if one is not None}


def _sampled(asked: Question, terms: Terms) -> Question:
    if len(asked.customers) <= terms.most_customers:
        return asked
    rng = np.random.default_rng(terms.random_state)
    rows = np.sort(rng.choice(len(asked.customers), terms.most_customers, replace=False))
    return Question(
        asked.objective,
        asked.customers[rows],
        asked.truth[rows],
        asked.candidates,
        asked.past,
        asked.money[rows],
    )


def _month(
    state: _State,
    past: Interactions,
    fold: Fold,
    asked: dict[str, Question],
    place: tuple[int, int, float],
    terms: Terms,
) -> None:
    """Fit, score and judge one month; `place`: number of the judged fold, months and time left."""
    number, _months, _left = place
    fitted = _fitted(state, past, fold, place, terms)
    names = [one.name for one in state.entrants if one.is_part and one.name in fitted]
    weights = {
        objective: blend_weights(
            state.tables.get(objective, [])[-terms.lessons :], names, terms.anchors.get(objective)
        )
        for objective in asked
    }
    answers, taught = _scored(fitted, names, weights, asked, terms)
    for objective, table in taught.items():
        state.tables.setdefault(objective, []).append(table)
    if number < 0:
        return
    for objective, one in asked.items():
        lists = {model: found for (which, model), found in answers.items() if which == objective}
        values = judged(one, lists)
        state.cases[objective] = state.cases.get(objective, 0) + len(one.customers)
        for model, per_customer in values.items():
            state.ndcg.setdefault((objective, model), []).append(per_customer[NDCG])
        state.rows += result_rows(objective, number, one, lists, values, terms.random_state)


def _fitted(
    state: _State, past: Interactions, fold: Fold, place: tuple[int, int, float], terms: Terms
) -> dict[str, Recommender]:
    """The models of a month; those whose fit, month for month, would not end in time leave, and
    those whose turn comes when the time is up.
    """
    number, months, left = place
    started = terms.clock()
    events = past.before(fold.cut)
    growth = len(past) / max(len(events), 1)
    spent, fitted = 0.0, {}
    for one in list(state.entrants):
        if number < 0 and not one.is_part:
            continue
        known = state.seconds.get(one.name)
        later = _promised(state, one) * months
        may_leave = known is not None and not one.is_needed and not one.is_part
        is_late = known is None and not one.is_needed and terms.clock() - started >= left
        if is_late or (may_leave and spent + (known or 0.0) * months + later > left):
            state.drop(one.name)
            continue
        before = terms.clock()
        fitted[one.name] = copy.copy(one.model).fit(events, fold.cut)
        seconds = (terms.clock() - before) * max(growth, 1.0)
        is_first = known is None
        state.seconds[one.name] = seconds
        spent += seconds
        if is_first and not one.is_needed and seconds * months + later > left:
            del fitted[one.name]
            state.drop(one.name)
    return fitted


def _promised(state: _State, one: Entrant) -> float:
    """Seconds a month that the entrants before this one are known to take."""
    total = 0.0
    for other in state.entrants:
        if other.name == one.name:
            break
        total += state.seconds.get(other.name, 0.0)
    return total


def _scored(
    fitted: dict[str, Recommender],
    names: list[str],
    weights: dict[str, Weights],
    asked: dict[str, Question],
    terms: Terms,
) -> tuple[dict[tuple[str, str], Codes], dict[str, Candidates]]:
    """Each model's and the blend's lists, and the candidates that teach later months."""
    customers = np.unique(np.concatenate([one.customers for one in asked.values()]))
    lists: dict[tuple[str, str], list[Codes]] = {}
    lessons: dict[str, list[tuple[NDArray[Any], ...]]] = {name: [] for name in asked}
    taught = {name: _taught(one, terms) for name, one in asked.items()}
    for _start, rows in batches(customers, 256):
        scored = {name: model.scores(rows) for name, model in fitted.items()}
        for objective, one in asked.items():
            inside = np.isin(rows, one.customers)
            if not inside.any():
                continue
            mine = {name: scores[inside] for name, scores in scored.items()}
            parts = _listed(one, rows[inside], mine, (names, weights[objective]), lists)
            chosen = np.isin(rows[inside], taught[objective])
            lessons[objective].append(
                _lesson(one, rows[inside][chosen], [part[chosen] for part in parts], terms)
            )
    answers = {key: np.concatenate(found) for key, found in lists.items()}
    return answers, {name: _table(found) for name, found in lessons.items()}


def _taught(asked: Question, terms: Terms) -> NDArray[np.int64]:
    if len(asked.customers) <= terms.most_taught:
        return asked.customers
    rng = np.random.default_rng(terms.random_state + 1)
    return rng.choice(asked.customers, terms.most_taught, replace=False)


def _listed(
    asked: Question,
    rows: NDArray[Any],
    scored: dict[str, Scores],
    blend: tuple[list[str], Weights],
    lists: dict[tuple[str, str], list[Codes]],
) -> list[Scores]:
    """Append the best of each model and of the blend to `lists`; returns the parts' scores."""
    names, weights = blend
    hidden = asked.past[rows] if asked.objective == "discover" else None
    total = np.zeros((len(rows), asked.past.shape[1]), np.float32)
    parts = []
    for name, scores in scored.items():
        if hidden is not None:
            hide_seen(scores, hidden)
        if name in names:
            part = max_normalised(scores)
            if weights[name]:
                total += np.float32(weights[name]) * part
            part[:, ~asked.candidates] = -np.inf
            parts.append(part)
        scores[:, ~asked.candidates] = -np.inf
        lists.setdefault((asked.objective, name), []).append(best(scores, PLACES)[0])
    if names:
        total[:, ~asked.candidates] = -np.inf
        lists.setdefault((asked.objective, BLEND), []).append(best(total, PLACES)[0])
    return parts


def _lesson(
    asked: Question, rows: NDArray[Any], parts: list[Scores], terms: Terms
) -> tuple[NDArray[Any], ...]:
    """Customers, candidates each, products, scores, taken, and how many each took."""
    if not len(rows) or not parts:
        none = np.empty(0, np.int64)
        return (none, none, none, np.empty((0, len(parts)), np.float32), none > 0, none)
    places = np.searchsorted(asked.customers, rows)
    row, product = np.nonzero(union_of_best(parts, terms.per_model))
    values = np.stack([part[row, product] for part in parts], axis=1)
    taken = asked.truth[places].toarray()[row, product] > 0
    counts = np.bincount(row, minlength=len(rows))
    return rows, counts, product, values, taken, np.diff(asked.truth.indptr)[places]


def _table(found: list[tuple[NDArray[Any], ...]]) -> Candidates:
    customers, counts, products, scores, taken, relevant = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Candidates(customers, starts, products.astype(np.int32), scores, taken, relevant)
