"""Predict the stars a customer would give: baselines, neighbours, factors and their mix.

Definitions as in Koren (2010) and Surprise (Hug 2020), so that figures can be compared.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.compiled import njit
from recommendations.algorithms.corated import Corated, corated_neighbours
from recommendations.algorithms.item_knn import neighbour_matrix
from recommendations.algorithms.selection import select

Vector = NDArray[np.float64]
Codes = NDArray[np.int64]
Lists = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]


@dataclass(frozen=True)
class Ratings:
    """Codes of users and items and the grade of each rating; pairs are unique."""

    users: Codes
    items: Codes
    grades: Vector
    user_ids: pd.Index
    item_ids: pd.Index

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """From user_id, item_id, rating; of a pair rated twice the last row counts."""
        last = frame.drop_duplicates(["user_id", "item_id"], keep="last")
        users, user_ids = pd.factorize(last["user_id"], sort=True)
        items, item_ids = pd.factorize(last["item_id"], sort=True)
        grades = last["rating"].to_numpy(np.float64)
        return cls(users, items, grades, pd.Index(user_ids), pd.Index(item_ids))

    def matrix(self, values: Vector) -> sparse.csr_array:
        """Users x items, float64, stored zeros kept."""
        shape = (len(self.user_ids), len(self.item_ids))
        return sparse.csr_array(sparse.coo_array((values, (self.users, self.items)), shape=shape))

    def take(self, chosen: NDArray[Any]) -> "Ratings":
        """The chosen ratings, with the same codes."""
        parts = (self.users[chosen], self.items[chosen], self.grades[chosen])
        return Ratings(*parts, self.user_ids, self.item_ids)


class Predictor(ABC):
    """Fit on ratings, then predict grades for pairs of ids, within the range of grades seen."""

    known_: Ratings
    mean_: float

    def fit(self, known: Ratings) -> Self:
        """Learn from the ratings."""
        self.known_ = known
        self.mean_ = float(known.grades.mean()) if len(known.grades) else 0.0
        if len(known.grades):
            self.learn(known)
        return self

    def predict(self, user_ids: Any, item_ids: Any) -> Vector:
        """One grade per pair; users and items never seen get what is known of the other."""
        users = self.known_.user_ids.get_indexer(pd.Index(user_ids)).astype(np.int64)
        items = self.known_.item_ids.get_indexer(pd.Index(item_ids)).astype(np.int64)
        if not len(self.known_.grades):
            return np.full(len(users), self.mean_)
        return np.clip(self.guess(users, items), self.known_.grades.min(), self.known_.grades.max())

    @abstractmethod
    def learn(self, known: Ratings) -> None:
        """Set the learned state from at least one rating."""

    @abstractmethod
    def guess(self, users: Codes, items: Codes) -> Vector:
        """Grades for codes, -1 for unknown."""


@dataclass(eq=False)
class Baseline(Predictor):
    """Mean + user's habit + item's level, by alternating ridge steps (Koren 2010)."""

    user_l2: float = 15.0
    item_l2: float = 10.0
    sweeps: int = 10
    user_bias_: Vector = field(init=False, repr=False)
    item_bias_: Vector = field(init=False, repr=False)

    def learn(self, known: Ratings) -> None:
        """Alternate between items and users."""
        users, items = len(known.user_ids), len(known.item_ids)
        self.user_bias_, self.item_bias_ = np.zeros(users), np.zeros(items)
        left = known.grades - self.mean_
        per_user = np.bincount(known.users, minlength=users) + self.user_l2
        per_item = np.bincount(known.items, minlength=items) + self.item_l2
        for _ in range(self.sweeps):
            rest = left - self.user_bias_[known.users]
            self.item_bias_ = np.bincount(known.items, weights=rest, minlength=items) / per_item
            rest = left - self.item_bias_[known.items]
            self.user_bias_ = np.bincount(known.users, weights=rest, minlength=users) / per_user

    def guess(self, users: Codes, items: Codes) -> Vector:
        """Unknown users and items have no bias."""
        of_user = np.where(users >= 0, self.user_bias_[users], 0)
        return np.asarray(self.mean_ + of_user + np.where(items >= 0, self.item_bias_[items], 0))


@dataclass(eq=False)
class Neighbours(Predictor):
    """Centre + mean of the k nearest raters' deviations, weighed by similarity (Resnick 1994).

    `centre`: "mean" of each user (or item), or "baseline", whose residuals are then compared
    with shrinkage (`pearson_baseline`). `by` says whose likeness counts: "user" or "item".
    """

    by: str = "user"
    kind: str = "pearson"
    centre: str = "mean"
    k: int = 40
    shrinkage: float = 0.0
    baseline_: Baseline = field(init=False, repr=False)
    centres_: Vector = field(init=False, repr=False)
    likeness_: sparse.csr_array = field(init=False, repr=False)
    deviations_: sparse.csr_array = field(init=False, repr=False)

    def learn(self, known: Ratings) -> None:
        """All positive similarities, and each grade less its centre."""
        self.baseline_ = Baseline().fit(known)
        own = known.users if self.by == "user" else known.items
        count = len(known.user_ids if self.by == "user" else known.item_ids)
        sums = np.bincount(own, weights=known.grades, minlength=count)
        self.centres_ = sums / np.maximum(np.bincount(own, minlength=count), 1)
        by_baseline = self.centre == "baseline"
        expected = self.baseline_.guess(known.users, known.items)
        deviations = known.grades - (expected if by_baseline else self.centres_[own])
        compared = known.matrix(deviations if by_baseline else known.grades)
        columns = sparse.csr_array(compared.T) if self.by == "user" else compared
        measure = Corated(self.kind, 1, 0, self.shrinkage)
        lists = corated_neighbours(columns, count, measure, np.float64)
        self.likeness_ = neighbour_matrix(*lists)
        graded = known.matrix(deviations)
        self.deviations_ = sparse.csr_array(graded.T) if self.by == "user" else graded

    def guess(self, users: Codes, items: Codes) -> Vector:
        """The global mean where the user or the item is unknown."""
        own, other = (users, items) if self.by == "user" else (items, users)
        known = (users >= 0) & (items >= 0)
        if self.centre == "baseline":
            found = self.baseline_.guess(users, items)
        else:
            found = np.where(known, self.centres_[own], self.mean_)
        order = np.flatnonzero(known)[np.argsort(own[known], kind="stable")]
        found[order] += _mean_deviations(
            own[order], other[order], _lists(self.likeness_), _lists(self.deviations_), self.k
        )
        return np.asarray(found)


def _lists(matrix: sparse.csr_array) -> Lists:
    return matrix.indptr, matrix.indices, matrix.data.astype(np.float64)


@njit
def _mean_deviations(
    own: Codes, other: Codes, likeness: Lists, deviations: Lists, k: int
) -> Vector:
    """For pairs sorted by `own`: similarity-weighted mean deviation of the k nearest raters."""
    found = np.zeros(len(own))
    row = np.zeros(len(likeness[0]) - 1)
    last = -1
    for pair in range(len(own)):
        if own[pair] != last:
            if last >= 0:
                row[likeness[1][likeness[0][last] : likeness[0][last + 1]]] = 0
            last = own[pair]
            for place in range(likeness[0][last], likeness[0][last + 1]):
                row[likeness[1][place]] = likeness[2][place]
        start, end = deviations[0][other[pair]], deviations[0][other[pair] + 1]
        raters = np.arange(start, end).astype(np.int32)
        weights = row[deviations[1][start:end]]
        if len(raters) > k:
            select(raters, weights, k)
        total = weights[:k].sum()
        if total > 0:
            found[pair] = (weights[:k] * deviations[2][raters[:k]]).sum() / total
    return found


@dataclass(eq=False)
class SVD(Predictor):
    """Biases and factors by stochastic gradient descent (Funk 2006; Koren 2009)."""

    factors: int = 100
    epochs: int = 20
    rate: float = 0.005
    l2: float = 0.02
    random_state: int = 0
    state_: tuple[Vector, Vector, Vector, Vector] = field(init=False, repr=False)

    def learn(self, known: Ratings) -> None:
        """Visit the ratings in their order, `epochs` times."""
        rng = np.random.default_rng(self.random_state)
        users, items = len(known.user_ids), len(known.item_ids)
        self.state_ = (
            np.zeros(users),
            np.zeros(items),
            rng.normal(0, 0.1, (users, self.factors)),
            rng.normal(0, 0.1, (items, self.factors)),
        )
        pairs = (known.users, known.items, known.grades - self.mean_)
        _descend(pairs, self.state_, self.epochs, self.rate, self.l2)

    def guess(self, users: Codes, items: Codes) -> Vector:
        """Unknown users and items add nothing."""
        of_user, of_item, left, right = self.state_
        product = (left[users] * right[items]).sum(axis=1)
        found = np.where(users >= 0, of_user[users], 0) + np.where(items >= 0, of_item[items], 0)
        return np.asarray(self.mean_ + found + np.where((users >= 0) & (items >= 0), product, 0))


@njit
def _descend(
    pairs: tuple[Codes, Codes, Vector],
    state: tuple[Vector, Vector, Vector, Vector],
    epochs: int,
    rate: float,
    l2: float,
) -> None:
    of_user, of_item, left, right = state
    for _ in range(epochs):
        for place in range(len(pairs[0])):
            user, item = pairs[0][place], pairs[1][place]
            error = pairs[2][place] - of_user[user] - of_item[item]
            for factor in range(left.shape[1]):
                error -= left[user, factor] * right[item, factor]
            of_user[user] += rate * (error - l2 * of_user[user])
            of_item[item] += rate * (error - l2 * of_item[item])
            for factor in range(left.shape[1]):
                one, other = left[user, factor], right[item, factor]
                left[user, factor] += rate * (error * other - l2 * one)
                right[item, factor] += rate * (error * one - l2 * other)


@dataclass(eq=False)
class Hybrid(Predictor):
    """Weighted sum of predictors; the weights are ridge-fitted on ratings held back from them."""

    hold_back: float = 0.1
    l2: float = 1.0
    random_state: int = 0
    members_: list[Predictor] = field(init=False, repr=False)
    weights_: Vector = field(init=False, repr=False)

    def learn(self, known: Ratings) -> None:
        """Fit on a part, weigh on the rest, fit again on everything."""
        rng = np.random.default_rng(self.random_state)
        held = rng.random(len(known.grades)) < self.hold_back
        names = [name for name in PREDICTORS if name != "hybrid"]
        part, rest = known.take(~held), known.take(held)
        trial = [PREDICTORS[name]().fit(part) for name in names]
        table = (
            self._table(trial, rest.users, rest.items) if held.any() else np.empty((0, len(names)))
        )
        penalty = self.l2 * np.eye(len(names))
        even = np.full(len(names), 1 / len(names))
        right = table.T @ (rest.grades - self.mean_) + penalty @ even
        self.weights_ = np.linalg.solve(table.T @ table + penalty, right)
        self.members_ = [PREDICTORS[name]().fit(known) for name in names]

    def _table(self, members: list[Predictor], users: Codes, items: Codes) -> Vector:
        return np.stack([member.guess(users, items) for member in members], axis=1) - self.mean_

    def guess(self, users: Codes, items: Codes) -> Vector:
        """Weighted deviations from the mean."""
        return np.asarray(self.mean_ + self._table(self.members_, users, items) @ self.weights_)


def _pearson_baseline() -> Predictor:
    return Neighbours("item", "cosine", "baseline", shrinkage=100)


PREDICTORS: dict[str, Callable[[], Predictor]] = {
    "baseline": Baseline,
    "user_means": Neighbours,
    "item_means": lambda: Neighbours("item"),
    "user_euclidean": lambda: Neighbours(kind="msd"),
    "item_baseline": _pearson_baseline,
    "svd": SVD,
    "hybrid": Hybrid,
}


def rmse(guessed: Vector, truth: Vector) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(((guessed - truth) ** 2).mean()))
