"""Rival libraries, where they are installed, judged by the same protocol in the same run."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.figures import Figure
from recommendations.algorithms import ratings


class Library:
    """A fitted implicit model behind this project's `scores`."""

    def __init__(self, score: Callable[[Any], Any]) -> None:
        self.scores = score


def fitted(matrix: sparse.csr_array) -> dict[str, Library]:
    """implicit's ALS and nearest neighbours on the whole history."""
    if not importlib.util.find_spec("implicit"):
        return {}
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender  # noqa: PLC0415

    taken = sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape)
    taken.data[:] = 1
    als = AlternatingLeastSquares(64, regularization=10, random_state=0, num_threads=1)
    als.fit(taken, show_progress=False)
    found = {"implicit.als": Library(lambda rows: als.user_factors[rows] @ als.item_factors.T)}
    for name, model in (("bm25", BM25Recommender(20)), ("cosine", CosineRecommender(20))):
        model.fit(taken, show_progress=False)
        found[f"implicit.{name}"] = Library(
            lambda rows, model=model: (taken[rows] @ model.similarity).toarray().astype(np.float32)
        )
    return found


def movielens(path: Path) -> Iterator[Figure]:
    """RMSE of each rating predictor, 5 random folds, beside scikit-surprise's same algorithm."""
    table = pd.read_csv(path)
    fold = np.random.default_rng(0).integers(0, 5, len(table))
    errors: dict[str, list[float]] = {}
    others: dict[str, list[float]] = {}
    for number in range(5):
        train, test = table[fold != number], table[fold == number]
        known = ratings.Ratings.from_frame(train)
        for name, predictor in ratings.PREDICTORS.items():
            guess = predictor().fit(known).predict(test["user_id"], test["item_id"])
            errors.setdefault(name, []).append(ratings.rmse(guess, test["rating"].to_numpy(float)))
        for name, error in _surprise(train, test).items():
            others.setdefault(name, []).append(error)
    theirs = {name: round(float(np.mean(values)), 4) for name, values in others.items()}
    for name, values in errors.items():
        yield _rmse(name, round(float(np.mean(values)), 4), theirs)


def _rmse(name: str, value: float, theirs: dict[str, float]) -> Figure:
    """Within 1 % of the library's same algorithm; the hybrid better than its factors."""
    label = f"recommendations.movielens_100k.rmse.{name}"
    if name in theirs:
        limit = round(theirs[name] * 1.01, 4)
        return Figure(label, value, "stars", target=limit, rivals={"surprise": theirs[name]})
    rivals = {f"surprise.{other}": error for other, error in theirs.items()}
    return Figure(label, value, "stars", target=theirs.get("svd"), rivals=rivals)


def _surprise(train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    if not importlib.util.find_spec("surprise"):
        return {}
    import surprise as s  # noqa: PLC0415

    columns = ["user_id", "item_id", "rating"]
    reader = s.Reader(rating_scale=(1, 5))
    known = s.Dataset.load_from_df(train[columns], reader).build_full_trainset()
    asked = list(test[columns].itertuples(index=False, name=None))
    user = {"name": "pearson", "user_based": True}
    models = {
        "baseline": s.BaselineOnly(verbose=False),
        "user_means": s.KNNWithMeans(sim_options=user, verbose=False),
        "item_means": s.KNNWithMeans(sim_options={**user, "user_based": False}, verbose=False),
        "user_euclidean": s.KNNWithMeans(sim_options={"name": "msd"}, verbose=False),
        "item_baseline": s.KNNBaseline(
            sim_options={"name": "pearson_baseline", "user_based": False}, verbose=False
        ),
        "svd": s.SVD(random_state=0),
    }
    return {
        name: s.accuracy.rmse(model.fit(known).test(asked), verbose=False)
        for name, model in models.items()
    }
