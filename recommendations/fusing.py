"""Parts of a recipe as one score per product, as the contest judged them.

A recipe without ``fusion`` adds up its parts. ``ranks`` adds up what their ranks are worth;
``trees`` lets the learned ranker order the best of each part.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.features import BUYERS, Context
from recommendations.algorithms.fusion import reciprocal
from recommendations.algorithms.ranker import described

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
RANKS = "ranks"
TREES = "trees"
MODELS_AT_HAND = 4
_trees: dict[str, lightgbm.Booster] = {}


def top(scores: NDArray[np.floating[Any]], n: int) -> tuple[Codes, NDArray[np.floating[Any]]]:
    """Codes and scores of the n highest positive scores, ties to the lower code.

    As ``recommender.best`` does for many customers at once, but without compiled code: a web
    process has nothing to compile before its first answer.
    """
    codes = np.flatnonzero(scores > 0)
    values = scores[codes]
    if len(codes) > n > 0:
        edge = len(codes) - n
        kept = values >= np.partition(values, edge)[edge]
        codes, values = codes[kept], values[kept]
    order = np.argsort(-values, kind="stable")[:n]
    return codes[order], values[order]


def evened(scores: Floats) -> Floats:
    """Divided by the largest, so that parts of different scale can be added."""
    return scores / (float(np.abs(scores).max(initial=0.0)) or 1.0)


def ranked(scores: Floats, recipe: Mapping[str, Any]) -> Floats:
    """What the rank of each of the best ``depth`` is worth, 0 for the others."""
    found = np.zeros(len(scores))
    codes, _values = top(scores, recipe["depth"])
    found[codes] = reciprocal(np.arange(len(codes)), recipe["constant"])
    return found


def by_trees(
    arrays: Artefact,
    recipe: Mapping[str, Any],
    evened_parts: Sequence[Floats],
    taken: Codes,
    ages: Floats,
) -> Floats:
    """The trees' score of the best ``per_model`` of each part, 0 for the rest.

    Products with fewer than ``min_buyers`` customers were never judged, and are none of them.
    """
    features = arrays.table(recipe["features"])
    is_sellable = features[:, BUYERS] >= np.float32(np.log1p(recipe["min_buyers"]))
    heads = [
        top(np.where(is_sellable, scores, 0.0), recipe["per_model"])[0] for scores in evened_parts
    ]
    found = np.zeros(len(features))
    products = np.unique(np.concatenate(heads))
    if len(products):
        scores = np.stack([part[products] for part in evened_parts], axis=1).astype(np.float32)
        context = Context.of_one(features, taken, ages)
        rows = described(context, np.zeros(len(products), np.int64), products, scores)
        leaves = np.asarray(trees_of(arrays, recipe).predict(rows, num_threads=1), np.float64)
        found[products] = np.exp(leaves)
    return found


def trees_of(arrays: Artefact, recipe: Mapping[str, Any]) -> lightgbm.Booster:
    """The trees of a recipe, read once per process."""
    name = recipe["sha256"]
    if name not in _trees:
        while len(_trees) >= MODELS_AT_HAND:
            _trees.pop(next(iter(_trees)), None)
        text = arrays.table(recipe["trees"]).tobytes().decode()
        _trees[name] = lightgbm.Booster(model_str=text)
    return _trees[name]
