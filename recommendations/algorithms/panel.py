"""Fitted models side by side, and what they say about the candidates of each customer."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.evaluation import Fold, Question, question
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.recommender import Recommender, Scores, batches, best, hide_seen

Models = Mapping[str, Recommender]


@dataclass(frozen=True)
class Panel:
    """Models fitted on the events before `cut` (days since 1970), and those events."""

    models: dict[str, Recommender]
    events: Interactions
    cut: float

    @classmethod
    def fit(cls, models: Models, interactions: Interactions, cut: float) -> "Panel":
        """Fit copies; the models given stay untouched."""
        past = interactions.before(cut)
        fitted = {name: copy.deepcopy(model).fit(past, cut) for name, model in models.items()}
        return cls(fitted, past, cut)

    def scores(self, customers: NDArray[Any], seen: sparse.csr_array | None = None) -> list[Scores]:
        """Each model's scores divided by its best per customer; `seen` products get -inf."""
        found = []
        for model in self.models.values():
            scores = model.scores(customers)
            if seen is not None:
                hide_seen(scores, seen)
            found.append(max_normalised(scores))
        return found


def max_normalised(scores: Scores) -> Scores:
    """Each row divided by its largest absolute finite value; zero rows stay zero."""
    finite = np.where(np.isfinite(scores), np.abs(scores), 0)
    top = finite.max(axis=1, keepdims=True, initial=0)
    return np.asarray(scores / np.where(top > 0, top, 1), np.float32)


@dataclass(frozen=True)
class Candidates:
    """Flat rows customer by customer: the union of what each model would put first.

    `starts`: first row per customer, one more at the end. `scores`: rows x models, normalised.
    `taken`: was it taken in the fold? `relevant`: how many products each customer took.
    """

    customers: NDArray[np.int64]
    starts: NDArray[np.int64]
    products: NDArray[np.int32]
    scores: NDArray[np.float32]
    taken: NDArray[np.bool_]
    relevant: NDArray[np.int64]

    def rows(self) -> NDArray[np.int64]:
        """Customer code per row."""
        return np.repeat(self.customers, np.diff(self.starts))

    def hits(self) -> NDArray[np.int64]:
        """How many of each customer's candidates were taken."""
        before = np.concatenate([[0], np.cumsum(self.taken)])
        return np.asarray(before[self.starts[1:]] - before[self.starts[:-1]])

    def of(self, chosen: NDArray[np.bool_]) -> "Candidates":
        """The rows of the chosen customers (a mask over `customers`)."""
        sizes = np.diff(self.starts)
        kept = np.repeat(chosen, sizes)
        return Candidates(
            customers=self.customers[chosen],
            starts=np.concatenate([[0], np.cumsum(sizes[chosen])]),
            products=self.products[kept],
            scores=self.scores[kept],
            taken=self.taken[kept],
            relevant=self.relevant[chosen],
        )


def candidates(
    panel: Panel,
    asked: Question,
    per_model: int = 50,
    most_customers: int = 4000,
    random_state: int = 0,
) -> Candidates:
    """Candidates of (a random sample of) the question's customers."""
    chosen = np.arange(len(asked.customers))
    if len(chosen) > most_customers:
        rng = np.random.default_rng(random_state)
        chosen = np.sort(rng.choice(chosen, most_customers, replace=False))
    parts = [_part(panel, asked, rows, per_model) for _, rows in batches(chosen, 256)]
    counts, products, scores, taken = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Candidates(
        customers=asked.customers[chosen],
        starts=np.concatenate([[0], np.cumsum(counts)]),
        products=products,
        scores=scores,
        taken=taken,
        relevant=np.diff(asked.truth.indptr)[chosen],
    )


def _part(
    panel: Panel, asked: Question, rows: NDArray[np.int64], per_model: int
) -> tuple[NDArray[Any], ...]:
    customers = asked.customers[rows]
    seen = asked.past[customers] if asked.objective == "discover" else None
    scored = panel.scores(customers, seen)
    for scores in scored:
        scores[:, ~asked.candidates] = -np.inf
    row, product = np.nonzero(union_of_best(scored, per_model))
    values = np.stack([scores[row, product] for scores in scored], axis=1)
    taken = asked.truth[rows].toarray()[row, product] > 0
    counts = np.bincount(row, minlength=len(rows))
    return counts, product.astype(np.int32), values, taken


def union_of_best(scored: list[Scores], per_model: int) -> NDArray[np.bool_]:
    """Mask customers x products: in the best `per_model` of at least one model."""
    mask = np.zeros(scored[0].shape, bool)
    for scores in scored:
        items, _ = best(scores, per_model)
        row, place = np.nonzero(items >= 0)
        mask[row, items[row, place]] = True
    return mask


def past_questions(
    interactions: Interactions,
    as_of: float,
    objective: str,
    horizon_days: float,
    folds: int,
    min_buyers: int = 5,
) -> list[tuple[Fold, Question]]:
    """The questions of the `folds` periods before `as_of`, latest first, empty ones left out."""
    past = interactions.before(as_of)
    found = []
    for back in range(folds):
        end = as_of - back * horizon_days
        fold = Fold(end - horizon_days, end)
        asked = question(past.before(end), fold, objective, min_buyers)
        if asked is not None:
            found.append((fold, asked))
    return found


@njit
def flat_ndcg(
    starts: NDArray[np.int64],
    scores: NDArray[np.float32],
    taken: NDArray[np.bool_],
    relevant: NDArray[np.int64],
    places: int,
) -> NDArray[np.float64]:
    """NDCG per customer of flat candidate rows ranked by score; earlier rows win ties."""
    found = np.zeros(len(starts) - 1)
    top = np.empty(places, np.float32)
    hit = np.empty(places, np.bool_)
    for customer in range(len(found)):
        count = 0
        for row in range(starts[customer], starts[customer + 1]):
            if count == places and scores[row] <= top[places - 1]:
                continue
            place = min(count, places - 1)
            while place > 0 and top[place - 1] < scores[row]:
                top[place], hit[place] = top[place - 1], hit[place - 1]
                place -= 1
            top[place], hit[place] = scores[row], taken[row]
            count = min(count + 1, places)
        gain, ideal = 0.0, 0.0
        for place in range(places):
            discount = 1 / np.log2(place + 2.0)
            ideal += discount if place < relevant[customer] else 0.0
            gain += discount if place < count and hit[place] else 0.0
        found[customer] = gain / max(ideal, 1e-12)
    return found
